"""The detector: langdetect's answer exactly, which the published books take for the language of a response."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import langdetect
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langdetect.detector_factory import PROFILES_DIRECTORY
from real_texts import ROOT, real_texts

import scorers
from scorers.repair.foreign_sentences import SENTENCES
from scorers.text.language import NAMES, detect, detector_name

ENGLISH, FRENCH = SENTENCES["en"], SENTENCES["fr"]


@cache
def reference():
    factory = langdetect.DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.seed = 0
    return factory


def langdetects(text):
    detector = reference().create()
    detector.append(text)
    try:
        return detector.detect()
    except langdetect.LangDetectException:
        return None


def some_real_texts():
    texts = real_texts()[:: max(1, len(real_texts()) // 80)]
    return [*texts, *(text[:40] for text in texts), *(text[:90].upper() for text in texts), *SENTENCES.values()]


def test_answers_are_langdetects_on_real_texts():
    assert [text for text in some_real_texts() if detect(text) != langdetects(text)] == []


@settings(max_examples=60)
@given(
    st.text(st.sampled_from("aeionrst äßñçé\nABC 12.,!?иыіدپ字かス한क\u0301\ud800ﬁ"), max_size=60)
    | st.text(max_size=30)
)
def test_answers_are_langdetects_on_any_text(text):
    assert detect(text) == langdetects(text)


@pytest.mark.parametrize("text", ["", " ", "123 456", "👍", "...", "http://a.org/b", "a@b.org"])
def test_a_text_without_words_has_no_language(text):
    assert detect(text) is None
    assert langdetects(text) is None


def test_detection_seeds_nobody_else_and_can_run_in_threads():
    texts = some_real_texts()[:60]
    alone = list(map(detect, texts))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(detect, texts * 4)) == alone * 4
    assert langdetect.DetectorFactory.seed is None


def run_without(*modules, code):
    hidden = "; ".join(f"sys.modules[{name!r}] = None" for name in modules)
    names = "from scorers import Unscorable; from scorers.text.language import detector_name, detect"
    code = f"import sys; {hidden}; {names}\n{code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def test_langdetect_answers_where_the_fast_one_is_missing():
    texts = [*SENTENCES.values(), "123"]
    told = run_without("langdetect_rs", code=f"print(detector_name()); [print(detect(text)) for text in {texts!r}]")
    assert told == ["langdetect 1.0.9", *(str(detect(text)) for text in texts)]


def test_without_a_detector_a_text_is_unscorable():
    code = "try:\n    detect('One.')\nexcept Unscorable as error:\n    print(error)"
    [told] = run_without("langdetect_rs", "langdetect", code=code)
    assert "pip install langdetect" in told
    assert detector_name().split()[0] in ("langdetect-rs", "langdetect")


LANGUAGE = "language:response_language"
PUBLISHED = [
    ("123 456", "en", True),
    (ENGLISH, "en", True),
    (FRENCH, "en", False),
    ("hello", "en", False),
    (f"{FRENCH} {FRENCH}\n{ENGLISH[:60]}", "fr", True),
]


@pytest.mark.parametrize("rules", ["ifeval", "ifbench", "livebench"])
@pytest.mark.parametrize(("text", "code", "followed"), PUBLISHED)
def test_published_books_take_langdetects_answer(text, code, followed, rules):
    [verdict] = scorers.verify(text, [{"id": LANGUAGE, "language": code}], rules=rules)
    assert verdict.followed is followed


def test_published_books_know_no_chinese():
    with pytest.raises(scorers.BadInstruction, match="zh"):
        scorers.verify("你好", [{"id": LANGUAGE, "language": "zh"}], rules="ifeval")
    assert set(SENTENCES) <= set(NAMES)
