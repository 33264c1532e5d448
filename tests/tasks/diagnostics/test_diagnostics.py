"""Diagnostics: good answers are left alone, bad ones are named, and leaks of the unseen rest are found."""

from __future__ import annotations

import random
import time
import tomllib
from pathlib import Path

import pytest

import scorers
from tasks.article import opening, rest_of
from tasks.diagnostics import FINDINGS, HiddenText, diagnose
from tasks.sample import Sample, Turn
from tasks.sources import load_source

WRITTEN = [
    tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
    for name in ("answers.toml", "border.toml")
]
ANSWERS = {kind: [one for file in WRITTEN for one in file[kind]] for kind in ("good", "bad")}
ARTICLES = {article.id: article for article in load_source("builtin").articles()}
LODZ = "lodz-tram-fire"
TASKS = ("paraphrase", "simplify", "story_generation", "summarize")


def asked(task, article=LODZ, instructions=({"id": "punctuation:no_comma"},), **meta):
    text = ARTICLES[article].text
    start = opening(text, 10)
    about = {"opening": start, "rest": rest_of(text, start), "title": ARTICLES[article].title} | meta
    return Sample.build(
        task,
        [Turn.of("user", f"{start}\n\nDo it.")],
        [scorers.read(dict(one)) for one in instructions],
        article_id=article,
        meta=about,
    )


def names(sample, text):
    return [finding.name for finding in diagnose(sample, text).findings]


def starting(task, article=LODZ):
    return asked(task, article).meta["opening"]


@pytest.mark.parametrize("answer", ANSWERS["good"], ids=lambda one: f"{one['task']}-{one['text'][1:20]}")
def test_good_answers_are_not_flagged(answer):
    found = diagnose(asked(answer["task"], answer["article"]), answer["text"])
    assert found.findings == ()
    assert "copy" in found.checked


def test_the_opening_is_found_in_a_prompt_of_livebench():
    start = starting("paraphrase")
    prompt = f"The following are the beginning sentences.\n-------\n {start}\n-------\nPlease paraphrase. Use no comma."
    sample = Sample.build("paraphrase", [Turn.of("user", prompt)], asked("paraphrase").instructions)
    assert names(sample, start) == ["copy"]
    for answer in ANSWERS["good"]:
        alone = asked(answer["task"], answer["article"], rest="", title="")
        assert names(alone, answer["text"]) == [], "the rest of an article is of no importance"


@pytest.mark.parametrize("answer", ANSWERS["bad"], ids=lambda one: f"{one['task']}-{one['finding']}-{one['article']}")
def test_bad_answers_are_named(answer):
    found = names(asked(answer["task"], answer["article"]), answer["text"])
    assert (answer["finding"] in found) is not answer.get("missed", False), "what is known to be missed stands there"


def with_every_sixth_word_changed(text):
    return " ".join("indeed" if at % 6 == 5 else word for at, word in enumerate(text.split(" ")))


COPIES = {
    "whole": lambda text: text,
    "in capitals": str.upper,
    "in bold": lambda text: f"**{text}**",
    "with an opener": lambda text: f"Sure, here is what you asked for:\n\n{text}",
    "sentences turned round": lambda text: " ".join(reversed([s for s in text.split(". ") if s])),
    "some words changed": with_every_sixth_word_changed,
}


# A summary may be made of the article's words, and simple ones may stay in a simplification.
ALLOWED = {("summarize", "some words changed"), ("simplify", "some words changed")}
JUDGED = [(task, copy) for task in TASKS for copy in COPIES if (task, copy) not in ALLOWED]


@pytest.mark.parametrize(("task", "copy"), JUDGED)
def test_copies_are_flagged_whatever_their_form(task, copy):
    sample = asked(task)
    [found] = [f for f in diagnose(sample, COPIES[copy](starting(task))).findings if f.name == "copy"]
    assert "% of its words are in runs of 5 or more of the opening (flagged from" in found.reason


