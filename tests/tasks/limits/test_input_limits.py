"""Received files beyond the limits: refused with a message that names them, within time and memory."""

from __future__ import annotations

import gzip
import json
import os
import threading
import time

import pytest

from tasks.errors import BadSample, BadWording, InputLimitError, SourceError
from tasks.formats.question_set import read_questions
from tasks.formats.records import iter_records
from tasks.limits import files
from tasks.limits.addresses import ForbiddenAddressError, check_ip, check_url
from tasks.limits.memory import MemoryBudget
from tasks.limits.syntax import parse_json, parse_toml
from tasks.prompts.wording import Wording
from tasks.sources import load_source

MEGABYTE = 1_000_000
RECORD = {"key": 1, "prompt": "Write.", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}


@pytest.fixture(autouse=True)
def low_cap(monkeypatch):
    """A cap that tests reach quickly."""
    monkeypatch.setenv("IFH_MAX_INPUT_MB", "8")


def refused(source, error=BadSample) -> str:
    with pytest.raises(error) as raised:
        list(iter_records(str(source))) if error is BadSample else list(
            load_source("files", {"path": str(source)}).articles()
        )
    message = str(raised.value)
    assert "\n" not in message
    assert len(message) < 600
    assert source.name in message
    return message


def peak_of(work) -> int:
    """Return by how many bytes the process grew at most."""
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    work()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024


@pytest.mark.parametrize(
    "content",
    [
        b"a" * 100 * MEGABYTE,
        b"\n" * 100 * MEGABYTE,
        b'{"text": "a"}\n' * 600_000,
        b'{"a":[' + b"[]," * 400_000 + b"1]}",
    ],
    ids=["one line", "blank lines", "many records", "many values"],
)
def test_a_gzip_bomb_is_refused_within_the_cap(tmp_path, content):
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(gzip.compress(content, 1))
    del content
    assert peak_of(lambda: refused(path)) < 60 * MEGABYTE


def parquet(path, columns, **options):
    import pyarrow as pa
    import pyarrow.parquet

    pyarrow.parquet.write_table(pa.table(columns), path, **options)
    return path


def test_a_parquet_file_that_repeats_a_long_text_is_refused(tmp_path):
    import pyarrow as pa

    text = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array(["x" * 7000]))
    path = parquet(tmp_path / "bomb.parquet", {"text": text}, compression="zstd")
    assert path.stat().st_size < 20_000
    assert peak_of(lambda: refused(path)) < 60 * MEGABYTE
    assert "memory" in refused(path, SourceError)


def test_a_parquet_file_of_one_enormous_text_is_refused(tmp_path):
    path = parquet(tmp_path / "bomb.parquet", {"text": ["x" * 30 * MEGABYTE]}, compression="zstd")
    assert "decompressed" in refused(path)


def test_the_cap_can_be_raised(tmp_path, monkeypatch):
    path = tmp_path / "set.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "a"}\n' * 60_000, 1))
    assert "IFH_MAX_INPUT_MB" in refused(path)
    monkeypatch.setenv("IFH_MAX_INPUT_MB", "64")
    assert len(list(iter_records(str(path)))) == 60_000
    monkeypatch.setenv("IFH_MAX_INPUT_MB", "lots")
    with pytest.raises(BadSample, match="whole number of megabytes"):
        list(iter_records(str(path)))


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("[" * 100_000, "nested"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "nested"),
        ('{"a": ' + "7" * 10_000 + "}", "digits"),
        (json.dumps({**RECORD, "kwargs": [{"n": "deep"}]}).replace('"deep"', "[" * 300 + "]" * 300), "nested"),
    ],
)
def test_json_beyond_the_limits_is_refused_with_its_line(tmp_path, line, part):
    path = tmp_path / "a.jsonl"
    path.write_text(f"{json.dumps(RECORD)}\n{line}\n")
    for error in (BadSample, SourceError):
        message = refused(path, error)
        assert "line 2" in message
        assert part in message


def test_sample_files_have_the_same_limits(tmp_path):
    path = tmp_path / "samples.jsonl"
    own = {"format": 1, "id": "0" * 16, "task": "summarize", "rules": "audited", "turns": [], "instructions": []}
    for more, part in (('"n": ' + "7" * 10_000, "digits"), ('"n": ' + "[" * 2000 + "]" * 2000, "nested")):
        path.write_text(f"{json.dumps({**own, 'article_id': 'a'})[:-1]}, {more}}}\n")
        with pytest.raises(BadSample, match=part):
            list(read_questions(path, lazily=True).samples)


