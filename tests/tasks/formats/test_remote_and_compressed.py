"""Records of compressed files and URLs: the same as those of a plain file; what is damaged or missing is named."""

from __future__ import annotations

import gzip
import json
import sys
import time
from http.server import SimpleHTTPRequestHandler

import pyarrow as pa
import pytest
import zstandard
from pyarrow import parquet

from harness.adapters.recorded.answer_file import read_answers
from harness.interop.score_answers import load_answers, score_answers
from tasks.errors import BadSample
from tasks.formats.records import iter_records, stem
from tasks.limits.remote import hide_credentials
from tasks.sources.support.download import local_copy
from tests.loopback import Quiet, serve_folder

RECORDS = [{"key": n, "response": f"Response {n}.", "model": "m"} for n in range(600)]
PLAIN = "".join(json.dumps(record) + "\n" for record in RECORDS).encode()
FORMS = {
    "a.jsonl": PLAIN,
    "a.jsonl.gz": gzip.compress(PLAIN),
    "a.jsonl.zst": zstandard.compress(PLAIN),
    "frames.jsonl.zst": zstandard.compress(PLAIN[:5000]) + zstandard.compress(PLAIN[5000:]),
}


class Awkward(Quiet, SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/inside":
            self.send_response(302)
            self.send_header("location", "http://127.0.0.1:9/secret.jsonl")
            self.end_headers()
        elif self.path == "/slow":
            time.sleep(2)
        else:
            super().do_GET()


@pytest.fixture
def folder(tmp_path):
    for name, content in FORMS.items():
        (tmp_path / name).write_bytes(content)
    parquet.write_table(pa.Table.from_pylist(RECORDS), tmp_path / "a.parquet")
    return tmp_path


@pytest.fixture
def address(folder):
    with serve_folder(folder, Awkward) as found:
        yield found


@pytest.mark.parametrize("name", [*FORMS, "a.parquet"])
def test_every_form_holds_the_same_records(folder, name):
    for source in (str(folder / name), f"file://{folder / name}"):
        assert [record for _, record in iter_records(source, streaming=True)] == RECORDS
    digests = {read_answers(str(folder / one)).digest for one in (name, "a.jsonl")}
    assert len(digests) == 1


@pytest.mark.parametrize("name", ["a.jsonl.zst", "a.parquet"])
def test_a_url_is_read_and_its_secrets_are_not_saved(address, name, tmp_path):
    url = f"http://user:hunter2@{address}/{name}?token=hunter3"
    question = {"key": 1, "prompt": "P", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
    (tmp_path / "q.jsonl").write_text(json.dumps(question), encoding="utf-8")
    loaded = load_answers(str(tmp_path / "q.jsonl"), url)
    done = score_answers(loaded, out=str(tmp_path / "run"))
    assert done.scored.summary.scored == 1
    saved = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "run").iterdir() if path.is_file())
    assert "hunter" not in saved + "".join(done.notes)
    assert f"http://{address}/{name}" in saved


def test_a_url_that_is_not_there_is_named_without_its_secrets(address):
    with pytest.raises(BadSample, match=f"http://{address}/none.jsonl cannot be read: there is no such file") as raised:
        list(iter_records(f"http://user:hunter2@{address}/none.jsonl?token=hunter3", streaming=True))
    assert "hunter" not in str(raised.value)


def test_a_redirect_into_the_users_network_is_refused(address):
    with pytest.raises(BadSample, match="an address inside your own machine or network"):
        list(iter_records(f"http://{address}/inside", streaming=True))


def test_a_file_that_is_late_is_given_up(address):
    began = time.monotonic()
    with pytest.raises(BadSample, match=r"took longer than 0\.3 seconds"), local_copy(f"http://{address}/slow", 0.3):
        pass
    assert time.monotonic() - began < 2


def test_a_protocol_that_does_not_exist_is_named():
    with pytest.raises(BadSample, match=r"nope://bucket/a.jsonl cannot be read: .*nope"):
        list(iter_records("nope://bucket/a.jsonl", streaming=True))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (FORMS["a.jsonl.zst"][:-9], "ends inside a frame"),
        (FORMS["a.jsonl.zst"][:40] + b"\0\0\0\0" + FORMS["a.jsonl.zst"][44:], "not valid zstd"),
    ],
)
def test_a_damaged_zstd_file_is_named(tmp_path, content, reason):
    (tmp_path / "a.jsonl.zst").write_bytes(content)
    with pytest.raises(BadSample, match=rf"a\.jsonl\.zst cannot be read: .*{reason}"):
        list(iter_records(str(tmp_path / "a.jsonl.zst")))


def test_without_zstandard_the_command_to_install_it_is_named(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(BadSample, match=r"pip install 'ifharness\[scale\]'"):
        list(iter_records(str(folder / "a.jsonl.zst")))


def test_the_memory_cap_is_for_one_record_where_one_is_held(tmp_path, monkeypatch):
    monkeypatch.setenv("IFH_MAX_INPUT_MB", "1")
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"key": n, "response": "x" * 9000}) + "\n" for n in range(300)))
    assert len(read_answers(str(path)).answers) == 300
    with pytest.raises(BadSample, match="takes more than 1 MB"):
        list(iter_records(str(path)))
    path.write_text(json.dumps({"key": 1, "response": "x" * 1_100_000}))
    with pytest.raises(BadSample, match="takes more than 1 MB"):
        list(iter_records(str(path), streaming=True))


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
@pytest.mark.parametrize("line", [b"\n", b'{"key": 1, "response": "x"}\n'])
def test_a_bomb_is_refused_also_where_one_record_is_held(tmp_path, monkeypatch, pack, line):
    monkeypatch.setenv("IFH_MAX_INPUT_MB", "1")
    path = tmp_path / "a.jsonl"
    path.write_bytes(pack(line * (3_000_000 // len(line))))
    with pytest.raises(BadSample, match=r"more than 100 times as large as the file|takes more than 1 MB"):
        list(iter_records(str(path), streaming=True))


def test_a_parquet_file_that_repeats_a_text_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("IFH_MAX_INPUT_MB", "40")
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 60, pa.int32()), pa.array(["x" * 1_000_000]))
    parquet.write_table(pa.table({"response": text}), tmp_path / "a.parquet")
    with pytest.raises(BadSample, match="more than 100 times as large as the file"):
        list(iter_records(str(tmp_path / "a.parquet"), streaming=True))


def test_responses_on_disk_are_read_as_often_as_needed(folder):
    answers = read_answers(str(folder / "a.jsonl")).answers
    pairs = zip(answers, answers, strict=True)
    assert all(first == second for first, second in pairs)
    assert [one.ids for one in answers] == [(str(n),) for n in range(600)]


def test_names_of_urls():
    assert stem("s3://bucket/set.jsonl.zst?versionId=1") == "set"
    assert hide_credentials("https://u:p@h:8/x?sig=1#f") == "https://h:8/x"
    assert hide_credentials("a?b") == "a?b"
