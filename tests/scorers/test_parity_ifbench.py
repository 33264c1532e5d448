"""IFBench's and LiveBench's verdicts on IFBench's 58 instructions, one by one; the data lies beside a checkout."""

import gzip
import json
from pathlib import Path

import pytest

import scorers

PARITY = Path(__file__).parents[2].parent / "shared" / "parity"

pytestmark = pytest.mark.skipif(not PARITY.is_dir(), reason=f"the published verdicts are not there ({PARITY})")


def records(name):
    with gzip.open(PARITY / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def verdicts_of(record, rules):
    """Return the strict and the loose verdict: "error" where the instruction is refused or the verifier raised."""
    try:
        both = scorers.verify_both(record["response"], [{"id": record["id"], **record["kwargs"]}], rules=rules)
    except scorers.BadInstruction:
        return "error", "error"
    return tuple("error" if verdict.raised else verdict.followed for verdict in (both.strict[0], both.loose[0]))


def differs(found, *allowed):
    named = {"error" if isinstance(verdict, str) else verdict for verdict in allowed}
    return found not in named


def report(compared, wrong):
    assert compared
    shown = "\n".join(wrong[:10])
    assert not wrong, f"{len(wrong)} of {compared} verdicts differ; the first:\n{shown}"


def test_the_fifty_eight_ids_are_there():
    ids = {record["id"] for record in records("ifbench_cases.jsonl.gz")}
    assert len(ids) == 58
    assert ids == {id for id in scorers.ids() if "ifbench" in scorers.load(id).rule_books}


def test_ifbench_cases_strict_and_loose():
    wrong, cases = [], records("ifbench_cases.jsonl.gz")
    for record in cases:
        other = record.get("alt_nltk_3_10_4", {})
        for mode, found in zip(("strict", "loose"), verdicts_of(record, "ifbench"), strict=True):
            if differs(found, record[mode], other.get(mode, record[mode])):
                wrong.append(f"{mode} {found}: {record}")
    report(2 * len(cases), wrong)


def random_in_livebench(record):
    """LiveBench takes an index of 0 for absent, and draws one."""
    given = record["kwargs"]
    return record["id"] == "repeat:repeat_span" and 0 in (given.get("n_start"), given.get("n_end"))


def test_ifbench_cases_by_livebench():
    cases = [record for record in records("ifbench_cases.jsonl.gz") if not random_in_livebench(record)]
    wrong = []
    for record in cases:
        wanted = record.get("livebench", record["strict"])
        other = record.get("alt_nltk_3_10_4", {}).get("livebench", wanted)
        if differs(verdicts_of(record, "livebench")[0], wanted, other):
            wrong.append(str(record))
    report(len(cases), wrong)


@pytest.mark.parametrize("rules", ["livebench", "ifbench"])
def test_livebench_cases(rules):
    cases = records("ifbench_livebench_cases.jsonl.gz")
    wrong = [str(record) for record in cases if differs(verdicts_of(record, rules)[0], record[rules])]
    report(len(cases), wrong)


def test_the_published_sample_and_its_figures():
    prompts = {record["key"]: record for record in records("ifbench_prompts.jsonl.gz")}
    answers = records("ifbench_sample.jsonl.gz")
    figures = dict.fromkeys(("prompt strict", "instruction strict", "prompt loose", "instruction loose"), 0)
    wrong = []
    for answer in answers:
        prompt = prompts[answer["key"]]
        pairs = zip(prompt["instruction_id_list"], prompt["kwargs"], strict=True)
        both = scorers.verify_both(answer["response"], [{"id": id, **given} for id, given in pairs], rules="ifbench")
        for mode, verdicts in (("strict", both.strict), ("loose", both.loose)):
            followed = [verdict.followed for verdict in verdicts]
            figures[f"prompt {mode}"] += all(followed)
            figures[f"instruction {mode}"] += sum(followed)
            if followed != answer[mode]:
                wrong.append(f"key {answer['key']} {mode}: {followed}")
    report(len(answers), wrong)
    assert list(figures.values()) == [76, 92, 86, 107]
