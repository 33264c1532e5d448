"""`ifh compare` and `ifh power`: the decision first, gates for CI, and what cannot be compared."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest
from ifh import lines
from inside import inside as ifh


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make three runs of the same twenty questions, and one of the first eight."""
    root = tmp_path_factory.mktemp("compared")
    for model in ("oracle", "partial", "echo"):
        ifh("run", "smoke", "--model", f"scripted/{model}", "--out", f"results/{model}", cwd=root)
    ifh("run", "smoke", "--model", "scripted/echo", "--limit", "8", "--out", "results/few", cwd=root)
    return root


@pytest.fixture
def root(made, tmp_path):
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def digest(root):
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return [(str(path), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]


def test_the_decision_comes_first_and_everything_fits_80_columns(root):
    before = digest(root)
    done = ifh("compare", "oracle", "partial", "--margin", "5", cwd=root)
    first = " ".join(done.stdout.split("\n\n")[0].split())
    score = json.loads((root / "results/partial/scores.json").read_text())["if_score"]
    assert first.startswith(
        f"IF: A (oracle) 100.0, B (partial) {score:.1f}. Difference {score - 100:+.1f} points, 95 %"
    )
    assert " B is worse than A on samples like these" in first
    assert max(map(len, done.stdout.splitlines())) <= 80
    for told in ("exact McNemar", "articles swapped", "TOST", "p, Holm", "cluster-robust", "80 % of cases", "Flips: "):
        assert told in " ".join(done.stdout.split())
    assert done.stdout.count("  A: followed: ") == 3
    assert digest(root) == before


def test_the_record_adds_up_to_the_scores_of_the_runs(root):
    found = json.loads(ifh("compare", "results/echo", "results/partial", "--json", cwd=root).stdout)
    scores = [json.loads((root / "results" / name / "scores.json").read_text()) for name in ("echo", "partial")]
    assert found["a"] == {"name": "echo", "model": "echo", "label": "echo", "if_score": scores[0]["if_score"]}
    assert found["overall"]["a"] == scores[0]["if_score"]
    assert found["overall"]["b"] == scores[1]["if_score"]
    assert found["loose"]["n"] == found["pairs"] == 20
    for task, figures in found["by_task"].items():
        assert figures["b"] == scores[1]["by_task"][task]["if_score"]
    for id, figures in found["by_id"].items():
        assert figures["a"] == scores[0]["by_id"][id]["instruction"]
        assert figures["n"] == scores[0]["by_id"][id]["n"]
    turns = [turn for flip in found["flips"] for turn in flip["instructions"]]
    net = sum(round(one["difference"] * one["n"] / 100) for one in found["by_id"].values())
    assert sum(turn["b"] - turn["a"] for turn in turns) == net
    assert all(turn["reason_a"] and turn["reason_b"] for turn in turns)


@pytest.mark.parametrize(
    ("a", "b", "points", "code", "outcome"),
    [
        ("oracle", "echo", "5", 3, "fail"),
        ("echo", "oracle", "5", 0, "pass"),
        ("oracle", "oracle", "5", 0, "insufficient evidence"),
        ("oracle", "echo", "98.9", 0, "insufficient evidence"),
    ],
)
def test_the_gate_fails_only_what_is_shown_to_be_worse(made, a, b, points, code, outcome):
    found = json.loads(ifh("compare", a, b, "--fail-if-worse", points, "--json", cwd=made, code=code).stdout)
    assert [(one["name"], one["outcome"]) for one in found["gates"]] == [("IF", outcome)]


def test_a_family_broken_on_purpose_is_named_first(root):
    ifh("generate", "livebench", "-o", "samples.jsonl", "--limit", "40", cwd=root)
    ifh("run", "smoke", "--samples", "samples.jsonl", "--out", "results/whole", cwd=root)
    asked = {sample["id"]: sample for sample in lines(root / "samples.jsonl")}
    answers = lines(root / "results/whole/responses.jsonl")
    for answer in answers:
        if any(one["id"].startswith("startend:") for one in asked[answer["sample_id"]]["instructions"]):
            answer["text"] += "\nThat is all"
    (root / "broken.jsonl").write_text("".join(f"{json.dumps(answer)}\n" for answer in answers))
    ifh("score", "--questions", "samples.jsonl", "--answers", "broken.jsonl", "--out", "results/broken", cwd=root)
    found = json.loads(ifh("compare", "whole", "broken", "--json", cwd=root).stdout)
    assert found["different"]
    assert next(iter(found["by_family"])) == "startend"
    assert ", most of all in startend (-" in found["conclusion"]


def test_three_runs_are_ranked(root):
    done = ifh("compare", "echo", "oracle", "partial", "--markdown", "rank.md", cwd=root)
    assert done.stdout.startswith("B (oracle) is shown to be the best of 3: IF 100.0.")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "| B oracle | oracle | 100.0 |" in (root / "rank.md").read_text()


def test_markdown_goes_to_a_file_or_to_standard_output(root):
    page = ifh("compare", "oracle", "echo", "--markdown", "-", "--fail-if-worse", "3", cwd=root, code=3).stdout
    assert page.startswith("**IF: A (oracle) 100.0, B (echo) ")
    assert "| verdicts by family | n | A | B | B - A | 95 % | p, Holm |" in page
    done = ifh(
        "compare", "oracle", "echo", "--markdown", "said.md", "--fail-if-worse", "3", "--flips", "0", cwd=root, code=3
    )
    said = (root / "said.md").read_text()
    assert said.splitlines()[:3] == page.splitlines()[:3]
    assert "B is worse than A" in done.stdout
    assert "gate IF: fail: " in done.stdout
    assert "- A: followed: " in page
    assert "A: followed: " not in said + done.stdout


def test_answers_without_a_verdict_are_left_out_in_both_and_counted(root):
    path = root / "results/partial/responses.jsonl"
    first, *others = path.read_text().splitlines(keepends=True)
    path.write_text("".join(others))
    failure = {
        "sample_id": json.loads(first)["sample_id"],
        "epoch": 0,
        "model": "m",
        "error": "rejected",
        "message": "no",
    }
    (root / "results/partial/failures.jsonl").write_text(json.dumps(failure | {"seconds": 0.1, "attempts": 1}) + "\n")
    done = ifh("compare", "oracle", "partial", cwd=root).stdout
    assert "Omitted from both: unscored in B: rejected 1." in done
    assert "B without verdicts: rejected 1." in done
    assert "re-scored from its responses" in done
    found = json.loads(ifh("compare", "oracle", "partial", "--json", cwd=root).stdout)
    assert (found["pairs"], found["dropped"], found["counts"]["b"]["unscored"]) == (
        19,
        {"unscored in B: rejected": 1},
        1,
    )


def test_what_cannot_be_compared_is_refused_and_nothing_changes(root):
    info = root / "results/echo/run.json"
    other = shutil.copytree(root / "results/echo", root / "results/other")
    (other / "run.json").write_text(info.read_text().replace('"format": 1', '"format": 99'))
    half = shutil.copytree(root / "results/echo", root / "results/half")
    (half / "responses.jsonl").write_text("".join((half / "responses.jsonl").read_text().splitlines(keepends=True)[:5]))
    less = shutil.copytree(root / "results/echo", root / "results/less")
    (less / "samples.jsonl").unlink()
    before = digest(root)
    for name, said in {
        "few": "8 shared, 12 more in oracle. Compare the shared samples with --shared-only",
        "other": "format 99 is not 1",
        "half": "15 of 20 samples have no response",
        "less": "samples.jsonl: cannot be read",
        "orcale": "there is no such folder; did you mean 'oracle'?",
    }.items():
        done = ifh("compare", "oracle", name, cwd=root, code=1)
        assert said in done.stderr
        assert done.stdout == ""
    assert digest(root) == before
    shared = ifh("compare", "oracle", "few", "--shared-only", cwd=root).stdout
    assert "8 pairs of responses on 8 articles" in shared
    assert "Omitted from both: only in A 12." in shared


def test_questions_that_were_edited_under_their_old_ids_are_no_pairs(root):
    ifh("generate", "smoke", "-o", "questions.jsonl", cwd=root)
    records = lines(root / "questions.jsonl")
    edited = records[3]["turns"][-1]["parts"][0]
    edited["text"] = edited["text"].replace("article", "report")
    records[5]["meta"]["remark"] = "decides nothing"
    (root / "edited.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    ifh("run", "smoke", "--samples", "edited.jsonl", "-m", "scripted/echo", "--out", "results/edited", cwd=root)
    told = " ".join(ifh("compare", "oracle", "edited", cwd=root, code=1).stderr.split())
    assert f"sample {records[3]['id']} has a different prompt or different instructions in oracle and edited" in told


def test_runs_of_different_rule_books_are_compared_by_one(root):
    folder = root / "results/echo/run.json"
    folder.write_text(folder.read_text().replace('"rules": null', '"rules": "ifeval"'))
    done = ifh("compare", "oracle", "echo", cwd=root, code=1)
    assert "oracle is scored by the rule book 'audited' and echo by 'ifeval'" in done.stderr
    found = json.loads(ifh("compare", "oracle", "echo", "--rules", "ifeval", "--json", cwd=root).stdout)
    assert found["pairs"] + sum(found["dropped"].values()) == 20
    assert any(note.startswith("A: re-scored") for note in found["notes"])
    done = ifh("compare", "oracle", "echo", "--rules", "ifevl", cwd=root, code=2)
    assert "ifeval" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compare", "oracle"), "give at least two runs"),
        (("compare", "oracle", "echo", "partial", "--margin", "3"), "--margin needs exactly two runs, got 3"),
        (("compare", "oracle", "echo", "--margin", "0"), "--margin takes IF points between 0 and 100"),
        (("compare", "oracle", "echo", "--fail-if-worse", "-2"), "--fail-if-worse takes IF points"),
        (("compare", "oracle", "echo", "--confidence", "95"), "--confidence"),
        (("compare", "oracle", "echo", "--fail-unless-not-worse", "0"), "--fail-unless-not-worse takes IF points"),
        (("compare", "oracle", "echo", "partial", "--gate", "g.toml"), "--gate needs exactly two runs"),
        (("power", "oracle", "echo", "partial"), "give one run or two"),
        (("power", "echo", "-d", "3", "-n", "5"), "not both"),
    ],
)
def test_wrong_usage_is_told(made, arguments, said):
    assert said in ifh(*arguments, cwd=made, code=2).stderr


