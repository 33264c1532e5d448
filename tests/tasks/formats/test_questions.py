"""Question sets: each format recognised, read exactly, and every slip told with its line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scorers
from tasks.errors import BadSample, TasksError
from tasks.formats.published_record import published_id
from tasks.formats.question_set import read_questions, read_samples, round_robin
from tasks.formats.records import stem
from tasks.sample import Sample, Turn

PARITY = Path(__file__).parents[3].parent / "shared" / "parity"
needs_data = pytest.mark.skipif(not PARITY.is_dir(), reason=f"the published questions are not there ({PARITY})")
CHECKERS = [scorers.read({"id": "punctuation:no_comma"})]
NULLS = {"num_words": None, "relation": None, "keywords": None, "forbidden_words": None, "end_phrase": None}


def livebench(id="q1", **changes):
    """Return a record as the hub gives it: every argument there, most of them null."""
    return {
        "question_id": id,
        "task": "summarize",
        "turns": [f" The opening of {id}.\n-------\nPlease summarize.  Use no comma."],
        "category": "instruction_following",
        "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"],
        "kwargs": [NULLS, NULLS | {"num_words": 50.0, "relation": "at least"}],
        "livebench_release_date": "2024-06-24",
        "livebench_removal_date": "",
        "citation": "",
    } | changes


def ifeval(key=1, **changes):
    return {
        "key": key,
        "prompt": f"Write about {key}. Do not use commas.\n",
        "instruction_id_list": ["punctuation:no_comma"],
        "kwargs": [{}],
    } | changes


@pytest.fixture
def put(tmp_path):
    """Write records, or lines as they are, into a file; return its path."""

    def written(*records, name="set.jsonl"):
        path = tmp_path / name
        path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in records), encoding="utf-8")
        return path

    return written


def refused(*args, **kwargs):
    with pytest.raises(TasksError) as caught:
        read_questions(*args, **kwargs)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_livebench_record(put):
    found = read_questions(put(livebench(citation="https://news.example/a")))
    [sample] = found.samples
    assert (found.format, found.rules, found.name) == ("livebench", "livebench", "set")
    assert sample.turns == (Turn.of("user", livebench()["turns"][0]),)
    assert (sample.task, sample.rules, sample.article_id) == ("summarize", "livebench", "https://news.example/a")
    assert [instruction.to_json() for instruction in sample.instructions] == [
        {"id": "punctuation:no_comma"},
        {"id": "length_constraints:number_words", "num_words": 50, "relation": "at least"},
    ]
    assert sample.meta["question_id"] == published_id(sample) == "q1"
    assert "LiveBench" in found.describe()[0]
    assert Sample.from_json(json.loads(json.dumps(sample.to_json()))) == sample


def test_without_a_citation_a_question_is_an_article_of_its_own(put):
    assert [s.article_id for s in read_samples(put(livebench("a"), livebench("b")))] == ["a", "b"]


def test_folders_of_later_sets_belong_to_the_same_board_column(put):
    tasks = [s.task for s in read_samples(put(livebench("a", task="summarize_2"), livebench("b", task="other_2")))]
    assert tasks == ["summarize", "other_2"]


def test_an_ifeval_record(put):
    found = read_questions(put(ifeval(1000), ifeval("b", kwargs=[None])))
    first, second = found.samples
    assert (found.format, first.task, first.rules) == ("ifeval", "ifeval", "ifeval")
    assert first.prompt == ifeval(1000)["prompt"]
    assert (first.meta["key"], published_id(first), published_id(second)) == (1000, "1000", "b")
    assert first.article_id == ""


def test_ids_of_other_families_make_it_ifbench(put):
    path = put(ifeval(1), ifeval(2, instruction_id_list=["count:nothing_we_have"]))
    found = read_questions(path, skip_unknown=True)
    assert (found.format, found.rules, found.samples[0].task) == ("ifbench", "ifbench", "ifbench")


def test_repeated_ids_keep_their_places(put):
    words = "length_constraints:number_words"
    arguments = [{"num_words": 5, "relation": "at least"}, {}, {"num_words": 50, "relation": "less than"}]
    [sample] = read_samples(put(ifeval(instruction_id_list=[words, "punctuation:no_comma", words], kwargs=arguments)))
    assert [getattr(i, "num_words", None) for i in sample.instructions] == [5, None, 50]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"meta": 5}, "meta must be a record in braces, got 5"),
        ({"turns": []}, "has no turn of the user"),
        ({"turns": [Turn.of("system", "Be brief.").to_json()]}, "has no turn of the user"),
        ({"rules": "livebensh"}, "unknown rule book 'livebensh'; did you mean 'livebench'"),
    ],
)
def test_a_damaged_sample_of_ours_is_refused_with_its_line(put, changed, expected):
    checkers = [scorers.read({"id": "punctuation:no_comma"})]
    first, second = (Sample.build("summarize", [Turn.of("user", text)], checkers) for text in ("One.", "Two."))
    message = refused(put(first.to_json(), second.to_json() | changed))
    assert f"line 2: sample {second.id}" in message
    assert expected in message


def test_gzip_and_a_byte_order_mark_are_read(tmp_path):
    lines = f"\ufeff{json.dumps(ifeval(1))}\r\n\r\n{json.dumps(ifeval(2))}".encode()
    for name, content in (("set.jsonl", lines), ("set.jsonl.gz", gzip.compress(lines))):
        (tmp_path / name).write_bytes(content)
        assert len(read_questions(tmp_path / name).samples) == 2
        assert stem(str(tmp_path / name)) == "set"
    (tmp_path / "torn.gz").write_bytes(gzip.compress(lines)[:-20])
    assert "torn.gz cannot be read" in refused(tmp_path / "torn.gz")


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("{broken", "line 2: not valid JSON"),
        ("[1]", "line 2: this is not one of the LiveBench questions"),
        (ifeval(), "line 2: this is not one of the LiveBench questions"),
        (livebench("b", turns="x"), "line 2: turns must be a list of texts"),
        (livebench("b", turns=["x", "y"]), "line 2: the question has 2 turns"),
        (livebench("b", question_id=None), "line 2: question_id is null"),
        (livebench("b", question_id=[1]), "line 2: question_id must be a text or a whole number"),
        (livebench("b", task=5), "line 2: task must be a text, got 5"),
        (livebench("b", instruction_id_list=[]), "line 2: instruction_id_list is empty"),
        (livebench("b", instruction_id_list="no_comma"), "line 2: instruction_id_list must be a list of ids"),
        (livebench("b", kwargs=[{}]), "line 2: 2 instruction ids, but 1 kwargs"),
        (livebench("b", kwargs={"num_words": [1]}), "line 2: kwargs must be a list of records"),
        (livebench("b", kwargs=[{}, {"num_words": 5}]), "line 2: length_constraints:number_words needs relation"),
        (livebench("b", kwargs=[{}, {"num_wrods": 5}]), "did you mean 'num_words'"),
        (livebench("q1"), "line 2: the id q1 is in line 1 already"),
        (livebench("b", instruction_id_list=["x:y", "keywords:existense"]), "did you mean 'keywords:existence'"),
    ],
)
def test_a_bad_line_is_named(put, record, expected):
    assert expected in refused(put(livebench(), record))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "holds no questions"),
        ("[]", "one record a line is expected"),
        ('{"question": "Why?"}', "unknown format: the record has question"),
        ("{}", "the record has no keys"),
        ('{"format": 1, "turns": []}', "a sample record lacks 'id'"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_question_set(put, content, expected):
    assert expected in refused(put(content))


def test_bytes_that_are_no_utf8(tmp_path):
    (tmp_path / "set.jsonl").write_bytes(json.dumps(ifeval()).encode() + b'\n{"prompt": "\xff"}')
    assert "line 2: not UTF-8" in refused(tmp_path / "set.jsonl")


def test_unknown_ids_are_counted_and_left_out_only_if_asked(put):
    strange = [ifeval(n, instruction_id_list=["keywords:unheard_of"]) for n in (7, 8)]
    path = put(ifeval(1), *strange, ifeval(9))
    message = refused(path)
    assert "line 2: no checker has the id 'keywords:unheard_of'" in message
    assert "2 of 4 questions use ids that no checker has: keywords:unheard_of (2)" in message
    assert "--skip-unknown" in message
    found = read_questions(path, skip_unknown=True)
    assert [published_id(sample) for sample in found.samples] == ["1", "9"]
    assert found.to_json()["left_out"] == {"unknown_id": 2}
    assert any("no checker: 2 (7: keywords:unheard_of; 8:" in line for line in found.describe())
    assert "holds no usable sample" in refused(put(*strange), skip_unknown=True)


def test_the_same_question_under_two_ids_is_asked_once_and_told(put):
    twin = livebench("twin", turns=livebench()["turns"])
    found = read_questions(put(livebench(), twin, livebench("other")))
    assert [published_id(sample) for sample in found.samples] == ["q1", "other"]
    assert found.to_json()["left_out"] == {"duplicate": 1}
    assert any("twin as q1" in line for line in found.describe())


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("", ["a", "b", "c"]),
        ("2024-06-24", ["a", "b"]),
        ("2024-11-24", ["a", "b"]),
        ("2024-11-25", ["b", "c"]),
        ("2026-01-01", ["b", "c"]),
    ],
)
def test_releases(put, release, expected):
    path = put(
        livebench("a", livebench_removal_date="2024-11-25"),
        livebench("b", livebench_removal_date=None),
        livebench("c", livebench_release_date="2024-11-25"),
    )
    found = read_questions(path, release=release)
    assert [published_id(sample) for sample in found.samples] == expected
    told = " ".join(found.describe())
    assert ("together; --release picks one" in told) == (not release)
    assert (f"not live in release {release}: {3 - len(expected)}" in told) == bool(release)


def test_releases_that_are_none(put):
    assert "a release is a date such as 2024-11-25, got '24-11-25'" in refused(put(livebench()), release="24-11-25")
    assert "its releases: 2024-06-24" in refused(put(livebench()), release="2023-01-01")
    assert "LiveBench questions only" in refused(put(ifeval()), release="2024-11-25")
    undated = put(livebench(), livebench("b", livebench_release_date=None))
    assert "line 2: the record has no livebench_release_date" in refused(undated, release="2024-11-25")


def test_a_folder_in_data_set_form(tmp_path):
    """As `datasets` makes it: columns with nulls, a time stamp for the release, several splits."""
    from datetime import UTC, datetime

    import pyarrow as pa
    from pyarrow import parquet

    rows = [livebench(f"q{n}", livebench_release_date=datetime(2024, 6, 24, tzinfo=UTC)) for n in range(3)]
    folder = tmp_path / "set"
    (folder / "data").mkdir(parents=True)
    for split, kept in (("train", rows[:1]), ("test", rows)):
        parquet.write_table(pa.Table.from_pylist(kept), folder / "data" / f"{split}-00000-of-00001.parquet")
    found = read_questions(folder, release="2024-08-31")
    assert [published_id(sample) for sample in found.samples] == ["q0", "q1", "q2"]
    assert found.samples[0].instructions[1].to_json()["num_words"] == 50
    assert found.samples[0].meta["livebench_release_date"] == "2024-06-24"
    assert len(read_questions(f"hf:{folder}").samples) == 3


def test_the_only_split_of_a_folder_is_taken(tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "train.jsonl").write_text(json.dumps(ifeval(5)))
    [sample] = read_samples(tmp_path / "set")
    assert sample.meta["key"] == 5
    (tmp_path / "none").mkdir()
    assert "cannot be read as a data set" in refused(tmp_path / "none")


def test_a_mistyped_file_is_not_looked_for_on_the_hub(tmp_path):
    assert refused("data/questions.jsonl") == "there is no file data/questions.jsonl"
    assert "there is no file" in refused(tmp_path / "nowhere")


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 9)), max_size=20), st.integers(1, 25))
def test_round_robin_takes_tasks_in_turn(pairs, limit):
    checkers = [scorers.read({"id": "punctuation:no_comma"})]
    samples = [Sample.build(task, [Turn.of("user", str(n))], checkers) for task, n in dict.fromkeys(pairs)]
    taken = round_robin(samples, limit)
    assert len(taken) == min(limit, len(samples))
    counts = [sum(s.task == task for s in taken) for task in "abcd"]
    sizes = [sum(s.task == task for s in samples) for task in "abcd"]
    assert all(n == size or n >= max(counts) - 1 for n, size in zip(counts, sizes, strict=True))


@needs_data
def test_the_published_sets_are_read_whole():
    for name, count, form in (("livebench_if_published", 400, "livebench"), ("ifeval_prompts", 541, "ifeval")):
        found = read_questions(PARITY / f"{name}.jsonl.gz")
        assert (found.format, len(found.samples), found.left_out) == (form, count, ())
    for release in ("2024-06-24", "2024-11-25"):
        found = read_questions(PARITY / "livebench_if_published.jsonl.gz", release=release)
        assert (len(found.samples), len(found.left_out)) == (200, 200)


def test_an_error_is_a_bad_sample(put):
    with pytest.raises(BadSample):
        read_questions(put("{"))