@pytest.mark.parametrize("task", ["paraphrase", "simplify", "summarize"])
def test_answers_to_other_articles_are_off_topic(task):
    others = [opening(article.text, 10) for article in list(ARTICLES.values())[:12] if article.id != LODZ]
    found = ["off_topic" in names(asked(task), other) for other in others]
    assert sum(found) >= 0.7 * len(found)


def test_a_summary_longer_than_its_source():
    long = " ".join(one["text"] for one in ANSWERS["good"] if one["article"] == LODZ and one["task"] != "summarize")
    found = diagnose(asked("summarize"), long).findings
    assert [f.name for f in found] == ["longer_than_source"]
    assert "words sum up" in found[0].reason
    demanded = {"id": "length_constraints:number_words", "relation": "at least", "num_words": 600}
    assert names(asked("summarize", instructions=[demanded]), long) == []


def test_what_instructions_demand_is_no_finding():
    text = next(one["text"] for one in ANSWERS["good"] if one["task"] == "summarize" and one["article"] == LODZ)
    stuffed = f"{text} {'lantern ' * 12}"
    assert names(asked("summarize"), stuffed) == ["stuffed"]
    frequency = {"id": "keywords:frequency", "keyword": "lantern", "relation": "at least", "frequency": 12}
    assert names(asked("summarize", instructions=[frequency]), stuffed) == []