def test_brackets_in_texts_are_no_nesting():
    text = json.dumps({"a": "[{" * 1000 + '"\\', "b": [[[]]]})
    assert parse_json(text)["a"].startswith("[{[{")


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 3000,
        "a" + ".a" * 100_000 + " = 1",
        "a = " + "9" * 10_000,
        "a = {" + "b = {" * 3000,
        "=",
        "a = 1\na = 2",
    ],
)
def test_toml_beyond_the_limits_is_a_value_error_at_once(text, tmp_path):
    began = time.monotonic()
    with pytest.raises(ValueError):  # noqa: PT011 - the kind is what callers rely on
        parse_toml(text)
    (tmp_path / "w.toml").write_text(text)
    with pytest.raises(BadWording, match=r"w\.toml"):
        Wording.load(tmp_path / "w.toml")
    assert time.monotonic() - began < 2


def test_a_large_wording_file_is_refused(tmp_path):
    (tmp_path / "w.toml").write_text("#" * (files.SMALL_FILE + 1))
    with pytest.raises(BadWording, match="larger than 1 MB"):
        Wording.load(tmp_path / "w.toml")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/urandom"])
def test_devices_are_no_files(tmp_path, device):
    for name, error in (
        ("a.jsonl", BadSample),
        ("a.csv", SourceError),
        ("a.parquet", SourceError),
        ("b.parquet", BadSample),
    ):
        link = tmp_path / name
        link.unlink(missing_ok=True)
        link.symlink_to(device)
        refused(link, error)


def test_a_folder_with_a_device_or_pipe_is_refused(tmp_path):
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").symlink_to("/dev/zero")
    with pytest.raises(SourceError, match="device"):
        list(load_source("files", {"path": str(tmp_path / "news")}).articles())


def test_a_pipe_without_a_writer_ends_in_time(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "WRITER_SECONDS", 0.1)
    os.mkfifo(tmp_path / "a.jsonl")
    assert "no process writes" in refused(tmp_path / "a.jsonl")


def test_a_pipe_that_stays_silent_ends_in_time(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "SILENT_SECONDS", 0.1)
    os.mkfifo(tmp_path / "a.jsonl")
    holder = os.open(tmp_path / "a.jsonl", os.O_RDWR)
    try:
        assert "delivered nothing" in refused(tmp_path / "a.jsonl")
    finally:
        os.close(holder)


def test_a_pipe_that_delivers_is_read(tmp_path):
    path = tmp_path / "a.jsonl"
    os.mkfifo(path)
    content = gzip.compress(b'{"a": 1}\n{"a": 2}\n')

    def write():
        with path.open("wb") as file:
            file.write(content[:10])
            file.flush()
            time.sleep(0.1)
            file.write(content[10:])

    writer = threading.Thread(target=write)
    writer.start()
    assert list(iter_records(str(path))) == [("line 1", {"a": 1}), ("line 2", {"a": 2})]
    writer.join()


def test_the_budget_counts_escaped_characters_at_their_size():
    budget = MemoryBudget("x")
    budget.add_json('"' + "a" * 1_900_000 + '"')
    with pytest.raises(InputLimitError):
        budget.add_json('"\\ud83d\\ude00' + "a" * 1_900_000 + '"')


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
        ),
        *("::1", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"),
        *("::127.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b:1::808:808", "fec0::1", "2001:0:7f00:1::"),
    ],
)
def test_addresses_inside_are_refused(address):
    with pytest.raises(ForbiddenAddressError):
        check_ip(address)


def test_addresses_outside_and_named_ones_pass():
    for address in ("8.8.8.8", "2606:4700::1111", "198.18.0.7", "::8.8.8.8", "64:ff9b::808:808"):
        check_ip(address)
    assert check_url("http://127.0.0.1:8080/feed", [("127.0.0.1", 8080)]) is False
    for url in (
        "http://127.0.0.1:8081/",
        "http://localhost/",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://",
        "http://0x7f.1/",
    ):
        with pytest.raises((ForbiddenAddressError, OSError)):
            check_url(url, [("127.0.0.1", 8080)])
