"""Every published verdict is reproduced, one by one; the data lies beside a checkout, not in it."""

import gzip
import json
from pathlib import Path

import pytest

import scorers

PARITY = Path(__file__).parents[2].parent / "shared" / "parity"

needs_data = pytest.mark.skipif(not PARITY.is_dir(), reason=f"the published verdicts are not there ({PARITY})")


def records(name):
    with gzip.open(PARITY / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def known(ids, kwargs):
    """The instructions that the catalogue has, with their positions."""
    have = set(scorers.ids())
    return [(i, {"id": id, **given}) for i, (id, given) in enumerate(zip(ids, kwargs, strict=True)) if id in have]


def report(compared, wrong):
    assert compared, "no verdict was compared"
    shown = "\n".join(wrong[:10])
    assert not wrong, f"{len(wrong)} of {compared} verdicts differ; the first:\n{shown}"


@needs_data
def test_ifeval_verdicts_on_the_published_gpt4_responses():
    prompts = {record["key"]: record for record in records("ifeval_prompts.jsonl.gz")}
    compared, wrong = 0, []
    for answer in records("ifeval_gpt4.jsonl.gz"):
        prompt = prompts[answer["key"]]
        places = known(prompt["instruction_id_list"], prompt["kwargs"])
        both = scorers.verify_both(answer["response"], [given for _, given in places], rules="ifeval")
        for mode, verdicts in (("strict", both.strict), ("loose", both.loose)):
            for (i, given), verdict in zip(places, verdicts, strict=True):
                compared += 1
                if verdict.followed is not answer[mode][i]:
                    wrong.append(f"key {answer['key']} {mode} {given}: published {answer[mode][i]}, {verdict}")
    report(compared, wrong)


@needs_data
def test_livebench_verdicts():
    compared, wrong = 0, []
    for question in records("livebench_if_cases.jsonl.gz"):
        places = known(question["instruction_id_list"], question["kwargs"])
        for number, answer in enumerate(question["responses"]):
            # Where a newer tokenizer changed the published verdict, either is right.
            other = answer.get("alt_nltk_3_10_4", {}).get("verdicts", answer["verdicts"])
            verdicts = scorers.verify(answer["response"], [given for _, given in places], rules="livebench")
            for (i, given), verdict in zip(places, verdicts, strict=True):
                compared += 1
                if verdict.followed not in (answer["verdicts"][i], other[i]):
                    where = f"question {question['question_id']} response {number}"
                    wrong.append(f"{where} {given}: published {answer['verdicts'][i]}, {verdict}")
    report(compared, wrong)


@needs_data
def test_every_published_question_can_be_judged_by_its_book():
    questions = [(q, "ifeval") for q in records("ifeval_prompts.jsonl.gz")]
    questions += [(q, "livebench") for q in records("livebench_if_published.jsonl.gz")]
    for question, rules in questions:
        places = known(question["instruction_id_list"], question["kwargs"])
        assert len(scorers.verify("Some text.", [given for _, given in places], rules=rules)) == len(places)


# Verdicts of the published verifiers on border cases: (id, parameters, response, strict, loose or None if not known).
E_, F_, S_, W_, B_, T_, END, C_ = (
    "keywords:existence",
    "keywords:forbidden_words",
    "length_constraints:number_sentences",
    "length_constraints:number_words",
    "detectable_format:number_bullet_lists",
    "detectable_format:title",
    "startend:end_checker",
    "punctuation:no_comma",
)
AT_LEAST, LESS = "at least", "less than"
QUESTIONS = "Any other questions?"
VECTORS = [
    (E_, {"keywords": ["art"]}, "I like cartoons.", True, True),
    (E_, {"keywords": ["a.c"]}, "abc", True, True),
    (E_, {"keywords": ["art"]}, "they started", True, True),
    (F_, {"forbidden_words": ["rock"]}, "Rocks and rocking and rock_star.", True, True),
    (F_, {"forbidden_words": ["cannot."]}, "I cannot. Go.", True, True),
    (F_, {"forbidden_words": ["art", "section"]}, "arts, Section1", True, True),
    (F_, {"forbidden_words": ["art"]}, "art-work", False, False),
    (F_, {"forbidden_words": ["art"]}, "the art's", False, False),
    (F_, {"forbidden_words": ["candle"]}, "candles", True, True),
    (S_, {"num_sentences": 2, "relation": AT_LEAST}, "no stop\nno stop\nno stop", False, False),
    (S_, {"num_sentences": 2, "relation": AT_LEAST}, "这是第一句。这是第二句。", False, False),
    (S_, {"num_sentences": 3, "relation": LESS}, "1. Alpha.\n2. Beta.", False, True),
    (S_, {"num_sentences": 2, "relation": LESS}, "One.Two.", True, True),
    (S_, {"num_sentences": 2, "relation": LESS}, "e.g. this is", False, False),
    (S_, {"num_sentences": 2, "relation": LESS}, "A... b", True, True),
    (S_, {"num_sentences": 1, "relation": LESS}, "x", False, False),
    (W_, {"num_words": 4, "relation": AT_LEAST}, "don't e-mail", True, True),
    (W_, {"num_words": 5, "relation": AT_LEAST}, "这是一个很长的中文句子", False, False),
    (W_, {"num_words": 3, "relation": LESS}, "3.14", True, True),
    (W_, {"num_words": 2, "relation": LESS}, "a_b ** -- #", True, True),
    (W_, {"num_words": 2, "relation": LESS}, "1,000", False, False),
    (B_, {"num_bullets": 1}, "-5 degrees today", True, True),
    (B_, {"num_bullets": 1}, "*Note* the italic line", True, True),
    (B_, {"num_bullets": 2}, "* a\n* b\n---", False, True),
    (B_, {"num_bullets": 2}, "+ a\n+ b", False, False),
    (B_, {"num_bullets": 2}, "* a\n* b", True, True),
    (B_, {"num_bullets": 2}, "- a\n- b\n---", False, True),
    (B_, {"num_bullets": 2}, "**T**\n* a\n* b", True, True),
    (B_, {"num_bullets": 2}, "*emph* x\n* b", True, True),
    (B_, {"num_bullets": 2}, "• a\n• b", False, False),
    (B_, {"num_bullets": 2}, '"* a\n* b"', False, False),
    (B_, {"num_bullets": 0}, "no list", True, True),
    (T_, {}, "if (a << b && c >> d) {}", True, True),
    (T_, {}, "x << 2 and y >> 3", True, True),
    (T_, {}, "<< >>", False, False),
    (T_, {}, "<<<>>>", False, False),
    (T_, {}, "<<A\nB>>", False, False),
    (END, {"end_phrase": "done."}, "This is undone.", True, True),
    (END, {"end_phrase": '"go"'}, 'He said "go"', False, False),
    (END, {"end_phrase": "Done?"}, "**Done?**", False, True),
    (END, {"end_phrase": QUESTIONS}, '"x Any other questions?"', True, True),
    (END, {"end_phrase": QUESTIONS}, "x **Any other questions?**", False, True),
    (END, {"end_phrase": QUESTIONS}, "xAny other questions?", True, True),
    (END, {"end_phrase": QUESTIONS}, 'x Any other questions? "', False, False),
    (END, {"end_phrase": QUESTIONS}, "“x Any other questions?”", False, False),
    (END, {"end_phrase": "  Bye. "}, "good bye.", True, True),
    (C_, {}, "1，000、2", True, True),
    (C_, {}, "1,000", False, False),
]


@pytest.mark.parametrize("rules", ["ifeval", "ifbench", "livebench"])
@pytest.mark.parametrize(("id", "params", "response", "strict", "loose"), VECTORS)
def test_published_vectors(id, params, response, strict, loose, rules):
    both = scorers.verify_both(response, [{"id": id, **params}], rules=rules)
    assert (both.strict[0].followed, both.loose[0].followed) == (strict, loose)