def test_power_tells_how_many_samples_a_difference_takes(made):
    told = ifh("power", "echo", "partial", "--difference", "4", cwd=made).stdout
    assert told.startswith("To show 4 points takes ")
    assert max(map(len, told.splitlines())) <= 80
    found = json.loads(ifh("power", "echo", "partial", "--difference", "4", "--json", cwd=made).stdout)
    [wanted] = found["wanted"]
    assert wanted["samples"] > found["now"]["samples"] == 20
    back = json.loads(ifh("power", "echo", "partial", "-n", str(wanted["samples"]), "--json", cwd=made).stdout)
    assert back["wanted"][0]["difference"] == pytest.approx(4, abs=0.05)
    assert "as if another run were independent of it" in " ".join(ifh("power", "partial", cwd=made).stdout.split())
    assert "no spread between articles can be seen" in ifh("power", "oracle", cwd=made, code=1).stderr


def test_every_figure_can_be_read_loosely(tmp_path):
    for model in ("echo", "partial"):
        ifh("run", "smoke", "--model", f"scripted/{model}", "--out", model, cwd=tmp_path)
    strict, loose = (
        json.loads(ifh("compare", "echo", "partial", *options, "--json", cwd=tmp_path).stdout)
        for options in ((), ("--loose",))
    )
    assert (strict["mode"], loose["mode"]) == ("strict", "loose")
    assert loose["overall"] == loose["loose"] == strict["loose"] != strict["overall"]
    assert loose["by_task"] != strict["by_task"]
    told = ifh("compare", "echo", "partial", "--loose", cwd=tmp_path).stdout
    assert "all, loose" in told
    assert "all, strict" not in told


