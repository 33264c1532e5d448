"""Runs beside each other and beside published figures: what comes out, and what is marked as unlike."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from ifh import only_run
from inside import inside as ifh
from test_published import answer, needs_data, parity, put, question

SHARED = Path(__file__).parents[2].parent / "shared"
BOARD = SHARED / "boards" / "livebench_if.csv"
TASKS = ("paraphrase", "simplify", "story_generation", "summarize")
RELEASES = """2024-06-24 2024-07-26 2024-08-31 2024-11-25 2025-04-02 2025-04-25 2025-05-30 2025-11-25 2025-12-23
2026-01-08 2026-06-25""".split()


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A folder with two runs of the same questions."""
    home = tmp_path_factory.mktemp("two")
    for model in ("partial", "echo"):
        ifh("run", "smoke", "--model", f"scripted/{model}", cwd=home)
    return home


def board(cwd, *args, code=0):
    return json.loads(ifh("leaderboard", *args, "--json", cwd=cwd, code=code).stdout)


def by_model(found):
    return {row["model"]: row for row in found["rows"]}


def test_step_2_and_its_neighbours_come_out_as_published(tmp_path):
    done = ifh("leaderboard", "--published", "2024-08-31", cwd=tmp_path)
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith("A ")]
    first = [(row[1], row[2]) for row in rows[:4]]
    assert first == [
        ("step-2-16k-202411", "86.57"),
        ("gemini-exp-1121", "86.53"),
        ("gemini-1.5-flash-002", "84.55"),
        ("meta-llama-3.1-70b-instru…", "79.08"),
    ]
    found = board(tmp_path, "--published", "2024-08-31")
    assert len(found["rows"]) == 59
    scores = {name: row["if_score"] for name, row in by_model(found).items()}
    assert (scores["gemini-1.5-pro-002"], scores["gpt-4o-2024-08-06"]) == (77.75, 74.58)
    assert (scores["o1-preview-2024-09-12"], scores["o1-mini-2024-09-12"]) == (77.73, 70.17)
    assert (min(scores.values()), max(scores.values())) == (51.25, 86.57)


@pytest.mark.skipif(not BOARD.is_file(), reason=f"the published table is not there ({BOARD})")
def test_every_published_row_is_there_and_its_mean_is_the_published_one(tmp_path):
    named = [part for release in RELEASES for part in ("--published", release)]
    ours = {(row["release"], row["model"]): row for row in board(tmp_path, *named)["rows"]}
    with BOARD.open(encoding="utf-8", newline="") as file:
        theirs = list(csv.DictReader(file))
    assert len(ours) == len(theirs) == 757
    for row in theirs:
        found = ours[row["release"], row["model"]]
        assert [found[task] for task in TASKS] == [float(row[task]) for task in TASKS]
        assert abs(found["if_score"] - float(row["if_average"])) < 0.0056, row


def test_a_run_stands_there_with_its_own_figures_and_interval(two):
    found = by_model(board(two))
    for folder in (two / "results").iterdir():
        scores = json.loads((folder / "scores.json").read_text())
        row = found[json.loads((folder / "run.json").read_text())["plan"]["model"]]
        assert row["run"] == folder.name
        assert row["if_score"] == scores["if_score"]
        assert (row["low"], row["high"]) == (scores["interval"]["low"], scores["interval"]["high"])
        assert {task: row[task] for task in TASKS} == {t: f["if_score"] for t, f in scores["by_task"].items()}
        assert (row["scored"], row["of"], row["published"]) == (20, 20, False)


def test_unlike_things_carry_other_letters_and_the_difference_is_told(two):
    found = board(two, *(two / "results").iterdir(), "--published", "2024-08-31", "--top", "2")
    assert [row["kind"] for row in found["rows"]] == ["A", "A", "B", "B"]
    assert found["kinds"]["B"]["differs_from_first"] == ["questions", "release", "rules", "mode"]
    assert found["left_out"] == 57
    told = ifh("leaderboard", "--published", "2024-08-31", "--top", "2", cwd=two).stdout
    assert max(map(len, told.splitlines())) <= 80
    flat = " ".join(told.split())
    assert "Compare only rows with the same letter" in flat
    assert "rules audited; scored: without thinking; differs from A in: questions, release, rules, mode" in flat
    assert "57 published rows omitted" in flat


def test_other_rules_extraction_or_questions_are_unlike(tmp_path):
    put(tmp_path / "question.jsonl", [question("a"), question("b")])
    head = "[model]\nadapter = 'scripted'\nname = 'oracle'\n[score]\n"
    for name, line in {"own": "", "raw": "extract = []\n", "ruled": "rules = 'audited'\n"}.items():
        (tmp_path / f"{name}.toml").write_text(head + line)
        ifh("run", f"{name}.toml", "--samples", "question.jsonl", "--out", name, cwd=tmp_path)
    ifh("run", "own.toml", "--samples", "question.jsonl", "--limit", "1", "--out", "fewer", cwd=tmp_path)
    for name, what in {"raw": "mode", "ruled": "rules", "fewer": "questions"}.items():
        assert board(tmp_path, "own", name)["kinds"]["B"]["differs_from_first"] == [what]
    alike = board(tmp_path, "own", "ruled", "--rules", "ifeval")
    assert {row["kind"] for row in alike["rows"]} == {"A"}
    assert alike["kinds"]["A"]["rules"] == "ifeval"
    unlike = board(tmp_path, "own", "raw", "ruled", "fewer")
    assert list(unlike["kinds"]) == ["A", "B", "C", "D"]


