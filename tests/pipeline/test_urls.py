"""Samples and exports at URLs: read, written when complete, and without their secrets in what is printed and saved."""

from __future__ import annotations

import pytest
from inside import inside as ifh

from tests.loopback import serve_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("urls")
    ifh("generate", "smoke", "-o", "plain.jsonl", "--limit", "6", cwd=made)
    return made


@pytest.fixture(scope="module")
def address(folder):
    with serve_folder(folder) as found:
        yield found


def test_a_run_has_samples_from_a_url_and_saves_none_of_its_secrets(folder, address, tmp_path):
    url = f"http://user:hunter2@{address}/plain.jsonl?token=hunter3"
    done = ifh("run", "smoke", "--samples", url, "--out", "run", cwd=tmp_path)
    saved = "".join(path.read_text() for path in (tmp_path / "run").iterdir() if path.is_file())
    assert "hunter" not in saved + done.stdout + done.stderr
    assert f"http://{address}/plain.jsonl" in (tmp_path / "run" / "run.json").read_text()
    assert (tmp_path / "run" / "samples.jsonl").read_bytes() == (folder / "plain.jsonl").read_bytes()
    again = ifh("run", "smoke", "--samples", url, "--out", "run", cwd=tmp_path)
    assert "6 of 6" in again.said + again.told or "nothing to request" in again.told


def test_samples_at_a_url_that_cannot_be_read_name_it(tmp_path):
    url = "http://127.0.0.1:9/q.jsonl"
    for args in (("run", "smoke", "--samples", url), ("show", url), ("audit", url)):
        assert f"{url} cannot be read: no answer" in ifh(*args, cwd=tmp_path, code=2).told


def test_a_damaged_file_at_a_url_is_named_by_the_url(folder, address, tmp_path):
    (folder / "torn.jsonl").write_text((folder / "plain.jsonl").read_text()[:-9])
    told = ifh("audit", f"http://{address}/torn.jsonl", cwd=tmp_path, code=2).told
    assert f"http://{address}/torn.jsonl, line 6" in told


def test_sets_and_exports_are_written_to_urls(folder, tmp_path):
    """The scheme local: is fsspec's own for files of this machine."""
    url = f"local://{tmp_path}"
    printed = ifh("generate", "smoke", "-o", f"{url}/new/set.jsonl", "--limit", "6", cwd=folder).said
    assert f"6 samples in {url}/new/set.jsonl" in printed
    assert (tmp_path / "new" / "set.jsonl").read_bytes() == (folder / "plain.jsonl").read_bytes()
    assert (tmp_path / "new" / "set.jsonl.md").exists()
    export = ("export", f"{url}/new/set.jsonl", "--to", "parquet", "--with-text", "--out", f"{url}/set")
    assert f"{url}/set/test.parquet" in ifh(*export, cwd=folder).stdout
    assert sorted(path.name for path in (tmp_path / "set").iterdir()) == ["README.md", "test.parquet"]
    assert "it is there already" in ifh(*export, cwd=folder, code=2).told


def test_where_nothing_can_be_written_is_known_before_the_work(folder):
    told = ifh("generate", "smoke", "-o", "https://u:hunter2@host/set.jsonl", cwd=folder, code=2).told
    assert "--out https://host/set.jsonl: web servers take no files" in told
    told = ifh("audit", "plain.jsonl", "--out", "nope://host/found.jsonl", cwd=folder, code=2).told
    assert "--out nope://host/found.jsonl: Protocol not known: nope" in told


@pytest.mark.parametrize(
    "args",
    [
        ("run", "smoke", "--out"),
        ("score", "run", "--out"),
        ("report", "run", "--out"),
        ("compare", "a", "b", "--junit"),
    ],
)
def test_what_has_to_be_a_path_is_refused_as_a_url(args, tmp_path):
    told = ifh(*args, "s3://me:hunter2@bucket/x", cwd=tmp_path, code=2).told
    assert f"{args[-1]}" in told
    assert "s3://bucket/x is a URL, but this has to be a path of this machine" in told
    assert not list(tmp_path.iterdir())
