"""Article sources: the built-in articles, the user's files, plug-ins, and what they refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.article import Article
from tasks.errors import SourceError
from tasks.sources import load_source, source_names

ROOT = Path(__file__).parents[3]


def read(path, **options) -> list[Article]:
    return list(load_source("files", {"path": str(path), **options}).articles())


def refused(path, **options) -> str:
    with pytest.raises(SourceError) as error:
        read(path, **options)
    assert "\n" not in str(error.value)
    return str(error.value)


def put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_builtin_holds_sixty_free_articles_in_a_stable_order():
    source = load_source("builtin")
    articles = list(source.articles())
    assert len(articles) == len({article.id for article in articles}) == 60
    assert articles == list(source.articles())
    assert {(article.origin, article.licence) for article in articles} == {("builtin", "CC0-1.0")}
    assert all(article.title and article.text and article.published for article in articles)


def test_a_folder_gives_ids_titles_and_texts(tmp_path):
    put(tmp_path / "b.txt", "A day out\n\nWe left early.\n\nIt rained.\n")
    put(tmp_path / "a" / "x.md", b"\xef\xbb\xbf# A *day* in\r\n\r\nWe stayed.\r\nAll of us.\r\n")
    put(tmp_path / "c.TXT", "The lead of an article whose paragraphs are one line each.\n\nMore of it.")
    put(tmp_path / "d.txt", "Line one\nline two")
    put(tmp_path / "e.txt", "A single line")
    put(tmp_path / ".hidden.txt", "no")
    put(tmp_path / "picture.png", b"\xff\xd8")
    articles = read(tmp_path)
    assert [(a.id, a.title, a.text) for a in articles] == [
        ("a/x", "A *day* in", "We stayed.\nAll of us."),
        ("b", "A day out", "We left early.\n\nIt rained."),
        ("c", "", "The lead of an article whose paragraphs are one line each.\n\nMore of it."),
        ("d", "", "Line one\nline two"),
        ("e", "", "A single line"),
    ]
    assert articles[0].origin == f"{tmp_path.name}/a/x.md"


@pytest.mark.parametrize(
    ("name", "content", "parts"),
    [
        ("a.txt", "", ["a.txt", "holds no text"]),
        ("a.txt", " \n\n", ["a.txt", "holds no text"]),
        ("a.md", "# Only a heading\n", ["a.md", "behind its heading"]),
        ("a.txt", b"caf\xe9", ["a.txt", "not UTF-8", "byte 3"]),
        ("a.rst", "text", ["no article", ".txt or .md"]),
    ],
)
def test_a_bad_folder_is_refused(tmp_path, name, content, parts):
    put(tmp_path / name, content)
    message = refused(tmp_path)
    assert all(part in message for part in parts), message


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_forbidden_file_is_refused(tmp_path):
    put(tmp_path / "a.txt", "text").chmod(0)
    assert "Permission denied" in refused(tmp_path)


def test_ids_must_differ(tmp_path):
    put(tmp_path / "a.md", "one")
    put(tmp_path / "a.txt", "two")
    message = refused(tmp_path)
    assert "a.md" in message
    assert "a.txt" in message
    assert "'a'" in message


def test_a_missing_path_names_its_neighbour(tmp_path):
    put(tmp_path / "articles" / "a.txt", "text")
    assert "did you mean 'articles'" in refused(tmp_path / "artcles")
    assert "does not exist" in refused(tmp_path / "no" / "where")
    assert ".jsonl, .csv, .parquet" in refused(put(tmp_path / "a.json", "[]"))


ROWS = [
    {"id": "007", "headline": "NA", "text": 'He said: "No, 3."\n\nThen he left.', "published": "2026-07-15"},
    {"id": "8", "headline": "", "text": "Second text.", "published": ""},
]
EXPECTED = [
    ("007", "NA", 'He said: "No, 3."\n\nThen he left.', "2026-07-15"),
    ("8", "", "Second text.", ""),
]


def as_jsonl(path: Path) -> Path:
    return put(path.with_suffix(".jsonl"), "".join(f"{json.dumps(row)}\n\n" for row in ROWS))


def as_csv(path: Path) -> Path:
    import csv

    with path.with_suffix(".csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(ROWS[0]))
        writer.writeheader()
        writer.writerows(ROWS)
    return path.with_suffix(".csv")


def as_parquet(path: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet

    pyarrow.parquet.write_table(pa.Table.from_pylist(ROWS), path.with_suffix(".parquet"))
    return path.with_suffix(".parquet")


@pytest.mark.parametrize("make", [as_jsonl, as_csv, as_parquet])
def test_every_table_gives_the_same_articles_with_nothing_reinterpreted(tmp_path, make):
    path = make(tmp_path / "news")
    articles = read(path, fields={"title": "headline"})
    assert [(a.id, a.title, a.text, a.published) for a in articles] == EXPECTED
    assert {a.origin for a in articles} == {path.name}
    assert [path] == list(tmp_path.iterdir()), "nothing is left beside the table"


@pytest.mark.parametrize("make", [as_jsonl, as_csv, as_parquet])
def test_a_missing_column_is_named_with_its_near_miss(tmp_path, make):
    message = refused(make(tmp_path / "news"), fields={"title": "headlin"})
    assert "'headlin'; did you mean 'headline'" in message
    assert "columns: id, headline, text, published" in message


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_a_file_that_is_none_is_refused(tmp_path, suffix):
    assert f"a.{suffix}" in refused(put(tmp_path / f"a.{suffix}", ""))
    assert f"a.{suffix}" in refused(put(tmp_path / f"a.{suffix}", b"text\n\xff\xfe\x00"))


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ('{"text": "a"}\n\n{"text": \n', ["line 3", "no JSON"]),
        ('{"text": "a"}\n["b"]\n', ["line 2", "no JSON object", "['b']"]),
        (b'{"text": "a"}\n{"text": "\xff"}\n', ["line 2", "not UTF-8"]),
        ('{"text": "a"}\n{"text": 5}\n', ["line 2", "'text'", "no text", "5"]),
        ('{"text": "a \\ud83d"}\n', ["line 1", "surrogate"]),
        ('{"text": "a", "id": 1}\n{"text": "b", "id": 1}\n', ["line 1", "line 2", "'1'"]),
        ('{"body": "a"}\n', ["'text'", "columns: body", "fields = {text = ...}"]),
        ("\n\n", ["empty"]),
        ("[" * 100_000, ["line 1"]),
    ],
)
def test_bad_jsonl_is_refused_with_its_line(tmp_path, content, parts):
    message = refused(put(tmp_path / "a.jsonl", content))
    assert all(part in message for part in ("a.jsonl", *parts)), message


def test_rows_may_lack_ids_and_texts_and_hold_dates(tmp_path):
    path = put(tmp_path / "a.jsonl", '{"text": null}\n{"text": "b", "id": 2, "published": "2026-07-15T08:00:00Z"}\n')
    assert [(a.id, a.text, a.published) for a in read(path)] == [("a:1", "", ""), ("2", "b", "2026-07-15T08:00:00Z")]


def test_parquet_dates_are_iso(tmp_path):
    from datetime import UTC, date, datetime

    import pyarrow as pa
    import pyarrow.parquet

    stamps = {"published": [date(2026, 7, 15)], "origin": [datetime(2026, 7, 15, 8, 30, tzinfo=UTC)], "text": ["t"]}
    pyarrow.parquet.write_table(pa.table(stamps), tmp_path / "a.parquet")
    [article] = read(tmp_path / "a.parquet")
    assert article.published == "2026-07-15"
    assert article.origin.startswith("2026-07-15T08:30:00")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("id,text\n1,a\n2,b,c,d\n", "line 3"),
        ("id,text\n1,a,b\n2,c,d\n", "line 2: 3 fields"),
        ('id,text\n1,"a\n', "unexpected end"),
        ("id,text\n", "no article"),
    ],
)
def test_bad_csv_is_refused(tmp_path, content, part):
    assert part in refused(put(tmp_path / "a.csv", content))


def test_an_empty_parquet_table_is_refused(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet

    pyarrow.parquet.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "a.parquet")
    assert "no article" in refused(tmp_path / "a.parquet")


def test_tables_are_read_in_silence_and_without_a_network(tmp_path):
    """A process whose sockets are shut and whose home cannot hold a cache reads a table and says nothing."""
    path = as_csv(tmp_path / "news")
    home = put(tmp_path / "home", "a file, so that no folder can be made in it")
    code = (
        "import socket, sys\n"
        "def shut(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = shut\n"
        "from tasks.sources import load_source\n"
        f"print(len(list(load_source('files', {{'path': {str(path)!r}}}).articles())))\n"
    )
    env = {**os.environ, "HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("2\n", "", 0)


@pytest.mark.parametrize(
    ("name", "options", "parts"),
    [
        ("builtn", {}, ["'builtn'; did you mean 'builtin'", "sources: builtin, feed, files"]),
        ("data", {}, ["unknown article source 'data'"]),
        ("_tables", {}, ["unknown article source '_tables'"]),
        ("files", {}, ["needs the option 'path'"]),
        ("files", {"pth": "x"}, ["no option 'pth'; did you mean 'path'"]),
        ("files", {"path": 3}, ["path must be", "3"]),
        ("builtin", {"path": "x"}, ["no option 'path'", "it takes language"]),
        ("builtin", {"language": "zhh"}, ["language 'zhh'; did you mean 'zh'", "languages: en, zh"]),
    ],
)
def test_an_unknown_source_or_option_is_named(name, options, parts):
    with pytest.raises(SourceError) as error:
        load_source(name, options)
    assert all(part in str(error.value) for part in parts), error.value


def test_unknown_fields_are_named(tmp_path):
    path = as_jsonl(tmp_path / "news")
    assert "did you mean 'title'" in refused(path, fields={"titel": "headline"})
    assert "name of a column" in refused(path, fields={"title": 3})
    assert "leave fields out" in refused(tmp_path, fields={"title": "headline"})


def test_names_are_listed():
    assert {"builtin", "files"} <= set(source_names())
