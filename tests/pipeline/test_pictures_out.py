"""Pictures in files for other programs: an image column that `datasets` reads, and sets that are read back."""

from __future__ import annotations

import io
import json

import datasets
import pytest
from ifh import lines
from PIL import Image
from pyarrow import parquet

import harness
from harness.errors import ConfigError
from tasks.formats.question_set import read_questions
from tasks.limits import parquet_file

RUN_FILE = """
[articles]
sentences = 3
[questions]
tasks = ["summarize", "simplify"]
per_task = 1
modality = "image"
image = "all"
twins = ["modality:text"]
[instructions]
pool = ["punctuation:no_comma", "startend:end_checker"]
count = 1
[model]
adapter = "scripted"
name = "oracle"
"""


@pytest.fixture
def drawn(ifh, tmp_path):
    (tmp_path / "news.toml").write_text(RUN_FILE, encoding="utf-8")
    ifh("generate", "news.toml", "-o", "set.jsonl")
    return read_questions(tmp_path / "set.jsonl").samples


def load(path, folder):
    return datasets.load_dataset("parquet", data_files=str(path), cache_dir=str(folder), split="train")


def test_a_set_as_parquet_has_an_image_column_and_is_read_back(ifh, drawn, tmp_path):
    ifh("export", "set.jsonl", "--to", "parquet", "-o", "hub")
    rows = load(tmp_path / "hub" / "test.parquet", tmp_path / "cache")
    assert rows.features["images"] == datasets.List(datasets.Image())
    for row, sample in zip(rows, drawn, strict=True):
        assert [image.size for image in row["images"]] == [(one.width, one.height) for one in sample.pictures]
        assert row["prompt"] == sample.prompt
    for source in (tmp_path / "hub" / "test.parquet", tmp_path / "hub"):  # alone, and as a data set
        found = read_questions(source).samples
        assert [one.turns for one in found] == [one.turns for one in drawn]
        files = [[[picture.read() for picture in one.pictures] for one in samples] for samples in (found, drawn)]
        assert files[0] == files[1]
    ifh("run", "news.toml", "--samples", "hub/test.parquet", "--out", "o")
    named = {one.name for sample in drawn for one in sample.pictures}
    assert {path.name for path in (tmp_path / "o" / "samples.images").iterdir()} == named
    ifh("export", "set.jsonl", "--to", "jsonl", "-o", "copy")
    assert {path.name for path in (tmp_path / "copy" / "samples.images").iterdir()} == named


@pytest.mark.usefixtures("drawn")
def test_a_picture_in_a_parquet_file_that_was_changed_is_refused(ifh, tmp_path):
    import pyarrow.parquet as pq

    ifh("export", "set.jsonl", "--to", "parquet", "-o", "hub")
    table = pq.read_table(tmp_path / "hub" / "test.parquet")
    rows = table.to_pylist()
    for row in rows:
        row["images"] = [{**one, "bytes": one["bytes"][:-1] + b"x"} for one in row["images"]]
    pq.write_table(table.from_pylist(rows, table.schema), tmp_path / "changed.parquet")
    told = ifh("run", "news.toml", "--samples", "changed.parquet", "--out", "o", code=None)
    assert told.returncode
    assert "is not with its samples" in told.told


def test_a_run_as_tables_names_its_pictures_and_parquet_has_them(ifh, drawn, tmp_path, monkeypatch):
    ifh("run", "news.toml", "--samples", "set.jsonl", "--out", "o")
    told = ifh("export", "o", "--to", "parquet", "-o", "tables").told
    assert "2 samples have pictures; the prompt column or field has their text, and `images` in samples.parquet" in told
    rows = load(tmp_path / "tables" / "samples.parquet", tmp_path / "cache")
    assert rows.features["images"] == datasets.List(datasets.Image())
    sizes = {one.id: [(p.width, p.height) for p in one.pictures] for one in drawn}
    assert {row["sample_id"]: [image.size for image in row["images"]] for row in rows} == sizes
    ifh("export", "o", "--to", "jsonl", "-o", "lines")
    for row in lines(tmp_path / "lines" / "samples.jsonl"):
        names = json.loads(row["pictures"]) if row["pictures"] else []
        for name in names:
            with Image.open(io.BytesIO((tmp_path / "o" / "samples.images" / name).read_bytes())) as image:
                assert image.size in sizes[row["sample_id"]]
        assert len(names) == len(sizes[row["sample_id"]])
    assert harness.load(tmp_path / "o").samples.pictures.notna().sum() == 2
    whole = (tmp_path / "tables" / "samples.parquet").read_bytes()
    monkeypatch.setattr(parquet_file, "_MOST_BYTES", 2000)  # a picture is larger
    ifh("export", "o", "--to", "parquet", "-o", "tables", "--overwrite")
    groups = parquet.ParquetFile(tmp_path / "tables" / "samples.parquet")
    assert groups.num_row_groups >= 2
    assert groups.read().equals(parquet.read_table(io.BytesIO(whole)))


@pytest.mark.usefixtures("drawn")
def test_forms_of_text_refuse_pictures(ifh, tmp_path):
    for form in ("livebench", "ifeval"):
        assert "has pictures, which" in ifh("export", "set.jsonl", "--to", form, "-o", form, code=2).told
    bare = ifh("generate", "news.toml", "--without-text", "-o", "bare.jsonl", code=2).told
    assert "its pictures show the text of its article" in bare
    (tmp_path / "bare.toml").write_text(RUN_FILE.replace('twins = ["modality:text"]\n', ""), encoding="utf-8")
    with pytest.raises(ConfigError, match="training rows are text"):
        harness.iter_training_rows(tmp_path / "bare.toml")


def test_show_names_the_file_of_each_picture(ifh, drawn):
    ifh("run", "news.toml", "--samples", "set.jsonl", "--out", "o")
    shown = next(one for one in drawn if one.pictures)
    for source, folder in (("set.jsonl", "set.images"), ("o", "o/samples.images")):
        said = "".join(ifh("show", source, "--id", shown.id).stdout.split())
        assert f"[picture{folder}/{shown.pictures[0].name},768x" in said