def test_a_demanded_prompt_and_a_demanded_second_response_are_no_finding():
    prompt = asked("paraphrase").prompt
    good = [one["text"] for one in ANSWERS["good"] if one["task"] == "paraphrase" and one["article"] == LODZ]
    short = good[1][: len(good[1]) // 2]
    assert names(asked("paraphrase"), f"{prompt}\n\n{short}") == ["copy"]
    repeat = {"id": "combination:repeat_prompt", "prompt_to_repeat": prompt}
    assert names(asked("paraphrase", instructions=[repeat]), f"{prompt}\n\n{short}") == []
    assert names(asked("paraphrase", instructions=[repeat]), f"{prompt}\n\n{starting('paraphrase')}") == ["copy"]

    both = f"{good[0]}\n******\n{good[0]}\n******\n{good[0]}"
    assert names(asked("paraphrase"), both) == ["stuffed"]
    twice = [{"id": "combination:two_responses"}]
    assert names(asked("paraphrase", instructions=twice), both) == []


def test_simple_words_or_short_sentences_are_easier():
    source = (
        "The municipal administration announced yesterday that the reconstruction of the ancient aqueduct, which had "
        "deteriorated considerably during previous decades, would be completed before the anniversary celebrations. "
        "Independent engineers had recommended immediate intervention after discovering additional "
        "structural damage underneath several arches."
    )
    sample = asked("simplify", opening=source, rest="")
    assert names(sample, source) == ["copy", "no_easier"]
    cut = (
        source.replace(", which", ". It")
        .replace("yesterday that", "yesterday. They said that")
        .replace(" after", ". They did so after")
    )
    assert "no_easier" not in names(sample, f"{cut} Now they all wait.")
    plain = (
        "Those who run the town said that the work on the very old stone bridge that brings us water, which was left "
        "to fall apart for a long time, is to be over well before the big party in June. "
        "Men who know how such things are built had said that the town must not wait, since they had found more stones "
        "that were loose or had a deep crack in them."
    )
    assert "no_easier" not in names(sample, plain), "a long sentence of short words"
    [why] = [
        f.reason
        for f in diagnose(sample, source.replace("Independent", "Autonomous")).findings
        if f.name == "no_easier"
    ]
    assert "words a sentence (the opening:" in why
    assert "neither 2% less" in why


def test_who_says_much_of_nothing_is_off_topic():
    circles = "The story tells the story of the story. " * 6
    assert "off_topic" in names(asked("story_generation"), circles)
    assert "too short" in diagnose(asked("story_generation"), circles[:60]).skipped["off_topic"]


def test_other_languages_are_not_judged_by_words():
    german = [{"id": "language:response_language", "language": "de"}]
    found = diagnose(asked("summarize", instructions=german), "Ein Feuer hat in Lodz viele Bahnen zerstört. " * 5)
    assert found.findings == ()
    assert found.skipped["off_topic"] == "another language is asked for"
    spanish = "El fuego destruyó muchas cosas y los bomberos lucharon durante varias horas contra las llamas altas. "
    assert "not in English" in diagnose(asked("summarize"), spanish * 2).skipped["off_topic"]

    chinese = (
        "市政府星期一宣布新的图书馆将在明年春天开放。工程已经持续了三年时间。居民表示他们对此感到非常高兴并期待开放。"
    )
    sample = asked("paraphrase", opening=chinese, rest="")
    assert names(sample, chinese) == ["copy"]
    assert names(sample, "新图书馆明年春季启用，周一市里发布了这个消息。它建了三年，当地人都很开心。") == []
    assert set(diagnose(sample, chinese).skipped) == {"off_topic", "stuffed"}


def test_what_cannot_be_judged_says_why():
    assert set(diagnose(asked("summarize"), " \n").skipped.values()) == {"the answer is blank"}
    unknown = diagnose(asked("summarize", opening=""), "A fire in Lodz.")
    assert set(unknown.skipped.values()) == {"the opening of its article is not known"}
    foreign = diagnose(asked("essay"), "Anything.")
    assert foreign.checked == ()
    assert tuple(foreign.skipped) == FINDINGS


def test_leaks_of_the_unseen_rest_and_of_it_only():
    samples = [asked("summarize", id) for id in list(ARTICLES)[:8]] + [asked("summarize")]
    rests, sample = HiddenText.of(samples), asked("summarize")
    whole = rests.probe(sample, sample.meta["rest"])
    assert (whole.share, whole.flagged, whole.chance) == (1.0, True, 0.0)
    assert f"{whole.longest} words in a row" in whole.reason
    copied = rests.probe(sample, sample.meta["opening"])
    assert (copied.share, copied.longest, copied.flagged, copied.reason) == (0.0, 0, False, "")
    own = "A fire in Lodz destroyed many trams, and people must take the bus for weeks. "
    words = sample.meta["rest"].split()
    assert rests.probe(sample, own + " ".join(words[:16])).longest in (15, 16, 17, 18)
    assert rests.probe(sample, own + " ".join(words[:16]).upper() + own).share > 0
    assert not rests.probe(sample, own + " ".join(words[:10]) + " " + own).flagged
    other = rests.probe(sample, samples[0].meta["rest"])
    assert (other.share, other.flagged) == (0.0, False)
    assert other.chance == pytest.approx(1 / (len(samples) - 1))
    assert rests.probe(sample, "Too short.") == "the answer is shorter than a run that is looked for"
    assert "not known" in HiddenText.of([asked("summarize", rest="")]).probe(sample, own)


def test_a_rest_that_the_prompt_shows_is_no_leak():
    sample = asked("summarize")
    shown = Sample.build("summarize", [Turn.of("user", ARTICLES[LODZ].text)], sample.instructions, meta=sample.meta)
    assert HiddenText.of([shown]).probe(shown, sample.meta["rest"]).share == 0.0


@pytest.mark.parametrize("piece", ["a ", "fire tram ", "x", "\n", "火灾", "the tram. ", "\"'", "- a\n", "1,"])
def test_any_text_is_judged_in_linear_time(piece):
    text = piece * (100_000 // len(piece))
    sample = asked("simplify")
    before = time.perf_counter()
    assert diagnose(sample, text) == diagnose(sample, text)
    HiddenText.of([sample]).probe(sample, text)
    assert time.perf_counter() - before < 10


def test_random_words_end_in_no_error():
    rng = random.Random(7)
    letters = "ab1 .,'’\n*#{}\"中火é\u200b\ud800"
    for task in TASKS:
        for _ in range(40):
            text = "".join(rng.choice(letters) for _ in range(rng.randrange(300)))
            found = diagnose(asked(task), text)
            assert set(found.checked) | set(found.skipped) <= set(FINDINGS)
