"""`ifh serve`: verdicts, errors, NeMo Gym's shapes, access, and its end."""

from __future__ import annotations

import json
import signal
import threading
import time

import pytest

from tests.harness.interop.service.client import ENDLESS, ITEM, NO_COMMA, TEXT, TITLE, TOKEN, gym, serve

pytest.importorskip("starlette", reason="the extra 'serve' is not installed")


def test_a_batch_gets_scores_with_reasons_and_spans(service):
    both = {"instruction_id_list": [NO_COMMA, TITLE], "kwargs": [None, {}]}
    old = {"ground_truth": '{"func_name": "verify_word_constraint", "N": 2, "quantifier": "around"}'}
    first, second, third = service.score(
        {"response": "<think>a, b</think>One, two", **both}, {"response": "<<A>> b", **both}, {"response": "a b", **old}
    )
    assert (first["score"], second["score"], third["score"]) == (0.0, 1.0, 1.0)
    assert first["verdicts"][0] == {
        "id": NO_COMMA,
        "followed": False,
        "reason": "1 comma, at line 1; none is allowed",
        "spans": [[22, 23]],
        "version": first["verdicts"][0]["version"],
        "error": "",
    }
    [lenient] = service.score({"response": "Sure, yes!\nb", **both}, mode="loose", reduce="livebench")
    assert lenient["score"] == 0.25


def test_what_cannot_be_verified_has_no_score_and_a_reason(service):
    unknown = {"instruction_id_list": [NO_COMMA, "copy:copy"], "kwargs": [None, None]}
    results = service.score(
        {"response": "One", **unknown},
        {"response": "One", "ground_truth": "?"},
        {"response": "One"},
        {"response": "One", "instruction_id_list": [NO_COMMA]},
    )
    assert [result["score"] for result in results] == [None, None, None, 1.0]
    bad = [{"instruction_id": [NO_COMMA], "kwargs": [one]} for one in (3, [1], "?", "{}")]
    bad += ["{'func_name': 'verify_bullet_points', 'N': 0x" + "f" * 9000 + "}", "{'id': {1: 2}}"]
    scores = [result["score"] for result in service.score(*({"response": "One", "ground_truth": one} for one in bad))]
    assert scores == [None, None, None, 1.0, None, None]
    assert [verdict["followed"] for verdict in results[0]["verdicts"]] == [True, None]
    assert "no checker has the id 'copy:copy'" in results[0]["verdicts"][1]["error"]
    assert "must be JSON or a Python literal" in results[1]["error"]
    assert "either 'instruction_id_list'" in results[2]["error"]


def test_half_a_character_is_text_like_any_other(service):
    body = b'{"items": [{"response": "a \\ud800, b", "instruction_id_list": ["punctuation:no_comma"]}]}'
    status, value = service.send("POST", "/score", body)
    assert (status, value["results"][0]["score"]) == (200, 0.0)


def test_verify_in_the_shape_of_nemo_gym(service):
    row = {"id": 7, "instruction_id_list": [NO_COMMA, TITLE], "kwargs": [None, {"x": None}], "prompt": "Say it."}
    for body in (gym("One two", row), gym("One two", {"verifier_metadata": row})):
        status, value = service.send("POST", "/verify", body)
        assert status == 200, value
        assert {name: value[name] for name in body} == body
        assert (value["reward"], value["follow_all_instructions"], value["mask_sample"]) == (0.0, False, False)
        assert value["follow_instruction_list"] == [True, False]
        assert value["verdicts"][1]["reason"]
    status, value = service.send("POST", "/verify", gym("One two", row, grading_mode="fraction"))
    assert (value["reward"], value["reward_loose"]) == (0.5, 0.5)
    partly = {"verifier_metadata": {"grading_mode": "fraction", "kwargs": None}}
    status, value = service.send(
        "POST", "/verify", gym("One", row | {"prompt": None, "kwargs": ["{}", None]}, **partly)
    )
    assert (status, value["reward"]) == (200, 0.5)
    status, value = service.send("POST", "/verify", gym("x", row | {"instruction_id_list": [NO_COMMA, "copy:copy"]}))
    assert status == 422
    assert "instruction 2 of 2: no checker has the id 'copy:copy'" in value["error"]["message"]
    assert service.send("GET", "/reverify_mode") == (200, "stateless")
    assert service.send("POST", "/seed_session", {}) == (200, {})


