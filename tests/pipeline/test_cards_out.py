"""What goes out with a question set: licences, canaries, the data card."""

from __future__ import annotations

import json

import pyarrow.parquet
from ifh import lines
from inside import inside as ifh
from sets import RUN, STORY, asked
from test_published import question

from tasks.formats.canary import canary_of

CANARY = r"ifharness canary GUID "
LINES = "data/live_bench/instruction_following"


def test_texts_that_may_not_be_republished_need_a_word(news):
    told = ifh("export", "set.jsonl", "--to", "parquet", "-o", "x.parquet", cwd=news, code=2).told
    assert (
        "8 samples hold article text that may not be republished, as far as is known: All rights reserved (8)" in told
    )
    assert "--without-text" in told
    assert "--with-text" in told
    assert not (news / "x.parquet").exists()
    assert (
        "keep these files" in ifh("export", "set.jsonl", "--to", "jsonl", "-o", "w.jsonl", "--with-text", cwd=news).told
    )
    told = ifh("export", "set.jsonl", "--to", "jsonl", "-o", "b", "--without-text", cwd=news, code=2).told
    assert "name it with --source" in told
    for form, out in (("jsonl", "bare.jsonl"), ("parquet", "bare.parquet")):
        bare = ("--to", form, "-o", out, "--without-text", "--source", "files")
        ifh("export", "set.jsonl", *bare, cwd=news)
        assert b"by the mayor" not in (news / out).read_bytes()
        assert "are omitted" in (news / f"{out}.md").read_text()
        assert "ifh restore-text" in ifh("run", "mine.toml", "--samples", out, cwd=news, code=2).told
        ifh("restore-text", out, "-o", "again.jsonl", "--config", "mine.toml", cwd=news)
        assert asked(news / "again.jsonl") == asked(news / "set.jsonl")
    told = ifh("export", "set.jsonl", "--to", "ifeval", "-o", "b", "--without-text", cwd=news, code=2).told
    assert "a prompt without its article asks nothing" in told
    rows = pyarrow.parquet.read_table(news / "bare.parquet").to_pylist()
    assert {row["licence"] for row in rows} == {"All rights reserved"}


def test_licences_that_are_not_known_need_a_word_too(tmp_path):
    (tmp_path / "question.jsonl").write_text(json.dumps(question("1")) + "\n")
    told = ifh("export", "question.jsonl", "--to", "ifeval", "-o", "x", cwd=tmp_path, code=2).told
    assert "licence unknown (1)" in told
    ifh("export", "question.jsonl", "--to", "ifeval", "-o", "x", "--with-text", cwd=tmp_path)
    assert "questions of a published set" in (tmp_path / "x" / "README.md").read_text()


def test_the_canary_stands_in_every_record_and_changes_no_id(smoke):
    samples = lines(smoke / "set.jsonl")
    canary = canary_of(sample["id"] for sample in reversed(samples))
    assert canary.startswith(CANARY)
    assert {sample["meta"]["canary"] for sample in samples} == {canary}
    for form in ("parquet", "jsonl", "livebench", "ifeval"):
        ifh("export", "set.jsonl", "--to", form, "-o", form, cwd=smoke)
        assert canary in (smoke / form / "README.md").read_text()
    assert {row["canary"] for row in pyarrow.parquet.read_table(smoke / "parquet/test.parquet").to_pylist()} == {canary}
    assert {row["meta"]["canary"] for row in lines(smoke / "jsonl/samples.jsonl")} == {canary}
    assert {row["canary"] for row in lines(smoke / "ifeval/input_data.jsonl")} == {canary}
    theirs = [row for path in (smoke / "livebench" / LINES).glob("*/question.jsonl") for row in lines(path)]
    assert {row["canary"] for row in theirs} == {canary}
    assert {row["question_id"] for row in theirs} == {sample["id"] for sample in samples}
    (smoke / "part.jsonl").write_text("".join(json.dumps(sample) + "\n" for sample in samples[:5]))
    ifh("export", "part.jsonl", "--to", "ifeval", "-o", "part", cwd=smoke)
    assert {row["canary"] for row in lines(smoke / "part/input_data.jsonl")} == {canary}, "a part of the set"
    bare = [{**sample, "meta": {}} for sample in samples[:5]]
    assert canary_of(sample["id"] for sample in bare) != canary


def test_the_card_counts_and_keeps_the_seed_to_itself(news):
    card = (news / "set.jsonl.md").read_text()
    samples = lines(news / "set.jsonl")
    assert "| the paper | All rights reserved | no, as far as is known | 1 | 8 |" in card
    assert "| story\\_generation | 2 |" in card
    held = sum(i["id"] == "punctuation:no_comma" for sample in samples for i in sample["instructions"])
    assert f"| punctuation:no\\_comma | {held} | {held / 8:.1%} |" in card
    for size in (1, 2):
        count = sum(len(sample["instructions"]) == size for sample in samples)
        assert f"| {size} | {count} | {count / 8:.1%} |" in card
    assert "proven 8, impossible 0, unknown 0" in card
    assert "90210" not in card
    ifh("export", "set.jsonl", "--to", "jsonl", "-o", "out", "--with-text", cwd=news)
    for path in (news / "out").iterdir():
        assert "90210" not in path.read_text()
    ifh("export", "set.jsonl", "--to", "jsonl", "-o", "told", "--with-text", "--with-seed", cwd=news)
    assert "Seed: 90210." in (news / "told" / "README.md").read_text()
    assert lines(news / "told" / "samples.jsonl")[0]["meta"]["seed"] == 90210
    ifh("generate", "mine.toml", "-o", "set.jsonl", "--with-seed", "--card", "told.md", cwd=news)
    assert "Seed: 90210." in (news / "told.md").read_text()


def test_what_the_gate_did_is_on_the_card_of_the_export(tmp_path):
    rows = [{"id": f"a{n}", "text": STORY.format("stone")} for n in range(3)]
    (tmp_path / "news.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "mine.toml").write_text(RUN)
    ifh("generate", "mine.toml", "-o", "set.jsonl", cwd=tmp_path)
    gate = "The quality gate rejected 2 articles: duplicates 2."
    assert gate in (tmp_path / "set.jsonl.md").read_text()
    ifh("export", "set.jsonl", "--to", "jsonl", "-o", "a", "--with-text", cwd=tmp_path)
    ifh("export", "a/samples.jsonl", "--to", "parquet", "-o", "b", "--with-text", cwd=tmp_path)
    assert gate in (tmp_path / "a" / "README.md").read_text()
    assert gate in (tmp_path / "b" / "README.md").read_text()
    (tmp_path / "set.jsonl.md").unlink()
    ifh("export", "set.jsonl", "--to", "jsonl", "-o", "c", "--with-text", cwd=tmp_path)
    assert "not on record here" in (tmp_path / "c" / "README.md").read_text()
