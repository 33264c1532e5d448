"""The hostile inputs of `python -m tests.bench.hostile`: files that users may receive, and commands that read them."""

from __future__ import annotations

import copy
import gzip
import io
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEGABYTE = 1_000_000
OSC = "\x1b]0;owned\x07\x1b[2J\u202e"
RUN_FILE = '[questions]\nper_task = 1\n[model]\nadapter = "scripted"\nname = "oracle"\n'
IFEVAL = {"key": 1, "prompt": "Write.", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
LIVEBENCH = {
    "question_id": "q",
    "task": "summarize",
    "turns": ["Write."],
    "instruction_id_list": ["punctuation:no_comma"],
    "kwargs": [{}],
}
ANSWERS = {
    "livebench": {"question_id": "q", "model_id": "m", "choices": [{"index": 0, "turns": ["Yes."]}], "tstamp": 1.5},
    "lines": {"prompt": "Write.", "response": "Yes."},
    "own": {"id": "q", "text": "Yes."},
}
ODD: dict[str, Any] = {
    "null": None,
    "number": 5,
    "list": [],
    "object": {},
    "nested": [[[{"a": [None]}]]],
    "text": "",
    "control": OSC,
    "half": "\ud83d",
    "long": "x" * 200_000,
    "infinite": float("inf"),
    "huge": 10**400,
    "true": True,
}


@dataclass(frozen=True)
class Case:
    """One command over one hostile input."""

    kind: str
    name: str
    args: tuple[str, ...]


def raw_lines(valid: dict[str, Any], records: int = 400_000) -> Iterator[tuple[str, bytes]]:
    """Yield contents of a JSON Lines file that are no records, or too many, beside one valid record.

    `records` is how many the last bomb holds: where each of them is work, a number that the deadline has time for.
    """
    good = json.dumps(valid).encode() + b"\n"
    broken = {
        "empty": b"",
        "blank": b"\n\n \n",
        "latin": b'{"a": "\xe9"}\n',
        "nul": b"\0" * 1000,
        "mark": b"\xef\xbb\xbf",
        "list": b"[1, 2]\n",
        "scalar": b"7\n",
        "null": b"null\n",
        "deep": b"[" * 200_000,
        "deep objects": b'{"a":' * 900 + b"1" + b"}" * 900,
        "digits": b'{"a": ' + b"7" * 10_000 + b"}\n",
        "control": json.dumps({OSC: OSC}).encode() + b"\n",
        "nan": b'{"a": NaN, "b": -Infinity}\n',
        "long line": b'{"a": "' + b"x" * 20 * MEGABYTE + b'"}\n',
        "values": b'{"a": [' + b"[]," * 4_000_000 + b"1]}\n",
        "cut": good[:-9],
    }
    for name, content in broken.items():
        yield name, content
        yield f"valid, then {name}", good + content
    bombs = {
        "a": (b"a" * MEGABYTE, 300),
        "blank lines": (b"\n" * MEGABYTE, 100),
        "records": (good * 400, records // 400),
    }
    for name, (part, times) in bombs.items():
        yield f"gzip bomb of {name}", _bomb(part, times)
    yield "gzip cut", gzip.compress(good * 100)[:-9]
    yield "gzip and junk", gzip.compress(good) + b"junk" * 100
    yield "gzip in gzip", gzip.compress(gzip.compress(good))


def _bomb(part: bytes, times: int) -> bytes:
    """Return `times` times `part`, compressed piece by piece.

    A process that is forked begins with the memory of this one, so the content as a whole would count as the command's.
    """
    compressed = io.BytesIO()
    with gzip.GzipFile(fileobj=compressed, mode="wb", compresslevel=1) as file:
        for _ in range(times):
            file.write(part)
    return compressed.getvalue()


def odd_records(valid: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield the record with each field, also inner ones, replaced by an odd value or left out."""
    for path in _paths(valid):
        for name, value in [*ODD.items(), ("missing", ...)]:
            record = copy.deepcopy(valid)
            at: Any = record
            for key in path[:-1]:
                at = at[key]
            if value is ...:
                del at[path[-1]]
            else:
                at[path[-1]] = value
            yield f"{'.'.join(map(str, path))} {name}", json.dumps(record).encode() + b"\n"


def _paths(value: Any, before: tuple[Any, ...] = (), deepest: int = 3) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*before, key)
        if len(before) + 1 < deepest:
            yield from _paths(item, (*before, key), deepest)


def parquet_files(folder: Path) -> Iterator[Path]:
    """Write Parquet files that decode to gigabytes, or to nothing."""
    import pyarrow as pa
    import pyarrow.parquet

    text = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["x" * 7000]))
    tables = {
        "repeated": pa.table({"text": text, "prompt": text}),
        "one text": pa.table({"text": ["x" * 200 * MEGABYTE]}),
        "columns": pa.table({f"c{n}": [1] for n in range(3000)}),
        "no rows": pa.table({"text": pa.array([], pa.string())}),
        "numbers": pa.table({"text": [1, 2], "prompt": [3, 4]}),
    }
    for name, table in tables.items():
        pyarrow.parquet.write_table(table, folder / f"{name}.parquet", compression="zstd")
        yield folder / f"{name}.parquet"
    values = pa.table({"text": ["x" * 100 * MEGABYTE], "list": [[1.0] * (10 * MEGABYTE)]})
    pyarrow.parquet.write_table(values, folder / "large.parquet", compression="zstd", use_dictionary=False)
    forge_sizes(folder / "large.parquet", folder / "forged.parquet")
    (folder / "large.parquet").unlink()
    yield folder / "forged.parquet"
    whole = (folder / "numbers.parquet").read_bytes()
    for name, content in {
        "cut": whole[:-20],
        "junk": b"PAR1" + os.urandom(500) + b"PAR1",
        "flipped": _flipped(whole),
    }.items():
        (folder / f"{name}.parquet").write_bytes(content)
        yield folder / f"{name}.parquet"


def forge_sizes(path: Path, out: Path, stated: int = 5000) -> None:
    """Write a Parquet file with a footer that states small sizes for its row groups and columns."""
    import pyarrow.parquet

    described, content = pyarrow.parquet.read_metadata(path), path.read_bytes()
    begin = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    footer = content[begin:-8]
    groups = [described.row_group(number) for number in range(described.num_row_groups)]
    columns = [group.column(number) for group in groups for number in range(described.num_columns)]
    for size in {group.total_byte_size for group in groups} | {column.total_uncompressed_size for column in columns}:
        there = _varint(2 * size)
        footer = footer.replace(there, _varint(2 * stated, len(there)))
    out.write_bytes(content[:begin] + footer + content[-8:])


def _varint(value: int, length: int = 0) -> bytes:
    """Return a whole number as Thrift writes it, filled up to `length` bytes."""
    found = bytearray()
    while value > 0x7F or len(found) + 1 < length:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*found, value))


def _flipped(content: bytes) -> bytes:
    changed = bytearray(content)
    for place in range(40, len(changed) - 8, 37):
        changed[place] ^= 0x5A
    return bytes(changed)


def special_files(folder: Path, suffix: str) -> Iterator[Path]:
    """Make devices, pipes, folders, loops and missing files of a name that the program accepts."""
    folder.mkdir(exist_ok=True)
    for name in ("zero", "null", "random"):
        link = folder / f"{name}{suffix}"
        link.symlink_to(f"/dev/{name}")
        yield link
    os.mkfifo(folder / f"pipe{suffix}")
    yield folder / f"pipe{suffix}"
    (folder / f"folder{suffix}").mkdir()
    yield folder / f"folder{suffix}"
    (folder / f"loop{suffix}").symlink_to(folder / f"loop{suffix}")
    yield folder / f"loop{suffix}"
    yield folder / f"missing{suffix}"


def toml_files() -> Iterator[tuple[str, bytes]]:
    """Yield contents of run files, model files and wording files."""
    yield from {
        "empty": b"",
        "latin": b'a = "\xe9"',
        "deep list": b"a = " + b"[" * 5000,
        "deep table": b"a = " + b"{a=" * 3000,
        "long key": b"a" + b".a" * 100_000 + b" = 1",
        "digits": b"a = " + b"9" * 10_000,
        "digits in place": b"[questions]\nper_task = " + b"9" * 4000,
        "large": b"#" * 30 * MEGABYTE,
        "control": json.dumps(OSC).encode() + b" = 1",
        "section list": b"questions = [1]\nmodel = 3",
        "prompt": b"[prompt]\nlayout = 5\nprefix = [1]",
        "prompt text": b"prompt = 'x'\ntasks = 3\ninstructions = []",
        "phrasing": b"[instructions]\n'punctuation:no_comma' = { a = { b = { c = 'x' } } }",
        "tasks": b"[tasks]\nsummarize = 7",
        "float": b"[questions]\nseed = inf\n[model]\ntemperature = nan",
        "regex": b"[instructions]\npool = ['(a+)+$']",
    }.items()


def feeds() -> dict[str, tuple[dict[str, str], bytes]]:
    """Return headers and bodies that a hostile server of feeds or pages sends, by path."""
    head, foot = b"<?xml version='1.0'?>", b"</channel></rss>"
    rss = head + b"<rss version='2.0'><channel><title>T</title>"
    item = (
        b"<item><guid>%d</guid><title>&lt;b&gt;x&lt;/b&gt;</title><link>%s</link><description>%s</description></item>"
    )
    laughs = b"<!DOCTYPE l [<!ENTITY a 'ha'>" + b"".join(
        b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(12)
    )
    inside = [b"http://169.254.169.254/latest", b"http://127.0.0.1:1/", b"http://[::1]/", b"file:///etc/passwd"]
    packed = {"content-encoding": "gzip"}
    return {
        "/bomb": (packed, _bomb(b"a" * MEGABYTE, 1000)),
        "/large": ({}, b"a" * 40 * MEGABYTE),
        "/laughs": ({}, laughs + b"]>" + rss + b"<item><title>&m;</title></item>" + foot),
        "/external": (
            {},
            b"<!DOCTYPE l [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + rss + item % (1, b"", b"&x;") + foot,
        ),
        "/deep": (
            {},
            rss + b"<item><guid>1</guid><description>" + b"&lt;div&gt;" * 100_000 + b"</description></item>" + foot,
        ),
        "/deep-xml": ({}, rss + b"<a>" * 200_000),
        "/many": ({}, rss + b"".join(item % (n, b"", b"x") for n in range(60_000)) + foot),
        "/inside": ({}, rss + b"".join(item % (n, link, b"x") for n, link in enumerate(inside)) + foot),
        "/control": (
            {},
            rss + item % (1, b"", (OSC * 50).encode("utf-8", "replace").replace(b"\x1b", b"&#27;")) + foot,
        ),
        "/binary": ({}, bytes(range(256)) * 4000),
        "/empty": ({}, b""),
        "/json": ({}, b"[" * 500_000),
        "/digits": ({}, b'{"response": ' + b"7" * 50_000 + b"}"),
        "/odd-length": ({"content-length": "5"}, rss),
        "/brotli": ({"content-encoding": "br"}, b"\x1b\xff\xff" * 100),
    }
