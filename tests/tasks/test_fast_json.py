"""The quick way to read and write JSON: the bytes and the values of the standard library, or none of its own."""

from __future__ import annotations

import json
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.store.journal import encode
from tasks.fast_json import dump_canonical, dump_indented, load_json, stream_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.dictionaries(st.text(), VALUES, max_size=4)


def spelled(record, **options):
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), **options)


@given(RECORDS)
def test_records_are_written_as_the_standard_library_writes_them(record):
    assert encode(record) == f"{spelled(record)}\n".encode("utf-8", "backslashreplace")
    assert dump_canonical(record) == spelled(record, sort_keys=True).encode("utf-8", "surrogatepass")


@given(RECORDS, st.lists(VALUES, max_size=3))
def test_a_document_in_pieces_is_laid_out_as_the_standard_library_does(record, items):
    whole = {**record, "items": items, "after": 1}
    for step, dump in ((2, dump_indented), (4, partial(json.dumps, indent=4))):
        pieces = stream_object((whole | {"items": iter(items)}).items(), dump, step)
        assert "".join(pieces) == json.dumps(whole, ensure_ascii=step == 4, indent=step)
    assert "".join(stream_object((), dump_indented, 2)) == "{}"


@given(RECORDS)
def test_lines_are_read_as_the_standard_library_reads_them(record):
    line = encode(record)
    found = load_json(line)
    assert found is None or repr(found) == repr(json.loads(line))


def test_every_character_is_written_alike():
    characters = {str(start): "".join(map(chr, range(start, start + 4096))) for start in range(0, 0x110000, 4096)}
    assert encode(characters) == f"{spelled(characters)}\n".encode("utf-8", "backslashreplace")
    for start, text in characters.items():
        assert encode({start: text}) == f"{spelled({start: text})}\n".encode("utf-8", "backslashreplace")


LEFT = {
    "more than 64 bits": b'{"n": 123456789012345678901234567890}',
    "no JSON": b'{"n": 1',
    "NaN": b'{"n": NaN}',
    "a lone surrogate": b'{"n": "\\ud800"}',
    "no record": b"[1]",
    "a mark of byte order": b'\xef\xbb\xbf{"n": 1}',
    "deep": b'{"n":' + b"[" * 1000 + b"]" * 1000 + b"}",
    "no UTF-8": b'{"n": "\xff"}',
}


@pytest.mark.parametrize("name", LEFT)
def test_what_could_be_read_otherwise_is_left(name):
    assert load_json(LEFT[name]) is None


@pytest.mark.parametrize("number", ["-0", "-0.0", "18446744073709551615", "-9223372036854775808", "1e3", "0.1"])
def test_numbers(number):
    found = load_json(f'{{"n": {number}}}'.encode())
    assert found is None or repr(found) == repr({"n": json.loads(number)})


def test_what_is_no_json_is_refused_as_ever():
    with pytest.raises(TypeError):
        encode({"n": {1, 2}})