def test_what_differs_comes_before_the_scores_and_in_every_form(root):
    ifh("run", "smoke", "-m", "scripted/partial", "--temperature", "0.5", "--out", "results/warm", cwd=root)
    done = ifh("compare", "partial", "warm", "--markdown", "differs.md", cwd=root)
    words = " ".join(done.stdout.split())
    assert "A (partial, temperature -) " in words
    assert ", B (partial, temperature 0.5) " in words
    assert "The runs have the same model. What differs: temperature (- against 0.5)." in words
    assert done.stdout.index("what differs") < done.stdout.index("run  ") < done.stdout.index("beside the score")
    page = (root / "differs.md").read_text()
    assert page.index("| what differs | A | B |") < page.index("| run | model |")
    found = json.loads(ifh("compare", "partial", "warm", "--json", cwd=root).stdout)
    assert {"name": "temperature", "values": ["-", "0.5"], "expected": False} in found["run_differences"]
    ifh("report", "partial", "warm", cwd=root)
    html = (root / "report.html").read_text()
    assert html.index("What differs between the runs") < html.index("beside the score")
    assert "partial, temperature 0.5" in html


def test_rows_beside_the_score_are_those_of_the_responses(made):
    found = json.loads(ifh("compare", "oracle", "partial", "--json", cwd=made).stdout)
    rows = {one["name"]: one for one in found["metrics"]}
    lengths = [
        sum(len(line["text"]) for line in lines(made / f"results/{name}/responses.jsonl")) / 20
        for name in ("oracle", "partial")
    ]
    assert [rows["length, mean"][side] for side in "ab"] == pytest.approx(lengths, rel=1e-5)
    assert rows["failed"]["a"] == rows["failed"]["b"] == 0
    assert {"latency, median", "latency, p95"} <= rows.keys()
    assert "cost, mean" not in rows, "the cost of a scripted model is unknown, not 0"
