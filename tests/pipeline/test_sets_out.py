"""Question sets as files for others: what is in them, that they read back the same, what is refused."""

from __future__ import annotations

import json

import pytest
from ifh import lines
from inside import inside as ifh
from sets import asked
from test_published import PARITY, needs_data

from tasks.formats.question_set import read_questions

LINES = "data/live_bench/instruction_following"


def test_parquet_is_typed_loads_offline_and_reads_back_as_the_same_samples(smoke, monkeypatch):
    ifh("export", "set.jsonl", "--to", "parquet", "-o", "hub", cwd=smoke)
    ifh("export", "set.jsonl", "--to", "parquet", "-o", "one.parquet", cwd=smoke)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from datasets import load_dataset

    cache = str(smoke / "cache")
    found = load_dataset("parquet", data_files=str(smoke / "hub" / "test.parquet"), cache_dir=cache)["train"]
    whole = load_dataset(str(smoke / "hub"), cache_dir=cache)
    assert list(whole) == ["test"]
    assert whole["test"].features == found.features
    assert {found.features[name].dtype for name in ("id", "prompt", "meta", "canary")} == {"string"}
    samples = list(read_questions(smoke / "set.jsonl").samples)
    assert found["prompt"] == [sample.prompt for sample in samples]
    assert json.loads(found[0]["instructions"][0]["parameters"]).items() <= samples[0].instructions[0].to_json().items()
    for name in ("hub", "one.parquet"):
        again = list(read_questions(smoke / name).samples)
        for old, new in zip(samples, again, strict=True):
            new.check_id()
            assert (new.id, new.turns, new.instructions, new.article_id) == (
                old.id,
                old.turns,
                old.instructions,
                old.article_id,
            )
            assert dict(new.meta) == {name: value for name, value in old.meta.items() if name != "seed"}
        assert samples[0].id in ifh("show", name, "--limit", "1", cwd=smoke).stdout
        assert "20 samples: proven 20" in ifh("audit", name, cwd=smoke).stdout
        ifh("run", "mine.toml", "--samples", name, "--out", f"of-{name}", cwd=smoke)
        assert json.loads((smoke / f"of-{name}" / "scores.json").read_text())["if_score"] == 100


def test_livebench_and_ifeval_read_back_with_the_same_instructions(smoke):
    ifh("export", "set.jsonl", "--to", "livebench", "-o", "theirs", cwd=smoke)
    ifh("export", "set.jsonl", "--to", "livebench", "-o", "question.jsonl", "--release-date", "2025-05-30", cwd=smoke)
    ifh("export", "set.jsonl", "--to", "ifeval", "-o", "ifeval", cwd=smoke)
    wanted = asked(smoke / "set.jsonl")
    assert asked(smoke / "question.jsonl") == wanted
    theirs = [one for path in (smoke / "theirs" / LINES).iterdir() for one in asked(path / "question.jsonl")]
    assert sorted(theirs, key=str) == wanted
    assert [one[1:] for one in asked(smoke / "ifeval" / "input_data.jsonl")] == sorted(
        (one[1:] for one in wanted), key=str
    )
    record = lines(smoke / "question.jsonl")[0]
    own = {sample.id: sample for sample in read_questions(smoke / "set.jsonl").samples}[record["question_id"]]
    assert record["turns"] == [own.prompt]
    assert record["task_prompt"] in own.prompt
    assert record["task_prompt"]
    assert record["category"] == "instruction_following"
    assert (record["livebench_release_date"], record["livebench_removal_date"]) == ("2025-05-30", "")
    assert all(value is not None for item in record["kwargs"] for value in item.values())
    assert lines(smoke / "ifeval" / "input_data.jsonl")[0].keys() == {
        "key",
        "prompt",
        "instruction_id_list",
        "kwargs",
        "canary",
    }
    answers = [{"question_id": one["question_id"], "model_id": "m", "choices": [{"turns": ["No"]}]} for one in
               lines(smoke / "question.jsonl")]  # fmt: skip
    (smoke / "answers.jsonl").write_text("".join(json.dumps(one) + "\n" for one in answers))
    said = ifh("score", "--questions", "question.jsonl", "--answers", "answers.jsonl", "--json", cwd=smoke).stdout
    assert json.loads(said)["scored"] == 20


def test_instructions_that_a_form_does_not_know_are_refused_or_left_out(news):
    total = lines(news / "set.jsonl")
    ours = [one for one in total if any(i["id"] == "structure:headings" for i in one["instructions"])]
    assert 0 < len(ours) < len(total)
    for form in ("livebench", "ifeval"):
        told = ifh("export", "set.jsonl", "--to", form, "-o", form, "--with-text", cwd=news, code=2).told
        assert f"{len(ours)} of 8 samples have instructions that" in told
        assert f"structure:headings ({len(ours)})" in told
        assert "--skip-unknown" in told
        assert not (news / form).exists()
        done = ifh(
            "export", "set.jsonl", "--to", form, "-o", f"{form}.jsonl", "--with-text", "--skip-unknown", cwd=news
        )
        assert "left out:" in done.told
        assert len(lines(news / f"{form}.jsonl")) == 8 - len(ours)
        card = (news / f"{form}.jsonl.md").read_text()
        assert f"{8 - len(ours)} questions" in card
        assert f"by the rules `{form}`" in card
    (news / "ours.jsonl").write_text("".join(json.dumps(one) + "\n" for one in ours))
    none = ifh("export", "ours.jsonl", "--to", "ifeval", "-o", "x", "--skip-unknown", "--with-text", cwd=news, code=2)
    assert "nothing is left to write" in none.told


