"""The rule book `multiif` gives the published verdict on every case; the data is next to a checkout, not in it."""

import time
from importlib.util import find_spec

import pytest
from test_parity import needs_data, records, report

import scorers

has_thai = bool(find_spec("pythainlp") and find_spec("pycrfsuite"))


def cases():
    """Return the published cases; those that need PyThaiNLP only where it is installed."""
    found = records("multiif_cases.jsonl.gz")
    return [case for case in found if has_thai or case.get("needs") != "pythainlp"]


def instruction(case):
    return {"id": case["id"], **case["kwargs"]}


@needs_data
def test_every_published_verdict_is_reproduced():
    compared, wrong, ids = 0, [], set()
    for case in cases():
        if str(case["strict"]).startswith("error:"):
            continue
        both = scorers.verify_both(case["response"], [instruction(case)], rules="multiif")
        for mode, [verdict] in zip(("strict", "loose"), both, strict=True):
            compared += 1
            if verdict.followed is not case[mode]:
                wrong.append(
                    f"{mode} {instruction(case)} on {case['response']!r:.80}: published {case[mode]}, {verdict}"
                )
        ids.add(case["id"])
    assert len(ids) == 25
    report(compared, wrong)


@needs_data
def test_what_the_published_code_raises_on_is_refused():
    raising = [case for case in cases() if str(case["strict"]).startswith("error:")]
    assert raising
    for case in raising:
        with pytest.raises(scorers.BadInstruction):
            scorers.verify(case["response"], [instruction(case)], rules="multiif")


@needs_data
def test_ifeval_verdicts_differ_where_the_cases_say_so():
    differing = [case for case in cases() if "ifeval" in case and "error" not in str(case["ifeval"]["strict"])]
    assert differing
    for case in differing:
        both = scorers.verify_both(case["response"], [instruction(case)], rules="ifeval")
        assert (both.strict[0].followed, both.loose[0].followed) == (case["ifeval"]["strict"], case["ifeval"]["loose"])


@needs_data
@pytest.mark.skipif(has_thai, reason="PyThaiNLP is installed")
def test_thai_without_its_package_is_unscorable():
    thai = [case for case in records("multiif_cases.jsonl.gz") if case["language"] == "Thai" and "needs" in case]
    assert thai
    for case in thai:
        with pytest.raises(scorers.Unscorable, match="pythainlp"):
            scorers.verify_both(case["response"], [instruction(case)], rules="multiif")


@needs_data
@pytest.mark.skipif(not find_spec("langdetect_rs"), reason="the slower detector is measured elsewhere")
def test_a_response_takes_half_a_millisecond():
    timed = [case for case in cases() if not str(case["strict"]).startswith("error:")]
    scorers.verify_both(timed[0]["response"], [instruction(timed[0])], rules="multiif")
    before = time.process_time()
    for case in timed:
        scorers.verify_both(case["response"], [instruction(case)], rules="multiif")
    assert (time.process_time() - before) / len(timed) < 0.0005