def test_another_release_of_the_same_questions_is_marked(tmp_path):
    found = board(tmp_path, "--published", "2024-07-26", "--published", "2024-08-31", "--top", "1")
    assert found["kinds"]["B"]["differs_from_first"] == ["release"]


@needs_data
def test_the_published_questions_are_known_again(tmp_path):
    """The digests in the package are those of the question sets that LiveBench published."""
    published = SHARED / "parity" / "livebench_if_published.jsonl.gz"
    first = parity("livebench_if_published")[0]
    put(tmp_path / "m.jsonl", [answer(first["question_id"], "Some words.")])
    release = first["livebench_release_date"][:10]
    args = ("--questions", published, "--answers", "m.jsonl", "--release", release)
    ifh("score", *args, cwd=tmp_path)
    found = board(tmp_path, only_run(tmp_path), "--published", release, "--top", "1")
    assert found["kinds"]["B"]["differs_from_first"] == ["mode", "tasks scored"]
    [ours] = [row for row in found["rows"] if not row["published"]]
    assert (ours["scored"], ours["of"]) == (1, 200)
    assert "199 unscored (missing 199)" in ours["notes"]
    assert "nothing scored of" in ours["notes"]


def test_sorting(two):
    def names(*args):
        return [row["model"] for row in board(two, *args)["rows"]]

    assert names() == ["partial", "echo"]
    assert names("--sort", "model") == ["echo", "partial"]
    found = board(two, "--published", "2024-08-31", "--sort", "summarize")
    cells = [row["summarize"] for row in found["rows"]]
    assert cells == sorted(cells, reverse=True)


def test_tasks_of_ones_own_have_columns_too(tmp_path):
    tasks = ("translate", "translate_more", "sum", "tell", "fifth")
    put(tmp_path / "question.jsonl", [question(task, task=task) for task in tasks])
    put(tmp_path / "m.jsonl", [answer(task, "One two three four.") for task in tasks])
    ifh("import", "m.jsonl", "--questions", "question.jsonl", cwd=tmp_path)
    [row] = board(tmp_path)["rows"]
    assert {row[task] for task in tasks} == {100.0}
    told = ifh("leaderboard", cwd=tmp_path).stdout
    assert max(map(len, told.splitlines())) <= 80
    assert " ".join(["100.0"] * 4) in " ".join(told.split())
    assert "Tasks that do not fit: " in told


def test_a_run_that_is_not_at_its_end_says_so(tmp_path):
    ifh("run", "smoke", cwd=tmp_path)
    folder = only_run(tmp_path)
    kept = (folder / "responses.jsonl").read_text().splitlines(keepends=True)[:8]
    (folder / "responses.jsonl").write_text("".join(kept))
    told = " ".join(ifh("leaderboard", cwd=tmp_path).stdout.split())
    assert "A* oracle" in told
    assert "8/20" in told
    assert "*: some samples are not scored" in told
    assert "unfinished: 12 of 20 samples have no response yet" in told


def test_what_is_no_run_is_skipped_and_named(two):
    (two / "note.txt").write_text("x")
    (two / "bad").mkdir(exist_ok=True)
    (two / "bad" / "run.json").write_text("{")
    done = ifh("leaderboard", *(two / "results").iterdir(), "note.txt", "bad", "nope", "--json", cwd=two)
    assert len(json.loads(done.stdout)["rows"]) == 2
    for name in ("note.txt", "bad", "nope"):
        assert f"skipped: {name}" in done.stderr
    assert len(json.loads(done.stdout)["skipped"]) == 3


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--published", "2024-8-31"), "did you mean '2024-08-31'"),
        (("--published", "2023-01-01"), "releases: 2024-06-24"),
        (("--published", "2024-08-31", "--sort", "sumarize"), "did you mean 'summarize'"),
        (("--published", "2024-08-31", "--rules", "livebnch"), "did you mean 'livebench'"),
        (("--published", "2024-08-31", "--csv", "--json"), "give one of"),
    ],
)
def test_slips_are_told(tmp_path, args, expected):
    done = ifh("leaderboard", *args, cwd=tmp_path, code=2)
    assert expected in " ".join(done.stderr.split())


def test_missing_runs_are_a_failure_as_in_every_command(tmp_path):
    for args in (("nope",), ("nope", "--published", "2024-08-31")):
        done = ifh("leaderboard", *args, cwd=tmp_path, code=1)
        assert "there is no run to show: nope: there is no such folder" in " ".join(done.stderr.split())
    assert "results/ has no run" in ifh("leaderboard", cwd=tmp_path, code=1).stderr


def test_names_of_strangers_do_no_harm_in_sheets_and_markdown(tmp_path):
    put(tmp_path / "question.jsonl", [question("a"), question("b")])
    put(tmp_path / "m.jsonl", [answer("a", "One two three four."), answer("b", "One, two.")])
    ifh("import", "m.jsonl", "--questions", "question.jsonl", "--model", "=1|<b>\x1b[31m", cwd=tmp_path)
    rows = list(csv.DictReader(io.StringIO(ifh("leaderboard", "--csv", cwd=tmp_path).stdout)))
    assert rows[0]["model"].startswith("'=1|")
    assert float(rows[0]["if_score"]) == 50.0
    lines = ifh("leaderboard", "--markdown", cwd=tmp_path).stdout.splitlines()
    assert lines[0].startswith("|  | model | run | IF |")
    assert r"=1\|\<b\>\\x1b\[31m" in lines[2]
    assert "\x1b" not in ifh("leaderboard", cwd=tmp_path).stdout
