"""Sets larger than memory would hold: what is in files, in parts or compressed is the same as what is in memory."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
import zstandard
from ifh import only_run
from inside import inside as ifh

from harness.dataset import generate
from harness.store.journal import encode
from tasks.errors import BadSample
from tasks.formats.parquet import pack, parquet
from tasks.formats.question_set import read_questions
from tasks.limits import parquet_file
from tests.bench.many import many


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    ifh("generate", "smoke", "-o", "plain.jsonl", cwd=folder)
    return folder


def test_a_large_set_is_drawn_into_a_file_with_the_same_bytes(folder, monkeypatch):
    monkeypatch.setattr(generate, "_IN_MEMORY", 5)
    assert "20 samples in filed.jsonl" in ifh("generate", "smoke", "-o", "filed.jsonl", cwd=folder).stdout
    for plain, filed in (("plain.jsonl", "filed.jsonl"), ("plain.jsonl.md", "filed.jsonl.md")):
        assert (folder / filed).read_text().replace("# filed", "# plain") == (folder / plain).read_text()


def test_files_of_records_are_compressed_by_their_name(folder):
    plain = (folder / "plain.jsonl").read_bytes()
    ifh("generate", "smoke", "-o", "packed.jsonl.gz", cwd=folder)
    packed = (folder / "packed.jsonl.gz").read_bytes()
    assert gzip.decompress(packed) == plain
    ifh("generate", "smoke", "-o", "packed.jsonl.gz", cwd=folder)
    assert (folder / "packed.jsonl.gz").read_bytes() == packed, "the same bytes each time"
    assert "# packed" in (folder / "packed.jsonl.gz.md").read_text()
    ifh("export", "packed.jsonl.gz", "--to", "jsonl", "--with-text", "--with-seed", "-o", "out.jsonl.zst", cwd=folder)
    assert zstandard.decompress((folder / "out.jsonl.zst").read_bytes(), max_output_size=1 << 20) == plain
    told = ifh("export", "plain.jsonl", "--to", "parquet", "--with-text", "-o", "a.parquet.gz", cwd=folder, code=2).told
    assert "writes .parquet files" in told


def test_a_set_is_drawn_into_parquet_by_its_name(folder):
    ifh("generate", "smoke", "-o", "drawn.parquet", cwd=folder)
    drawn, plain = (read_questions(folder / name).samples for name in ("drawn.parquet", "plain.jsonl"))
    assert list(drawn) == list(plain)
    for args in (("generate", "smoke"), ("audit", "plain.jsonl")):
        told = ifh(*args, "-o", "drawn.csv", cwd=folder, code=2).told
        assert "--out drawn.csv: .jsonl" in told
        assert not (folder / "drawn.csv").exists()


@pytest.mark.parametrize("name", ["many.jsonl.gz", "many.parquet"])
def test_a_packed_set_may_be_larger_than_what_is_held_in_memory(folder, name, monkeypatch):
    samples = list(many(400))
    lines = b"".join(encode(sample.to_json()) for sample in samples)
    monkeypatch.setattr(parquet_file, "_MOST_ROWS", 10)
    rows = parquet(pack(sample.to_json(), ()) for sample in samples)
    (folder / name).write_bytes(gzip.compress(lines) if name.endswith(".gz") else b"".join(rows))
    monkeypatch.setenv("IFH_MAX_INPUT_MB", "1")
    ids = [sample.id for sample in read_questions(folder / name, lazily=True).samples]
    assert ids == [sample.id for sample in samples]
    with pytest.raises(BadSample, match="more than 1 MB"):
        read_questions(folder / name)


def test_what_a_killed_process_unpacked_is_removed_by_the_next_one(folder, tmp_path):
    env = os.environ | {"TMPDIR": str(tmp_path)}
    (folder / "packed.gz").write_bytes(gzip.compress((folder / "plain.jsonl").read_bytes()))
    reading = "from tasks.formats.question_set import read_questions; read_questions('packed.gz', lazily=True)"
    for end, left in (("os.kill(os.getpid(), 9)", 1), ("sys.exit()", 0)):
        subprocess.run([sys.executable, "-c", f"import os, sys; {reading}; {end}"], cwd=folder, env=env, check=False)
        assert len(list(tmp_path.iterdir())) == left


def test_a_damaged_packed_set_is_named_by_its_own_name(folder):
    lines = (folder / "plain.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "torn.jsonl.gz").write_bytes(gzip.compress(b"".join([*lines, lines[0]])))
    told = ifh("audit", "torn.jsonl.gz", cwd=folder, code=2).told
    assert "torn.jsonl.gz, line 21: the sample" in told
    assert "ifharness-" not in told


def test_an_audit_has_the_same_findings_in_several_processes(folder):
    one, several = (
        ifh("audit", "plain.jsonl", "--engine", name, "--json", cwd=folder) for name in ("single", "process")
    )
    assert several.stdout == one.stdout
    assert json.loads(one.stdout)["proven"] == 20
    told = ifh("audit", "plain.jsonl", "--engine", "proces", cwd=folder, code=2).told
    assert "did you mean 'process'?" in told


def test_parquet_is_written_in_row_groups(folder, monkeypatch):
    ifh("run", "smoke", "--model", "scripted/partial", cwd=folder)
    run = only_run(folder).name
    ifh("export", run, "--to", "parquet", "-o", "whole", cwd=folder)
    monkeypatch.setattr(parquet_file, "_MOST_ROWS", 7)
    ifh("export", run, "--to", "parquet", "-o", "groups", cwd=folder)
    ifh("export", "plain.jsonl", "--to", "parquet", "--with-text", "-o", "set.parquet", cwd=folder)
    for name in ("samples", "responses", "verdicts"):
        whole, groups = (pq.ParquetFile(folder / one / f"{name}.parquet") for one in ("whole", "groups"))
        assert (whole.num_row_groups, groups.num_row_groups > 1) == (1, True)
        assert groups.read().equals(whole.read())
        assert groups.schema_arrow.metadata == whole.schema_arrow.metadata
    assert pq.ParquetFile(folder / "set.parquet").num_row_groups == 3
    assert ifh("audit", "set.parquet", cwd=folder, code=0)
