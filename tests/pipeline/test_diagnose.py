"""`ifh diagnose`: what the answers of a run are, told beside the score and never in it."""

from __future__ import annotations

import json
import re
from html import unescape

from ifh import lines, only_run

from harness.reporting.diagnostics import ABOUT
from harness.scoring.diagnostics import NAMES


def diagnosed(ifh, folder):
    return json.loads(ifh("diagnose", folder, "--json").stdout)


def replayed(ifh, tmp_path, answers):
    """Run the smoke questions with `answers` (sample -> text) and return the folder of that run."""
    ifh("generate", "smoke", "-o", "samples.jsonl")
    samples = lines(tmp_path / "samples.jsonl")
    said = [{"sample_id": s["id"], "epoch": 0, "text": answers(s), "stop": "end", "model": "m"} for s in samples]
    file = tmp_path / "answers.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in said), encoding="utf-8")
    ifh("run", "smoke", "--samples", "samples.jsonl", "--model", f"replay/{file}")
    return only_run(tmp_path)


def test_echo_is_a_copy_everywhere(ifh, tmp_path):
    ifh("run", "smoke", "--model", "scripted/echo")
    found = diagnosed(ifh, only_run(tmp_path))
    assert len(found["flagged"]) == 20
    for task in found["by_task"].values():
        assert (task["n"], task["found"]["copy"], task["judged"]["copy"]) == (5, 5, 5)
    for one in found["flagged"]:
        assert "copy" in [finding["name"] for finding in one["findings"]]
    assert found["leak"]["share"] == 0.0, "the opening was shown"
    assert (found["leak"]["longest"], found["leak"]["chance"]) == (0, 0.0)
    assert "leak" not in {finding["name"] for one in found["flagged"] for finding in one["findings"]}


def test_the_oracle_follows_everything_and_is_about_nothing(ifh, tmp_path):
    ifh("run", "smoke")
    assert json.loads((only_run(tmp_path) / "scores.json").read_text())["if_score"] == 100.0
    found = diagnosed(ifh, only_run(tmp_path))
    off = {name: task["found"]["off_topic"] for name, task in found["by_task"].items()}
    assert off["paraphrase"] >= 2
    assert off["summarize"] == found["by_task"]["summarize"]["judged"]["off_topic"] > 0
    assert sum(task["found"]["copy"] for task in found["by_task"].values()) == 0


def test_the_rest_of_the_article_is_a_leak_and_nothing_else_is(ifh, tmp_path):
    folder = replayed(ifh, tmp_path, lambda s: s["meta"]["rest"] if s["task"] == "summarize" else s["meta"]["opening"])
    found = diagnosed(ifh, folder)
    leaks = {name: task["leak"] for name, task in found["by_task"].items()}
    assert leaks["summarize"]["share"] == 100.0
    assert leaks["paraphrase"]["share"] == 0.0
    assert found["leak"]["low"] < 25 < found["leak"]["high"]
    assert found["leak"]["share"] == 25.0
    assert {one["task"] for one in found["flagged"] if "leak" in [f["name"] for f in one["findings"]]} == {"summarize"}
    assert "words in a row are those of the rest" in ifh("diagnose", folder, "-n", "20").said


def test_stuffed_answers_are_flagged(ifh, tmp_path):
    folder = replayed(ifh, tmp_path, lambda s: f"{s['meta']['title']}. {'great news ' * 30}")
    found = diagnosed(ifh, folder)
    for task in found["by_task"].values():
        assert task["found"]["stuffed"] == task["judged"]["stuffed"] > 0