def test_parameters_that_a_form_does_not_know_are_refused_too(smoke):
    record = next(one for one in lines(smoke / "set.jsonl") if one["instructions"][0]["id"] == "punctuation:no_comma")
    record["instructions"][0] = {"id": "language:response_language", "language": "zh"}
    (smoke / "chinese.jsonl").write_text(json.dumps(record) + "\n" + (smoke / "set.jsonl").read_text().split("\n")[-2])
    told = ifh("export", "chinese.jsonl", "--to", "livebench", "-o", "x", cwd=smoke, code=2).told
    assert "language:response_language with parameters of ours (1)" in told
    assert (
        "1 of 2 samples"
        in ifh("export", "chinese.jsonl", "--to", "livebench", "-o", "x", "--skip-unknown", cwd=smoke).told
    )


def test_nothing_of_the_user_is_overwritten(smoke):
    (smoke / "notes.md").write_text("# Mine\n")
    told = ifh("generate", "smoke", "-o", "x.jsonl", "--card", "notes.md", cwd=smoke, code=2).told
    assert "is no data card" in told
    assert not (smoke / "x.jsonl").exists()
    ifh("generate", "mine.toml", "-o", "set.jsonl", cwd=smoke)
    ifh("export", "set.jsonl", "--to", "jsonl", "-o", "out", cwd=smoke)
    again = ("export", "set.jsonl", "--to", "jsonl", "-o", "out")
    assert "is there already" in ifh(*again, cwd=smoke, code=2).told
    first = {path.name: path.read_bytes() for path in (smoke / "out").iterdir()}
    ifh(*again, "--overwrite", cwd=smoke)
    assert {path.name: path.read_bytes() for path in (smoke / "out").iterdir()} == first


@pytest.mark.parametrize(
    ("args", "parts"),
    [
        (("--to", "csv"), ["no form 'csv' of a question set", "parquet, jsonl"]),
        (("--to", "livebnch"), ["did you mean 'livebench'?"]),
        (("--to", "jsonl", "--with-text", "--without-text"), ["not both"]),
        (("--to", "ifeval", "--epoch", "0"), ["--epoch needs RUN"]),
        (("--to", "ifeval", "--epoch", "1"), ["--epoch needs RUN"]),
        (("--to", "livebench", "--release-date", "soon"), ["--release-date", "'soon'"]),
        (("--to", "jsonl", "--without-text", "--source", "guardan"), ["did you mean 'guardian'?"]),
    ],
)
def test_a_slip_is_told(smoke, args, parts):
    told = ifh("export", "set.jsonl", *args, "-o", "x", cwd=smoke, code=2).told
    assert all(part in told for part in parts), told
    assert not (smoke / "x").exists()


def test_a_file_with_the_ending_of_another_form_is_a_slip(smoke):
    told = ifh("export", "set.jsonl", "--to", "jsonl", "-o", "set.parquet", cwd=smoke, code=2).told
    assert "--to jsonl writes .jsonl files" in told
    assert not (smoke / "set.parquet").exists()


def test_options_of_sets_do_not_go_with_a_run(tmp_path):
    for option in ("--with-text", "--without-text", "--with-seed", "--skip-unknown"):
        told = ifh("export", "run", "--to", "parquet", "-o", "x", option, cwd=tmp_path, code=2).told
        assert f"{option} needs SAMPLES" in told


def test_half_a_character_is_no_parquet(smoke):
    record = lines(smoke / "set.jsonl")[0]
    record["meta"]["title"] = "\ud800"
    (smoke / "half.jsonl").write_text(json.dumps(record) + "\n")
    assert "lone surrogate" in ifh("export", "half.jsonl", "--to", "parquet", "-o", "x", cwd=smoke, code=2).told
    ifh("export", "half.jsonl", "--to", "jsonl", "-o", "y", cwd=smoke)
    assert "\\ud800" in (smoke / "y" / "samples.jsonl").read_text()


def test_a_parquet_file_that_is_none_is_told(tmp_path):
    (tmp_path / "x.parquet").write_text("no")
    assert "x.parquet cannot be read as Parquet" in ifh("show", "x.parquet", cwd=tmp_path, code=2).told
    assert "no file" in ifh("audit", "y.parquet", cwd=tmp_path, code=2).told
    for name in ("y.parquet", "y.jsonl"):
        assert f"there is no file {name}" in ifh("show", name, cwd=tmp_path, code=2).told
        assert f"there is no file {name}" in ifh("export", name, "--to", "jsonl", "-o", "x", cwd=tmp_path, code=2).told


@needs_data
def test_published_questions_come_out_as_they_went_in(tmp_path):
    source = PARITY / "livebench_if_published.jsonl.gz"
    ifh("export", source, "--to", "livebench", "-o", "again.jsonl", "--with-text", cwd=tmp_path)
    ifh("export", source, "--to", "parquet", "-o", "again.parquet", "--with-text", cwd=tmp_path)
    old, new, packed = (
        {sample.id: sample for sample in read_questions(path).samples}
        for path in (source, tmp_path / "again.jsonl", tmp_path / "again.parquet")
    )
    assert new.keys() == packed.keys() == old.keys()
    for name in ("question_id", "livebench_release_date", "task_prompt"):
        assert {id: sample.meta[name] for id, sample in new.items()} == {id: s.meta[name] for id, s in old.items()}
