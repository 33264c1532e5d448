"""`ifh report`: runs as one file, also unfinished ones, ones that cannot be paired, and what goes wrong."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from ifh import lines
from inside import inside as ifh

RUNS = ("echo", "partial")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Two runs on the same questions."""
    folder = tmp_path_factory.mktemp("home")
    for model in RUNS:
        ifh("run", "smoke", "--limit", "8", "--model", f"scripted/{model}", "--out", f"results/{model}", cwd=folder)
    return folder


@pytest.fixture
def copy(home, tmp_path):
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    return tmp_path


def text_of(path):
    """The words of a page, without the packed texts."""
    html = path.read_text(encoding="utf-8")
    words = re.sub(r"<(script|style).*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", words).split())


def test_one_run_and_two(home, tmp_path):
    before = {path: path.read_bytes() for path in (home / "results").rglob("*") if path.is_file()}
    done = ifh("report", "echo", "-o", tmp_path / "one.html", cwd=home)
    assert re.search(r"report: .*one\.html \(8 samples, 8 responses, [\d.]+ MB\)", done.stdout.replace("\n", ""))
    assert "Compare" not in text_of(tmp_path / "one.html")
    ifh("report", "results/echo", home / "results/partial/run.json", "-o", tmp_path / "two.html", cwd=home)
    text = text_of(tmp_path / "two.html")
    for run in RUNS:
        score = json.loads((home / "results" / run / "scores.json").read_text())["if_score"]
        assert f"{run} {score:.1f} IF score" in text.replace(f"A {run} {run}", run)
    assert "IF: A (echo) " in text
    assert "B is better than A on samples like these" in text
    assert re.search(r"\d+ verdicts? that differ", text)
    ifh("report", "echo", "partial", "-o", tmp_path / "again.html", cwd=home)
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert before == {path: path.read_bytes() for path in before}, "a report changes no run"


def test_a_run_that_is_not_at_its_end_is_told_as_far_as_it_is(copy):
    kept = copy / "results/echo/responses.jsonl"
    kept.write_text("".join(kept.read_text().splitlines(keepends=True)[:5]))
    done = ifh("report", "echo", "partial", cwd=copy)
    told = "unfinished: 3 of 8 samples have no response yet; the metrics are of the others"
    assert f"echo: {told}" in " ".join(done.stdout.split())
    text = text_of(copy / "report.html")
    assert told in text
    assert "re-scored from its responses" in text
    assert "scored 5 of 8" in text
    assert "5 pairs are omitted" not in text
    assert "unscored in A: not_asked 3" in text


def test_runs_on_different_questions_stand_side_by_side(copy):
    ifh("run", "smoke", "--limit", "8", "--seed", "5", "--model", "scripted/echo", "--out", "results/other", cwd=copy)
    ifh("report", "echo", "other", cwd=copy)
    text = text_of(copy / "report.html")
    assert "no sample is shared" in text
    assert "their samples are not paired" in text
    assert "difference, points" not in text
    assert text.count("IF score 0.0") + text.count("95% interval") >= 2


def test_another_rule_book(copy):
    ifh("report", "echo", "--rules", "ifeval", cwd=copy)
    assert "Rule book: ifeval." in text_of(copy / "report.html")
    assert not (copy / "results/echo/scores.ifeval.json").exists()
    done = ifh("report", "echo", "--rules", "ifevil", cwd=copy, code=2)
    assert "did you mean 'ifeval'?" in done.stderr


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["ecko"], 1, "there is no such folder; did you mean 'echo'?"),
        (["echo", "-o", "missing/report.html"], 1, "missing/report.html: cannot be written: No such file"),
        (["echo", "-o", "results"], 1, "results: is a folder, but the report is one file; give its name"),
        (["echo"] * 27, 2, "got 27 runs, but a report holds at most 26"),
        ([], 2, "Missing argument"),
    ],
)
def test_mistakes_are_told(copy, args, code, said):
    done = ifh("report", *args, cwd=copy, code=code)
    assert said in " ".join(done.stderr.split())
    assert not list(copy.glob("*.html"))


def test_damaged_verdicts_are_not_used(copy):
    path = copy / "results/partial/verdicts.jsonl"
    first, *others = lines(path)
    for verdict in first["verdicts"]:
        verdict["version"] = -1
        verdict["reason"] = "made up"
    path.write_text("".join(json.dumps(line) + "\n" for line in (first, *others)))
    done = ifh("report", "partial", cwd=copy)
    assert "re-scored" in done.stdout
    score = json.loads((copy / "results/partial/scores.json").read_text())["if_score"]
    assert f"{score:.1f} IF score" in text_of(copy / "report.html")


@pytest.mark.parametrize("kept", [0, 7])
def test_verdicts_on_samples_that_are_not_in_the_run_are_not_used(copy, kept):
    """None of them may be shown as the verdict on another sample."""
    path = copy / "results/partial/samples.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:kept]) or "\n\n")
    done = ifh("report", "partial", cwd=copy)
    assert "re-scored" in done.stdout


def test_three_runs_are_ranked_and_the_third_keeps_its_letter(copy):
    ifh("run", "smoke", "--limit", "8", "--model", "scripted/oracle", "--out", "results/oracle", cwd=copy)
    ifh("report", "echo", "partial", "oracle", cwd=copy)
    text = text_of(copy / "report.html")
    ranking = text[text.index("Ranking") : text.index("Ranks hold simultaneously")]
    rows = re.findall(r"([ABC]) (echo|partial|oracle) (\d(?: to \d)?) (\d+\.\d)", ranking)
    assert rows[0] == ("C", "oracle", "1", "100.0")
    assert "C is better than A on samples like these" in text
    assert "B (oracle)" not in text