def test_neither_the_score_nor_a_file_changes(ifh, tmp_path):
    ifh("run", "smoke", "--model", "scripted/partial")
    folder = only_run(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    first = ifh("diagnose", folder).stdout
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    assert ifh("diagnose", folder).stdout == first
    ifh("score", folder)
    assert (folder / "scores.json").read_bytes() == before["scores.json"]
    assert (folder / "verdicts.jsonl").read_bytes() == before["verdicts.jsonl"]


def test_the_tables_fit_80_columns_and_show_as_many_as_asked_for(ifh, tmp_path):
    ifh("run", "smoke", "--model", "scripted/echo")
    folder = only_run(tmp_path)
    shown = ifh("diagnose", folder, "--limit", "3").stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert shown.count("\nsample ") == 3
    assert "17 more flagged" in shown
    assert "flagged 20 of 20 responses (scores are not affected)" in shown
    assert "\nsample " not in ifh("diagnose", folder, "-n", "0").stdout


def test_what_is_not_known_is_not_judged(ifh, tmp_path):
    questions = tmp_path / "questions.jsonl"
    prompt = "Sum it up. Use no comma."
    about = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}], "livebench_release_date": "2024-06-24"}
    asked = [{"question_id": str(n), "task": "summarize", "turns": [f"{prompt} {n}"], **about} for n in range(2)]
    questions.write_text("".join(json.dumps(one) + "\n" for one in asked), encoding="utf-8")
    answers = tmp_path / "answers.jsonl"
    told = [{"question_id": str(n), "model_id": "m", "choices": [{"index": 0, "turns": ["One."]}]} for n in range(2)]
    answers.write_text("".join(json.dumps(one) + "\n" for one in told), encoding="utf-8")
    ifh("score", "--questions", questions, "--answers", answers)
    folder = only_run(tmp_path)
    found = diagnosed(ifh, folder)
    assert found["by_task"]["summarize"] == {"n": 2, "flagged": 0, "judged": {}, "found": {}, "leak": None}
    assert found["leak"] is None
    assert found["not_judged"]["copy"] == {"the opening of its article is not known": 2}
    assert found["not_judged"]["leak"] == {"the rest of its article is not known": 2}
    assert "not checked, the rest of its article is not known: leak 2" in ifh("diagnose", folder).said
    ifh("report", folder)
    text = words_of(tmp_path / "report.html")
    assert "No response could be checked." in text
    assert "the opening of its article is not known: copy 2, off_topic 2" in text
    assert "of 2 answers" not in text, "what could not be judged is not shown as clean"


def test_a_run_without_answers_and_a_run_that_is_not_there(ifh, tmp_path):
    ifh("run", "smoke", "--model", "scripted/failing", code=1)
    folder = only_run(tmp_path)
    assert "flagged 0 of 0 responses" in ifh("diagnose", folder).said
    missing = ifh("diagnose", f"{folder.name}x", code=1)
    assert "there is no such folder" in missing.told
    assert folder.name in missing.told


def test_text_of_a_model_is_printed_harmless(ifh, tmp_path):
    folder = replayed(ifh, tmp_path, lambda _: "\x1b[31mhé\u202e " * 12)
    shown = ifh("diagnose", folder, "-n", "20").stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def words_of(path):
    """The words of a page, without the packed texts."""
    html = re.sub(r"<(script|style).*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_report_tells_what_diagnose_tells(ifh, tmp_path):
    folder = replayed(ifh, tmp_path, lambda s: s["meta"]["rest"] if s["task"] == "summarize" else s["meta"]["opening"])
    found = diagnosed(ifh, folder)
    said = ifh("report", folder, "-o", "told.html").said
    flagged = len(found["flagged"])
    assert f"{flagged} of 20 responses flagged; no score depends on it" in said
    text = words_of(tmp_path / "told.html")
    for name, about in ABOUT.items():
        counts = [
            (task["found"][name], task["judged"][name])
            for task in found["by_task"].values()
            if task["judged"].get(name)
        ]
        n, of = (sum(numbers) for numbers in zip(*counts, strict=True))
        assert f"{name} {about} {n} of {of} " in text
    leak = found["leak"]
    assert f"all {leak['n']} {leak['share']:.2f} {leak['low']:.2f} to {leak['high']:.2f} {leak['chance']:.2f}" in text
    for one in found["flagged"]:
        for finding in one["findings"]:
            assert f"{finding['name']} : {finding['reason']}" in text
    assert tuple(ABOUT) == NAMES


def test_what_was_not_looked_at_is_never_shown_as_clean(ifh, tmp_path, monkeypatch):
    assert "To find off-task responses, run: ifh diagnose" in ifh("run", "smoke", "--model", "scripted/echo").said
    folder = only_run(tmp_path)
    how = "This report does not check it: ifh report RUN --diagnose"
    assert how in words_of(folder / "report.html")
    assert "flagged" not in ifh("report", folder, "--no-diagnose").said
    assert how in words_of(tmp_path / "report.html")
    monkeypatch.setattr("harness.reporting.multi_run.MOST_DIAGNOSED", 19)
    assert "not diagnosed: more than 19 responses; give --diagnose" in ifh("report", folder).said
    assert how in words_of(tmp_path / "report.html")
    assert "20 of 20 responses flagged" in ifh("report", folder, "--diagnose").said
    assert how not in words_of(tmp_path / "report.html")