def test_metrics_of_an_evaluation_in_the_shape_of_nemo_gym(service):
    rows = [{"_ng_task_index": task, "reward": reward} for task, reward in ((0, 1.0), (0, 0.0), (1, 1.0))]
    rows[0] |= {"follow_all_instructions": True, "kwargs": [None], "_ng_rollout_index": 3, "big": 10**300}
    masked = {"_ng_task_index": 1, "reward": 0.0, "mask_sample": True}
    status, value = service.send("POST", "/aggregate_metrics", {"verify_responses": [*rows, masked]})
    assert status == 200, value
    assert value["key_metrics"] == {"mean/reward": pytest.approx(2 / 3), "mean/follow_all_instructions": 1.0}
    assert value["agent_metrics"]["masked_samples"] == 1
    assert value["agent_metrics"]["std/reward"] == pytest.approx(0.57735, abs=1e-5)
    assert [(one["_ng_task_index"], one["mean/reward"]) for one in value["group_level_metrics"]] == [(0, 0.5), (1, 1.0)]
    empty = {"group_level_metrics": [], "agent_metrics": {}, "key_metrics": {}}
    assert service.send("POST", "/aggregate_metrics", {"verify_responses": []}) == (200, empty)


def test_a_check_without_end_is_masked_and_stalls_no_other_request(service):
    found = []

    def verify_endless():
        found.append(service.send("POST", "/verify", gym(TEXT, ENDLESS | {"rules": "ifeval", "prompt": ""})))

    threads = [threading.Thread(target=verify_endless) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    started = time.monotonic()
    for _ in range(3):
        service.score({"response": "One", "instruction_id_list": [NO_COMMA]})
    waited = time.monotonic() - started
    for thread in threads:
        thread.join()
    assert waited < 3, "one process, and three checks of 1 s before these"
    for status, value in found:
        assert (status, value["reward"], value["mask_sample"]) == (200, 0.0, True)
        assert value["failure_kind"] == "verifier_error"
        assert "no verdict after 1 s" in value["failure_reason"]


def test_a_request_ends_at_its_limit_with_what_is_not_verified_named(service):
    started = time.monotonic()
    results = service.score(*[{"response": TEXT, **ENDLESS}] * 10, rules="ifeval")
    assert time.monotonic() - started < 12
    assert all(result["score"] is None for result in results)
    assert "no time was left" in results[-1]["verdicts"][0]["error"]
    assert service.score({"response": "One", "instruction_id_list": [NO_COMMA]})[0]["score"] == 1.0


def test_operators_see_health_metrics_and_the_document(service):
    assert service.send("GET", "/healthz") == (200, {"status": "ok"})
    status, document = service.send("GET", "/openapi.json")
    assert status == 200
    for path, methods in document["paths"].items():
        [method] = methods
        assert service.send(method.upper(), path, {} if method == "post" else None)[0] in (200, 422), path
    assert {"/score", "/verify", "/aggregate_metrics", "/reverify_mode"} <= document["paths"].keys()
    assert set(document["paths"]["/score"]["post"]["responses"]) >= {"200", "400", "413", "422", "503"}
    assert "ScoreItem" in document["components"]["schemas"]
    service.score(ITEM)
    status, text = service.send("GET", "/metrics")
    assert 'ifh_requests_total{route="/score",status="200"}' in text
    assert 'ifh_responses_total{outcome="scored"}' in text


def test_a_token_is_asked_for_and_sigterm_answers_what_is_in_flight():
    with serve("--token-env", "IFH_TOKEN", "--processes", "1", "--seconds", "1", env={"IFH_TOKEN": TOKEN}) as client:
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert client.send("GET", "/healthz")[0] == 200
        for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": TOKEN}):
            status, value = client.send("POST", "/score", {"items": [ITEM]}, **headers)
            assert (status, TOKEN in json.dumps(value)) == (401, False)
        assert client.send("GET", "/metrics")[0] == 401
        assert client.send("GET", "/metrics", Authorization=f"bearer {TOKEN}")[0] == 200
        found = []

        def send_slow():
            body = {"items": [{"response": TEXT, **ENDLESS}, ITEM], "rules": "ifeval"}
            found.append(client.send("POST", "/score", body, **right))

        thread = threading.Thread(target=send_slow)
        thread.start()
        time.sleep(0.6)
        client.process.send_signal(signal.SIGTERM)
        thread.join()
        assert client.process.wait(20) == 0
        [(status, value)] = found
        assert status == 200
        assert [result["score"] for result in value["results"]] == [None, 1.0]
        with pytest.raises(OSError, match=r"refused|reset"):
            client.send("GET", "/healthz")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--host", "0.0.0.0"], "can be reached from other machines, so a token is required"),
        (["--token-env", "IFH_NO_TOKEN"], "must have a token of 16 or more"),
        (["--token-env", TOKEN], "--token-env: the variable must have a token"),
        (["--seconds", "nan"], "'nan' is no number"),
        (["--rules", "ifevl"], "did you mean 'ifeval'"),
        (["--host", "203.0.113.9", "--token-env", "IFH_TOKEN"], "cannot listen on 203.0.113.9"),
    ],
)
def test_what_cannot_be_served_is_a_usage_error(options, message, monkeypatch, capsys):
    from harness.cli import run_cli

    monkeypatch.setenv("IFH_TOKEN", TOKEN)
    assert run_cli(["serve", "--port", "0", *options]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert TOKEN not in error
