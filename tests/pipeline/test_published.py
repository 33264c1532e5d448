"""Published question sets through the command line: scored as published, run, compared between rule books."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from ifh import ifh as started
from ifh import lines, only_run
from inside import inside as ifh

PARITY = Path(__file__).parents[2].parent / "shared" / "parity"
needs_data = pytest.mark.skipif(not PARITY.is_dir(), reason=f"the published verdicts are not there ({PARITY})")


def parity(name):
    with gzip.open(PARITY / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def put(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def question(id, task="summarize", **changes):
    return {
        "question_id": id,
        "task": task,
        "turns": [f"Sum {id} up.  Use no comma. Answer with at least 4 words."],
        "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"],
        "kwargs": [{"num_words": None}, {"num_words": 4, "relation": "at least"}],
        "livebench_release_date": "2024-06-24",
        "livebench_removal_date": "",
    } | changes


def answer(id, text, **changes):
    return {"question_id": id, "model_id": "m", "choices": [{"index": 0, "turns": [text]}]} | changes


@pytest.fixture
def small(tmp_path):
    """Four questions; answers to three of them, one of these a failure, and one to nothing."""
    put(tmp_path / "question.jsonl", [question("a"), question("b"), question("c", task="simplify"), question("d")])
    answers = [
        answer("a", "One two three four."),
        answer("b", "<think>What, now?</think>One two, three don't."),
        answer("c", "$ERROR$", eval_status="api_error", error_msg="status 503"),
        answer("z", "To nothing."),
    ]
    put(tmp_path / "m.jsonl", answers)
    return tmp_path


SCORE = ("score", "--questions", "question.jsonl", "--answers", "m.jsonl")


def test_answers_become_a_results_folder_that_every_verb_reads(small):
    done = ifh(*SCORE, "--json", cwd=small)
    found = json.loads(done.stdout)
    assert (found["rules"], found["scored"], found["unscored"]) == ("livebench", 2, 2)
    assert found["failures"] == {"api_error": 1, "missing": 1}
    # a follows both; b has a comma (and five words as `\w+` counts them): (1 + 0.25) / 2 over two answers.
    assert (found["if_score"], found["prompt_strict"], found["instruction_strict"]) == (62.5, 50.0, 75.0)
    # Unscored as 0: summarize (1 + 0.25 + 0) / 3, simplify 0 / 1.
    assert found["if_score_floor"] == round(100 * (1.25 / 3) / 2, 4)
    for told in ("4 LiveBench questions", "3 matched by id", "missing (unscored)", "1 (d)", "unknown", "1 (z)"):
        assert told in done.stderr
    folder = only_run(small)
    assert folder.name.startswith("question-m-")
    info = json.loads((folder / "run.json").read_text())
    assert (info["questions"]["format"], info["answers"]["format"]) == ("livebench", "livebench")
    assert info["answers"]["unknown"] == {"count": 1, "first": ["z"]}
    shown = ifh("show", folder, "--id", "b", cwd=small).stdout
    assert "NOT FOLLOWED: punctuation:no_comma: 1 comma" in shown
    again = json.loads(ifh("score", folder, "--json", cwd=small).stdout)
    assert again == found
    assert "status 503" in (folder / "report.html").read_text()


def test_the_table_tells_what_did_not_come_together(small):
    told = ifh(*SCORE, cwd=small).stdout
    assert max(map(len, told.splitlines())) <= 80
    flat = " ".join(told.split())
    assert "IF 62.5" in flat
    assert "floor 20.8" in flat
    assert "unscored 2 (api_error 1, missing 1)" in flat
    assert "missing (unscored), no response to: 1 (d)" in flat


def test_the_same_answers_go_to_the_same_folder_and_others_do_not(small):
    ifh(*SCORE, cwd=small)
    folder = only_run(small)
    before = {path.name: path.read_bytes() for path in folder.glob("*.jsonl")}
    ifh(*SCORE, cwd=small)
    assert {path.name: path.read_bytes() for path in only_run(small).glob("*.jsonl")} == before
    put(small / "m.jsonl", [answer("a", "Other words.")])
    ifh(*SCORE, cwd=small)
    assert len(list((small / "results").iterdir())) == 2
    ifh(*SCORE, "--out", "here", cwd=small)
    assert (small / "here" / "scores.json").is_file()


def test_another_book_stands_beside_the_questions_own(small):
    found = json.loads(ifh(*SCORE, "--rules", "audited", "--json", cwd=small).stdout)
    assert found["rules"] == "audited"
    folder = only_run(small)
    assert json.loads((folder / "scores.audited.json").read_text()) == found
    assert json.loads((folder / "scores.json").read_text())["rules"] == "livebench"
    assert json.loads(ifh(*SCORE, "--rules", "livebench", "--json", cwd=small).stdout)["rules"] == "livebench"
    assert not (folder / "scores.livebench.json").exists()


def test_our_own_questions_and_answers_score_as_they_did(tmp_path):
    first = json.loads(ifh("run", "smoke", "--model", "scripted/partial", "--json", cwd=tmp_path).stdout)
    folder = only_run(tmp_path)
    files = ("--questions", folder / "samples.jsonl", "--answers", folder / "responses.jsonl")
    found = json.loads(ifh("score", *files, "--out", "again", "--json", cwd=tmp_path).stdout)
    assert found == first


def test_running_a_published_set(small):
    put(small / "question.jsonl", [question("a"), question("b", livebench_removal_date="2024-11-25")])
    done = ifh("run", "smoke", "--samples", "question.jsonl", "--release", "2024-11-25", "--json", cwd=small)
    assert "1 LiveBench questions, rules livebench" in done.stderr
    assert "not live in release 2024-11-25: 1" in done.stderr
    found = json.loads(done.stdout)
    assert (found["rules"], found["samples"], found["if_score"]) == ("livebench", 1, 100.0)
    [sample] = lines(only_run(small) / "samples.jsonl")
    assert sample["meta"]["question_id"] == "a"
    assert sample["turns"][0]["parts"][0]["text"] == question("a")["turns"][0]
    (small / "mine.toml").write_text(
        "[model]\nadapter = 'scripted'\nname = 'oracle'\n[score]\nrules = 'audited'", encoding="utf-8"
    )
    found = ifh("run", "mine.toml", "--samples", "question.jsonl", "--out", "here", "--json", cwd=small)
    assert json.loads(found.stdout)["rules"] == "audited"
    assert "Sum b up." in ifh("show", "question.jsonl", "--id", "b", cwd=small).stdout


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("score",), "give RUN"),
        (("score", "--questions", "question.jsonl"), "--questions Q and --answers A"),
        (("score", "x", "--answers", "m.jsonl"), "--answers cannot be used with RUN"),
        (("score", "x", "--release", "2024-06-24"), "--release cannot be used with RUN"),
        ((*SCORE, "--rules", "livebnch"), "did you mean 'livebench'"),
        ((*SCORE, "--release", "yesterday"), "a release is a date"),
        (("score", "--questions", "question.jsonl", "--answers", "none.jsonl"), "there is no file none.jsonl"),
        (("score", "--questions", "m.jsonl", "--answers", "m.jsonl"), "unknown format"),
        (
            ("score", "--questions", "question.jsonl", "--answers", "question.jsonl"),
            "no answer in it of a known format",
        ),
        (("run", "smoke", "--release", "2024-06-24"), "need --samples"),
        (("rules", "diff"), "give RUN"),
        (("rules", "diff", *SCORE[1:], "--to", "audit"), "did you mean 'audited'"),
        (("rules", "diff", *SCORE[1:], "--to", "livebench"), "both books are 'livebench'"),
    ],
)
def test_slips_are_told_and_nothing_is_written(small, args, expected):
    done = ifh(*args, cwd=small, code=2)
    assert expected in " ".join(done.stderr.split())
    assert not (small / "results").exists()


def test_the_hub_without_a_network_is_one_clear_paragraph(tmp_path):
    name = "livebench/instruction_following"
    # Its library reads the variable when it is loaded, so a process of its own asks.
    done = started("run", "smoke", "--samples", name, cwd=tmp_path, env={"HF_HUB_OFFLINE": "1"}, code=2)
    [paragraph] = done.stderr.splitlines()
    assert f"{name} cannot be loaded from the Hugging Face hub" in paragraph
    assert "HF_HUB_OFFLINE" in paragraph


def test_books_are_listed_with_their_chains(tmp_path):
    told = ifh("rules", "list", cwd=tmp_path).stdout
    assert "livebench -> ifbench -> ifeval" in told
    assert max(map(len, told.splitlines())) <= 80
    found = {book["book"]: book for book in json.loads(ifh("rules", "list", "--json", cwd=tmp_path).stdout)}
    assert list(found) == ["audited", "ifeval", "ifbench", "livebench", "multiif"]
    assert found["ifbench"]["chain"] == ["ifbench", "ifeval"]
    assert found["livebench"]["instructions"] >= found["ifeval"]["instructions"] > 0


def test_what_changes_between_two_books(small):
    """`don't` and `a-b` are two words each for the published counter, one each for a person."""
    texts = {"a": "One two don't.", "b": "One two three four.", "c": "One, two.", "d": "I don't a-b."}
    put(small / "m.jsonl", [answer(id, text) for id, text in texts.items()])
    done = ifh("rules", "diff", *SCORE[1:], "--json", "--examples", "5", cwd=small)
    assert not (small / "results").exists()
    found = json.loads(done.stdout)
    assert (found["from"], found["to"], found["answers"], found["verdicts"], found["changed"]) == (
        "livebench",
        "audited",
        4,
        8,
        2,
    )
    words = found["by_id"]["length_constraints:number_words"]
    assert (words["n"], words["lost"], words["gained"], words["share"]) == (4, 2, 0, 50.0)
    assert found["by_id"]["punctuation:no_comma"]["changed"] == 0
    assert found["figures"]["prompt_strict"] == {"from": 75.0, "to": 25.0}
    assert [(e["published_id"], e["from"]["followed"], e["to"]["followed"]) for e in found["examples"]] == [
        ("a", True, False),
        ("d", True, False),
    ]
    assert "4 words" in found["examples"][0]["from"]["reason"]
    assert "3 words" in found["examples"][0]["to"]["reason"]
    back = ifh("rules", "diff", *SCORE[1:], "--from", "audited", "--to", "livebench", "--json", cwd=small)
    assert json.loads(back.stdout)["by_id"]["length_constraints:number_words"]["gained"] == 2
    ifh(*SCORE, cwd=small)
    told = ifh("rules", "diff", only_run(small), cwd=small).stdout
    assert max(map(len, told.splitlines())) <= 80
    assert "livebench -> audited" in told
    assert "8 strict verdicts, of which 2 change (25.0 %)" in told
    assert "livebench: followed: 4 words" in told


def test_what_one_book_cannot_judge_is_left_out_and_told(small):
    """A forbidden word list that is empty lies outside the audited range; the published code takes it."""
    empty = question("e", instruction_id_list=["keywords:forbidden_words"], kwargs=[{"forbidden_words": []}])
    put(small / "question.jsonl", [question("a"), empty])
    put(small / "m.jsonl", [answer("a", "One two three four."), answer("e", "Words.")])
    found = json.loads(ifh("rules", "diff", *SCORE[1:], "--json", cwd=small).stdout)
    assert (found["answers"], found["left_out"]["count"]) == (1, 1)
    assert "forbidden_words is an empty list" in found["left_out"]["first"][0]
    told = ifh(*SCORE, "--rules", "audited", cwd=small).stdout
    assert "unscored 1 (unscorable 1)" in told
    assert "forbidden_words is an empty list" in " ".join(told.split())


def by_reading(folder, name):
    """Return the verdicts of a run by published id and reading."""
    published = {line["id"]: line["meta"][name] for line in lines(folder / "samples.jsonl")}
    read = {"strict": lambda verdict: verdict["followed"], "loose": lambda v: v["followed"] or "loose" in v}
    return {
        (published[line["sample_id"]], name): [followed(verdict) for verdict in line["verdicts"]]
        for line in lines(folder / "verdicts.jsonl")
        for name, followed in read.items()
    }


@needs_data
def test_ifeval_verdicts_and_figures_are_the_published_ones(tmp_path):
    files = ("--questions", PARITY / "ifeval_prompts.jsonl.gz", "--answers", PARITY / "ifeval_gpt4.jsonl.gz")
    done = ifh("score", *files, "--json", cwd=tmp_path)
    ours = by_reading(only_run(tmp_path), "key")
    wrong = [
        (record["key"], mode)
        for record in parity("ifeval_gpt4")
        for mode in ("strict", "loose")
        if ours[record["key"], mode] not in (record[mode], record.get("alt_nltk_3_10_4", {}).get(mode))
    ]
    assert wrong == []
    found = json.loads(done.stdout)
    figures = ("prompt_strict", "instruction_strict", "prompt_loose", "instruction_loose")
    assert [round(found[name], 2) for name in figures] == [77.08, 83.69, 79.67, 85.61]


@needs_data
def test_livebench_verdicts_and_scores_are_the_published_ones(tmp_path):
    questions, answers, due = [], [], {}
    for case in parity("livebench_if_cases"):
        for n, given in enumerate(case["responses"]):
            id = f"{case['question_id']}-{n}"  # three responses a question: each gets a question of its own
            questions.append(case | {"question_id": id, "turns": [f"{case['turns'][0]} ({n})"]})
            answers.append(answer(id, given["response"]))
            due[id] = (given["verdicts"], given.get("alt_nltk_3_10_4", {}).get("verdicts"))
    put(tmp_path / "question.jsonl", questions)
    put(tmp_path / "m.jsonl", answers)
    ifh(*SCORE, cwd=tmp_path)
    found = by_reading(only_run(tmp_path), "question_id")
    ours = {id: verdicts for (id, mode), verdicts in found.items() if mode == "strict"}
    assert len(ours) == 1200
    assert [id for id, verdicts in ours.items() if verdicts not in due[id]] == []


MULTIIF = Path(__file__).parents[2].parent / "shared" / "parity" / "multiif_example.csv"


@pytest.mark.skipif(not MULTIIF.is_file(), reason=f"the published example is not there ({MULTIIF})")
def test_multiif_responses_are_scored_by_turn_and_language(tmp_path):
    answers = MULTIIF.with_name("multiif_example_answers.json")
    given = ("score", "--questions", str(MULTIIF), "--answers", str(answers), "--out", "run")
    by_turn = json.loads(ifh(*given, "--json", cwd=tmp_path).stdout)["by_turn"]
    expected = json.loads(MULTIIF.with_name("multiif_example_expected.json").read_bytes())
    for name, languages in by_turn.items():
        for language, found in languages.items():
            assert found["overall"] == expected[name][f"{name}_{language}_overall"]
        assert languages["all_languages"]["prompts"] == expected[name][f"{name}_prompts_number"]
    table = ifh("score", "run", cwd=tmp_path).stdout
    assert "12 / 12 / 9" in table
    assert "12 dialogues" in table
