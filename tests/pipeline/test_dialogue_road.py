"""Instructions in a second turn, from the run file to the report, through the command line."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter

import pytest
from ifh import COMMAND, lines, only_run
from inside import runner
from loopback import Loopback, Reply, complains, says

SECOND = """
[questions]
per_task = 2
placement = "second"
[instructions]
pool = "livebench-2024"
count = [1, 3]
[model]
max_tokens = 300
"""
CHINESE = """
[articles]
options = { language = "zh" }
[questions]
per_task = 3
wording = "zh"
placement = "second"
[instructions]
pool = "zh"
count = [1, 3]
"""
COUNT = 8
USAGE = {"prompt_tokens": 10, "completion_tokens": 5}


def turns(body):
    return [message["content"] for message in body["messages"]]


def answer(body):
    number = (len(turns(body)) + 1) // 2
    return says(f"Answer {number} to {len(turns(body)[0])} characters.", usage=USAGE)


@pytest.fixture
def ifh(tmp_path, monkeypatch):
    (tmp_path / "second.toml").write_text(SECOND, encoding="utf-8")
    return runner(tmp_path, monkeypatch)


@pytest.fixture
def asked(ifh, tmp_path):
    """Return a finished run and what the server heard."""
    with Loopback(answer) as server:
        ifh("run", "second.toml", "--model", "openai/mock", "--base-url", server.url)
    return only_run(tmp_path), server.heard


def test_oracle_has_every_point_and_the_others_what_a_second_count_says(ifh, tmp_path):
    found = {}
    for model in ("oracle", "partial", "echo", "failing"):
        done = ifh(
            "run", "second.toml", "--model", f"scripted/{model}", "--out", model, "--json", code=int(model == "failing")
        )
        found[model] = json.loads(done.stdout)
    assert (found["oracle"]["if_score"], found["oracle"]["scored"]) == (100.0, COUNT)
    by_hand = []
    for line in lines(tmp_path / "partial" / "verdicts.jsonl"):
        followed = [verdict["followed"] for verdict in line["verdicts"]]
        assert all(followed[:-1])
        by_hand.append((all(followed) + sum(followed) / len(followed)) / 2)
    assert found["partial"]["if_score"] == pytest.approx(100 * sum(by_hand) / COUNT, abs=1e-3)
    assert found["echo"]["if_score"] < found["partial"]["if_score"] < 100
    assert (found["failing"]["scored"], found["failing"]["failures"]) == (0, {"rejected": COUNT})
    openings = {line["id"]: line["meta"]["opening"] for line in lines(tmp_path / "oracle" / "samples.jsonl")}
    for line in lines(tmp_path / "oracle" / "responses.jsonl"):
        assert line["earlier"] == [{"text": openings[line["sample_id"]]}]


def test_chinese_dialogues_are_answered_whole(ifh, tmp_path):
    (tmp_path / "zh.toml").write_text(CHINESE, encoding="utf-8")
    found = json.loads(ifh("run", "zh.toml", "--model", "scripted/oracle", "--json").stdout)
    assert (found["if_score"], found["scored"]) == (100.0, 12)
    told = ifh("show", only_run(tmp_path), "--limit", "1").stdout
    assert "请把你的回答从头到尾重新写一遍" in "".join(told.split())


def test_the_second_request_is_the_whole_dialogue_and_both_are_paid_for(asked):
    folder, heard = asked
    assert len(heard) == 2 * COUNT
    roles = Counter(tuple(message["role"] for message in request.body["messages"]) for request in heard)
    assert roles == {("user",): COUNT, ("user", "assistant", "user"): COUNT}
    firsts = {turns(request.body)[0] for request in heard}
    for request in heard:
        said = turns(request.body)
        if len(said) == 3:
            assert said[0] in firsts
            assert said[1] == f"Answer 1 to {len(said[0])} characters."
            assert said[2].startswith("Now write your whole response again")
    scores = json.loads((folder / "scores.json").read_text())
    assert (scores["spent"]["input_tokens"], scores["spent"]["output_tokens"]) == (20 * COUNT, 10 * COUNT)
    assert "after" not in scores
    assert {line["text"][:8] for line in lines(folder / "turns.jsonl")} == {"Answer 1"}
    assert {line["text"][:8] for line in lines(folder / "responses.jsonl")} == {"Answer 2"}


def test_a_prompt_prefix_stands_in_the_first_turn_of_both_requests(ifh, tmp_path):
    (tmp_path / "second.toml").write_text(f'{SECOND}prompt_prefix = "Think."\n', encoding="utf-8")
    with Loopback(answer) as server:
        ifh("run", "second.toml", "--model", "openai/mock", "--base-url", server.url, "--limit", "1")
    first, second = (turns(request.body) for request in server.heard)
    assert first[0] == second[0]
    assert first[0].startswith("Think.\nHere is how")
    assert not second[2].startswith("Think.")


def test_status_show_audit_and_diagnose_know_of_the_first_answer(asked, ifh):
    folder, _ = asked
    status = json.loads(ifh("status", folder, "--json").stdout)
    assert (status["responses"], status["begun"]) == (COUNT, 0)
    assert status["tokens"] == {"input": 20 * COUNT, "output": 10 * COUNT}
    shown = ifh("show", folder, "--limit", "1").said
    first, second = shown.index("[assistant] Answer 1 to"), shown.index("[user] Now write your whole response again")
    assert first < second < shown.index("response of served-1, epoch 0")
    samples = folder / "samples.jsonl"
    assert "[assistant] (the model's own response goes here) [user]" in ifh("show", samples, "--limit", "1").said
    assert f"proven {COUNT} (100.0%)" in ifh("audit", samples).said
    assert json.loads(ifh("diagnose", folder, "--json").stdout)["by_task"].keys() == {
        "paraphrase",
        "simplify",
        "story_generation",
        "summarize",
    }


def test_a_dry_run_reckons_with_both_requests(ifh, tmp_path):
    (tmp_path / "user.toml").write_text(SECOND.replace('"second"', '"user"'), encoding="utf-8")
    run = ("--model", "openai/mock", "--base-url", "http://127.0.0.1:9/v1", "--dry-run")
    one, both = (json.loads(ifh("run", name, *run, "--json").stdout) for name in ("user.toml", "second.toml"))
    assert (one["to_ask"], both["to_ask"], both["samples"], both["already"]) == (COUNT, 2 * COUNT, COUNT, 0)
    assert both["output_tokens"]["likely"] == 2 * one["output_tokens"]["likely"]
    assert both["output_tokens"]["high"] == 300 * 2 * COUNT
    assert both["input_tokens"]["likely"] > 2 * one["input_tokens"]["likely"]
    assert both["input_tokens"]["high"] >= both["input_tokens"]["likely"] + 50 * COUNT, "the first answer may be long"
    assert "take a request for each answer" in ifh("run", "second.toml", *run).said
    assert "several turns" not in ifh("run", "user.toml", *run).said


def test_what_is_left_to_ask_knows_of_first_answers_that_are_kept(ifh, tmp_path):
    with Loopback(lambda body: complains(400, "no") if len(turns(body)) > 1 else answer(body)) as server:
        run = ("run", "second.toml", "--model", "openai/mock", "--base-url", server.url)
        ifh(*run, code=None)
        folder = only_run(tmp_path)
        status = json.loads(ifh("status", folder, "--json").stdout)
        assert (status["begun"], status["failed"], status["tokens"]["input"]) == (
            COUNT,
            {"rejected": COUNT},
            10 * COUNT,
        )
        assert f"dialogues begun {COUNT}: their earlier responses are saved" in ifh("status", folder).said
        (folder / "failures.jsonl").write_text("")
        left = json.loads(ifh(*run, "--dry-run", "--json").stdout)
        assert (left["to_ask"], left["already"], left["spent"]["input_tokens"]) == (COUNT, 0, 10 * COUNT)
        server.replies = [answer]
        before = len(server.heard)
        assert json.loads(ifh(*run, "--json").stdout)["scored"] == COUNT
        assert {len(turns(request.body)) for request in server.heard[before:]} == {3}


def test_killed_between_the_turns_no_first_answer_is_asked_for_again(ifh, tmp_path):
    def slow(body):
        reply = answer(body)
        return Reply(reply.body, delay=60) if len(turns(body)) > 1 else reply

    with Loopback(slow) as server:
        run = ("run", "second.toml", "--model", "openai/mock", "--base-url", server.url)
        process = subprocess.Popen([*COMMAND, *run], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while sum(len(turns(one.body)) > 1 for one in server.heard) < COUNT and time.monotonic() < deadline:
            time.sleep(0.01)
        process.kill()
        process.wait()
        folder = only_run(tmp_path)
        assert len(lines(folder / "turns.jsonl")) == COUNT
        assert not (folder / "responses.jsonl").read_bytes()
        server.replies = [answer]
        assert json.loads(ifh(*run, "--json").stdout)["scored"] == COUNT
    times = Counter(turns(request.body)[0] for request in server.heard if len(turns(request.body)) == 1)
    assert (len(times), set(times.values())) == (COUNT, {1})
    assert len(lines(folder / "turns.jsonl")) == COUNT


def test_first_answers_that_are_cut_or_blank_are_told(ifh, tmp_path):
    firsts = iter([says("Cut in the mid", finish="length"), says(" "), says(None, finish="content_filter")])

    def moody(body):
        return next(firsts, None) or answer(body) if len(turns(body)) == 1 else answer(body)

    with Loopback(moody) as server:
        run = ("run", "second.toml", "--model", "openai/mock", "--base-url", server.url, "--concurrency", "1")
        said = ifh(*run).said
        folder = only_run(tmp_path)
        assert "Scored responses that follow an earlier response of this kind: cut at the token limit 1." in said
        assert "cut at the token limit 1" in (folder / "report.html").read_text(encoding="utf-8")
        scores = json.loads((folder / "scores.json").read_text())
        assert scores["after"] == {"cut at the token limit": 1}
        assert (scores["scored"], scores["failures"]) == (COUNT - 2, {"blank": 1, "refused": 1})
        assert "response 1 of 2: it is empty" in (folder / "failures.jsonl").read_text()
        assert json.loads(ifh("status", folder, "--json").stdout)["begun"] == 0, "what is blank is asked for anew"
        assert "[assistant, cut at the token limit] Cut in the mid" in ifh("show", folder).said
        assert json.loads(ifh(*run, "--json").stdout)["failures"] == {}


def test_a_file_of_a_run_replays_it_and_one_of_last_answers_says_what_is_missing(asked, ifh, tmp_path):
    folder, _ = asked
    (tmp_path / "said.jsonl").write_bytes((folder / "responses.jsonl").read_bytes())
    again = json.loads(ifh("run", "second.toml", "--model", "replay/said.jsonl", "--out", "again", "--json").stdout)
    scores = json.loads((folder / "scores.json").read_text())
    assert (again["if_score"], again["scored"]) == (scores["if_score"], COUNT)
    assert [line["earlier"] for line in sorted(lines(tmp_path / "again" / "responses.jsonl"), key=_id)] == [
        line["earlier"] for line in sorted(lines(folder / "responses.jsonl"), key=_id)
    ]
    last = [{"sample_id": line["sample_id"], "text": line["text"]} for line in lines(folder / "responses.jsonl")]
    (tmp_path / "last.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in last))
    failed = ifh("run", "second.toml", "--model", "replay/last.jsonl", "--out", "last", code=1)
    assert "answer 1 of the dialogue is not in it" in failed.said
    judged = ifh("score", "--questions", folder / "samples.jsonl", "--answers", "last.jsonl", "--out", "b", "--json")
    assert json.loads(judged.stdout)["if_score"] == scores["if_score"]


def _id(line):
    return line["sample_id"]


def test_the_published_forms_refuse_dialogues_and_the_others_hold_them(asked, ifh, tmp_path):
    folder, _ = asked
    for what in (folder, folder / "samples.jsonl"):
        for form in ("livebench", "ifeval"):
            done = ifh("export", what, "--to", form, "-o", "out", code=2)
            assert "is a dialogue of 2 responses, but" in done.told
            assert "export it as parquet, csv or jsonl" in done.told
    assert not (tmp_path / "out").exists()
    ifh("export", folder, "--to", "jsonl", "-o", "tables")
    [earlier] = json.loads(lines(tmp_path / "tables" / "responses.jsonl")[0]["earlier"])
    assert earlier["text"].startswith("Answer 1")
    ifh("export", folder / "samples.jsonl", "--to", "parquet", "-o", "set")
    assert f"{COUNT} of them are dialogues" in (tmp_path / "set" / "README.md").read_text(encoding="utf-8")
    found = ifh("run", "second.toml", "--samples", "set", "--model", "scripted/oracle", "--out", "set-run", "--json")
    assert json.loads(found.stdout)["if_score"] == 100.0


def test_article_texts_are_restored_and_the_set_runs(ifh, tmp_path):
    ifh("generate", "second.toml", "-o", "bare.jsonl", "--without-text")
    assert lines(tmp_path / "bare.jsonl")[0]["turns"][1] == {"role": "assistant", "parts": []}
    ifh("restore-text", "bare.jsonl", "-o", "whole.jsonl")
    ifh("generate", "second.toml", "-o", "set.jsonl")
    assert [line["id"] for line in lines(tmp_path / "whole.jsonl")] == [
        line["id"] for line in lines(tmp_path / "set.jsonl")
    ]


def test_epochs_and_a_cache_ask_for_each_answer_once(ifh, tmp_path):
    with Loopback(answer) as server:
        run = ("run", "second.toml", "--model", "openai/mock", "--base-url", server.url, "--cache", "cache")
        ifh(*run, "--epochs", "2", "--out", "a")
        assert len(server.heard) == 4 * COUNT
        ifh(*run, "--epochs", "2", "--out", "b")
        assert len(server.heard) == 4 * COUNT
    assert json.loads((tmp_path / "b" / "scores.json").read_text())["spent"]["input_tokens"] == 0


def test_a_budget_stops_between_the_turns_and_more_of_it_goes_on(ifh, tmp_path):
    ifh("generate", "second.toml", "-o", "set.jsonl", "--limit", "1")
    [sample] = lines(tmp_path / "set.jsonl")
    first = len(sample["turns"][0]["parts"][0]["text"].encode()) + 64 + 300
    with Loopback(answer) as server:
        run = ("run", "second.toml", "--model", "openai/mock", "--base-url", server.url, "--limit", "1", "--json")
        stopped = json.loads(ifh(*run, "--max-tokens-total", str(first), code=None).stdout)
        assert (stopped["stopped"], len(server.heard)) == ("budget", 1)
        done = json.loads(ifh(*run, "--max-tokens-total", str(3 * first)).stdout)
    assert (done["scored"], [len(turns(request.body)) for request in server.heard]) == (1, [1, 3])
    assert done["spent"]["input_tokens"] == 20


@pytest.mark.parametrize("rate", [1000])
def test_what_goes_over_the_wire_is_told(ifh, rate, tmp_path):
    text = f"{SECOND}[ask]\nrequests_per_minute = {rate}\n"
    (tmp_path / "second.toml").write_text(text, encoding="utf-8")
    with Loopback(answer) as server:
        run = ("run", "second.toml", "--model", "openai/mock", "--base-url", server.url, "--limit", "1")
        told = ifh(*run, "--log-level", "debug").stderr
    assert told.count("-> ") == told.count("<- ") == 2
    assert "'role': 'assistant', 'text': 'Answer 1 to" in told
