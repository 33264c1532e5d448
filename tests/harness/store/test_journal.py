"""The journal: an appended line is on disk, a torn one is cut, nothing before a full disk is lost."""

import asyncio
import errno
import json
import os
import resource
import time
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import StoreError
from harness.store import journal as journal_module
from harness.store.files import write_whole
from harness.store.journal import Journal, decode, encode, numbered_lines, read_lines
from tasks import fast_json

any_text = st.text(st.characters(exclude_categories=[]))


def write_all(path, records):
    journal = Journal(path)

    async def go():
        await asyncio.gather(*(journal.append(record) for record in records))

    try:
        asyncio.run(go())
    finally:
        journal.close()


@contextmanager
def largest_file(size):
    """Let no file grow beyond `size` bytes: what a full disk looks like from inside."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_records_come_back_in_order_and_a_second_opening_appends(tmp_path):
    path = tmp_path / "j.jsonl"
    write_all(path, [{"n": n} for n in range(50)])
    write_all(path, [{"n": 50}])
    assert [record["n"] for record in read_lines(path)] == list(range(51))


@given(any_text, any_text)
def test_any_text_makes_one_line_and_comes_back(key, text):
    line = encode({key: text, "usage": {"input": 3}})
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode(line) == json.loads(json.dumps({key: text, "usage": {"input": 3}}))


@pytest.mark.parametrize("library", [None, fast_json.orjson])
def test_both_readers_read_alike(monkeypatch, library):
    monkeypatch.setattr(fast_json, "orjson", library)
    assert decode(b'{"cost": 1e-7, "text": "\\ud800 \xc3\xa9"}') == {"cost": 1e-7, "text": "\ud800 é"}
    for bad in (b"", b"[1]", b"3", b'{"a": 1', b"\0\0\0", b'{"a": "\xff"}', b"[" * 100_000):
        assert decode(bad) is None


def test_small_costs_are_written_the_same_with_and_without_the_fast_reader():
    assert encode({"cost": 1.2e-06, "text": "字 \ud800"}) == '{"cost":1.2e-06,"text":"字 \\ud800"}\n'.encode()


def test_append_returns_after_a_sync_that_covers_its_line_and_appends_share_syncs(tmp_path, monkeypatch):
    path = tmp_path / "j.jsonl"
    synced = [0]
    real = journal_module._sync

    def spy(fd):
        time.sleep(0.002)  # as long as a plain disk takes
        real(fd)
        synced.append(os.fstat(fd).st_size)

    monkeypatch.setattr(journal_module, "_sync", spy)
    journal = Journal(path)

    async def one(n):
        await journal.append({"n": n})
        assert path.read_bytes().index(b'{"n":%d}\n' % n) < synced[-1]

    async def go():
        await asyncio.gather(*(one(n) for n in range(200)))

    asyncio.run(go())
    journal.close()
    assert len(list(read_lines(path))) == 200
    assert len(synced) < 20


def test_the_event_loop_goes_on_while_the_disk_is_slow(tmp_path, monkeypatch):
    monkeypatch.setattr(journal_module, "_sync", lambda _fd: time.sleep(0.3))
    journal = Journal(tmp_path / "j.jsonl")

    async def go():
        append = asyncio.create_task(journal.append({"n": 1}))
        ticks = 0
        while not append.done():
            await asyncio.sleep(0.01)
            ticks += 1
        return ticks

    assert asyncio.run(go()) > 10
    journal.close()


def test_a_line_is_in_the_file_before_anybody_waits_for_the_disk(tmp_path, monkeypatch):
    path = tmp_path / "j.jsonl"
    monkeypatch.setattr(journal_module, "_sync", lambda _fd: time.sleep(0.05))
    journal = Journal(path)

    async def go():
        on_disk = journal.write({"n": 1})
        assert (path.read_bytes(), on_disk.done()) == (encode({"n": 1}), False)
        await on_disk

    asyncio.run(go())
    journal.close()


def test_after_a_sync_that_fails_only_what_was_synced_stays_and_nothing_follows(tmp_path, monkeypatch):
    path = tmp_path / "j.jsonl"
    journal = Journal(path)
    asyncio.run(journal.append({"n": 0}))

    def broken(_fd):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(journal_module, "_sync", broken)

    async def go():
        results = await asyncio.gather(*(journal.append({"n": n}) for n in (1, 2)), return_exceptions=True)
        with pytest.raises(StoreError, match="Input/output error"):
            journal.write({"n": 3})
        return results

    assert [type(result) for result in asyncio.run(go())] == [StoreError, StoreError]
    journal.close()
    assert [record["n"] for record in read_lines(path)] == [0]


LAST = encode({"n": 2, "text": "é字"})


@pytest.mark.parametrize("kept", range(1, len(LAST) - 1))
def test_a_line_torn_anywhere_is_cut_and_the_rest_kept(tmp_path, kept):
    path = tmp_path / "j.jsonl"
    path.write_bytes(encode({"n": 1}) + LAST[:kept])
    assert [record["n"] for record in read_lines(path)] == [1]
    write_all(path, [{"n": 3}])
    assert path.read_bytes() == encode({"n": 1}) + encode({"n": 3})


TAILS = [b"oops", b"[1]", b"\0" * 5000, b"\xff\xfe", b'{"a": 1}{"b": 2}']


@pytest.mark.parametrize("tail", TAILS)
def test_a_last_line_without_its_newline_that_is_no_record_is_cut(tmp_path, tail):
    path = tmp_path / "j.jsonl"
    path.write_bytes(encode({"n": 1}) + tail)
    assert [record["n"] for record in read_lines(path)] == [1]
    Journal(path).close()
    assert path.read_bytes() == encode({"n": 1})


@pytest.mark.parametrize("tail", TAILS)
def test_a_last_line_with_its_newline_that_is_no_record_is_named_and_stays(tmp_path, tail):
    path = tmp_path / "j.jsonl"
    before = encode({"n": 1}) + b"\n" + tail + b"\n \n"
    path.write_bytes(before)
    with pytest.raises(StoreError, match=r"j\.jsonl, line 3: is not a JSON object"):
        list(read_lines(path))
    with pytest.raises(StoreError, match=r"j\.jsonl, line 3: is not a JSON object"):
        Journal(path)
    assert path.read_bytes() == before


def test_a_whole_last_record_without_its_newline_is_kept(tmp_path):
    path = tmp_path / "j.jsonl"
    path.write_bytes(encode({"n": 1}) + b'{"n":2}')
    write_all(path, [{"n": 3}])
    assert [record["n"] for record in read_lines(path)] == [1, 2, 3]


def test_a_torn_line_longer_than_a_block_and_a_file_of_nothing_else(tmp_path):
    path = tmp_path / "j.jsonl"
    path.write_bytes(encode({"n": 1}) + b'{"text": "' + b"x" * 200_000)
    Journal(path).close()
    assert path.read_bytes() == encode({"n": 1})
    path.write_bytes(b'{"text": "' + b"x" * 200_000)
    Journal(path).close()
    assert path.read_bytes() == b""


def test_a_bad_line_elsewhere_names_file_and_line(tmp_path):
    path = tmp_path / "j.jsonl"
    path.write_bytes(b'{"n": 1}\n\nnot json\n{"n": 2}\n')
    with pytest.raises(StoreError, match=r"j\.jsonl, line 3: is not a JSON object.*restore"):
        list(numbered_lines(path))
    path.write_bytes(b'{"n": 1}\n{"n": ')
    with pytest.raises(StoreError, match="line 2"):
        list(read_lines(path, torn_end=False))
    with pytest.raises(StoreError, match="cannot be read"):
        list(read_lines(tmp_path / "nowhere.jsonl"))


def test_a_full_disk_keeps_every_acknowledged_line_and_only_whole_ones(tmp_path):
    path = tmp_path / "j.jsonl"
    acknowledged = []

    async def go(journal):
        async def one(n):
            await journal.append({"n": n, "text": "x" * 500})
            acknowledged.append(n)

        with largest_file(20_000):
            for start in range(0, 100, 8):
                results = await asyncio.gather(*(one(n) for n in range(start, start + 8)), return_exceptions=True)
                if errors := [result for result in results if result]:
                    return errors
        return []

    journal = Journal(path)
    errors = asyncio.run(go(journal))
    assert errors
    assert all(isinstance(error, StoreError) for error in errors)
    assert "j.jsonl: cannot be written: File too large. Everything written before is saved: free" in str(errors[0])
    kept = [record["n"] for record in read_lines(path, torn_end=False)]
    assert len(acknowledged) >= 24
    assert set(acknowledged) <= set(kept)
    assert len(kept) == 20_000 // len(encode({"n": 10, "text": "x" * 500}))

    asyncio.run(journal.append({"n": 1000}))  # space was freed: the same journal goes on
    journal.close()
    assert [record["n"] for record in read_lines(path, torn_end=False)] == [*kept, 1000]


def test_an_append_whose_caller_is_cancelled_is_written_all_the_same(tmp_path, monkeypatch):
    path = tmp_path / "j.jsonl"
    monkeypatch.setattr(journal_module, "_sync", lambda _fd: time.sleep(0.05))
    journal = Journal(path)

    async def go():
        appends = [asyncio.create_task(journal.append({"n": 0}))]
        await asyncio.sleep(0.01)  # the first write is under way, the others wait for the next
        appends += [asyncio.create_task(journal.append({"n": n})) for n in (1, 2)]
        await asyncio.sleep(0.01)
        for append in appends:
            append.cancel()

    asyncio.run(go())  # ends with the flush itself cancelled
    journal.close()
    journal.close()
    assert [record["n"] for record in read_lines(path)] == [0, 1, 2]


def test_a_path_that_cannot_be_opened_is_one_clear_error(tmp_path):
    with pytest.raises(StoreError, match="cannot be written: it is a folder; give the name of a file"):
        Journal(tmp_path)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "scores.json"
    write_whole(path, [b"old"])
    with largest_file(1000), pytest.raises(StoreError, match="free space"):
        write_whole(path, [b"x" * 600, b"y" * 600])

    def broken():
        yield b"new"
        raise KeyError("x")

    with pytest.raises(KeyError):
        write_whole(path, broken())
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["scores.json"]
