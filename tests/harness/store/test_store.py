"""The results folder: made once, taken by one process, resumed under the same plan, read at any time."""

import asyncio
import json
import subprocess
import sys
from dataclasses import replace

import pytest

from harness import __version__
from harness.adapters.base import Failure, Response, Settings
from harness.errors import StoreError
from harness.store.run_folder import RunFolder, find_run
from harness.store.run_spec import RunSpec, differences
from scorers import read
from tasks.formats.sample_file import SampleFile
from tasks.sample import Sample, Turn

SAMPLES = [
    Sample.build("paraphrase", [Turn.of("user", f"Question {n}")], [read({"id": "punctuation:no_comma"})])
    for n in range(3)
]
ONE, TWO, THREE = (sample.id for sample in SAMPLES)


def plan(**changes):
    values = {
        "samples": SAMPLES,
        "model": "m-1",
        "adapter": "openai",
        "base_url": "https://api.example.org/v1/",
        "settings": Settings(temperature=0.0, stop=("END",)).to_json(),
        "epochs": 2,
    }
    return RunSpec.of(**(values | changes))


def opened(folder, the_plan=None, **header):
    return RunFolder.open(folder, the_plan or plan(), samples=SAMPLES, header=header)


def response(id, epoch=0, text="an answer"):
    return Response(id, epoch, text, "m-1", usage={"input": 3, "output": 5}, cost=1.2e-06)


def failure(id, epoch=0, error="unavailable"):
    return Failure(id, epoch, "m-1", error, "why")


def keep(store, *records):
    async def go():
        for record in records:
            await (store.append_response(record) if isinstance(record, Response) else store.append_failure(record))

    asyncio.run(go())


def test_a_new_folder_says_what_it_is(tmp_path):
    folder = tmp_path / "results" / "a"
    with opened(folder, config="quick", rules=None, extract=["thinking"], started="2026-01-01T00:00:00Z") as store:
        assert (store.epochs, store.plan) == (2, plan())
    info = json.loads((folder / "run.json").read_text())
    assert info["format"] == 1
    assert info["digest"] == plan().digest
    assert info["plan"] == plan().values
    assert (info["ifharness"], info["python"]) == (__version__, ".".join(map(str, sys.version_info[:3])))
    assert (info["config"], info["extract"]) == ("quick", ["thinking"])
    assert sorted(p.name for p in folder.iterdir()) == [
        ".lock", "failures.jsonl", "responses.jsonl", "run.json", "samples.jsonl",
    ]  # fmt: skip
    assert list(RunFolder.load(folder).samples()) == SAMPLES


def test_going_on_keeps_the_answers_and_the_first_start(tmp_path):
    with opened(tmp_path / "a", started="first", rules=None) as store:
        keep(store, response(ONE))
    questions = (tmp_path / "a" / "samples.jsonl").read_bytes()
    with opened(tmp_path / "a", started="second", rules="ifeval") as store:
        assert store.answered_keys() == {(ONE, 0)}
        assert (store.manifest.started, store.manifest.rules) == ("first", "ifeval")
    assert RunFolder.load(tmp_path / "a").manifest.record["rules"] == "ifeval"
    assert (tmp_path / "a" / "samples.jsonl").read_bytes() == questions


def test_the_latest_answer_counts_and_failures_are_those_without_one(tmp_path):
    with opened(tmp_path / "a") as store:
        keep(store, response(ONE, text="old"), response(ONE, 1), failure(TWO), failure(ONE), failure(TWO, 1))
        keep(store, failure(THREE, error="rejected"), response(ONE, text="new \ud800"), failure(TWO, error="timeout"))
        assert store.answered_keys() == {(ONE, 0), (ONE, 1)}
        completed = store.index().completed_keys()
        assert [key in completed for key in ((THREE, 0), (TWO, 0), (ONE, 1))] == [True, False, True]
    store = RunFolder.load(tmp_path / "a")
    assert list(store.responses()) == [response(ONE, 1), response(ONE, text="new \ud800")]
    assert [(f.sample_id, f.epoch, f.error) for f in store.failures()] == [
        (TWO, 1, "unavailable"),
        (THREE, 0, "rejected"),
        (TWO, 0, "timeout"),
    ]


def test_a_folder_is_read_while_a_run_writes_to_it(tmp_path):
    with opened(tmp_path / "a") as store:
        keep(store, response(ONE))
        with (tmp_path / "a" / "responses.jsonl").open("ab") as file:
            file.write(b'{"sample_id": "half')
        assert list(RunFolder.load(tmp_path / "a").responses()) == [response(ONE)]


def test_fields_of_a_later_version_are_passed_over(tmp_path):
    with opened(tmp_path / "a") as store:
        keep(store, response(ONE))
    path = tmp_path / "a" / "responses.jsonl"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"mood": "fine"}) + "\n")
    assert list(RunFolder.load(tmp_path / "a").responses()) == [response(ONE)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"model": "m-2"}, ['model ("m-1" there, "m-2" now)']),
        (
            {"settings": {"temperature": 0.7}},
            ["settings.temperature (0.0 there, 0.7 now)", 'settings.stop (["END"]'],
        ),
        ({"samples": SAMPLES[:2], "epochs": 1}, ["samples (", "epochs (2 there, 1 now)"]),
        ({"adapter": "replay", "options": {"file": "a.jsonl"}}, ['options.file (not set there, "a.jsonl" now)']),
    ],
)
def test_another_plan_is_refused_by_the_keys_that_differ(tmp_path, changes, told):
    opened(tmp_path / "a").close()
    with pytest.raises(StoreError) as error:
        opened(tmp_path / "a", plan(**changes))
    for part in [*told, "was created with different settings", "--out", "delete"]:
        assert part in str(error.value)
    opened(tmp_path / "a").close()  # and the refused one holds no lock


def test_questions_that_were_edited_under_their_old_ids_are_refused(tmp_path):
    path = tmp_path / "questions.jsonl"
    records = [sample.to_json() for sample in reversed(SAMPLES)]

    def go_on():
        path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
        samples = SampleFile(path)
        RunFolder.open(tmp_path / "r", plan(samples=samples), samples=samples, header={}).close()

    go_on()
    records.reverse()
    records[0]["meta"] = {"note": "decides nothing"}
    go_on()
    records[1]["turns"][0]["parts"][0]["text"] = "Question two"
    with pytest.raises(StoreError, match=f"sample {TWO} has other words or instructions here than in .*samples.jsonl"):
        go_on()


def test_another_format_and_damage_are_refused(tmp_path):
    opened(tmp_path / "a").close()
    run = tmp_path / "a" / "run.json"
    good = json.loads(run.read_text())
    for content, told in [
        (good | {"format": 2}, "format 2 is not 1, the one that ifharness"),
        ({"name": "other"}, "no format number"),
        ({"format": 1}, "has no plan"),
    ]:
        run.write_text(json.dumps(content))
        for use in (lambda: opened(tmp_path / "a"), lambda: RunFolder.load(tmp_path / "a")):
            with pytest.raises(StoreError, match=told):
                use()
    run.write_text('{"format": 1,')
    with pytest.raises(StoreError, match=r"run\.json: is damaged"):
        RunFolder.load(tmp_path / "a")


def test_answers_of_an_unknown_plan_are_not_taken_over(tmp_path):
    (tmp_path / "responses.jsonl").write_text("{}\n")
    with pytest.raises(StoreError, match=r"responses\.jsonl: run\.json is missing"):
        opened(tmp_path)
    with pytest.raises(StoreError, match=r"there is no run\.json in it"):
        RunFolder.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("responses.jsonl", '{"sample_id": "x"}', "sample_id or epoch is missing"),
        ("responses.jsonl", '{"sample_id": "x", "epoch": true, "text": "", "model": ""}', "of a wrong type"),
        ("responses.jsonl", '{"sample_id": "x", "epoch": 0, "text": null, "model": ""}', "is not a response"),
        ("responses.jsonl", '{"sample_id": "x", "epoch": 0, "text": "", "modell": ""}', "is not a response: .*model"),
        ("failures.jsonl", '{"sample_id": "x", "epoch": 0}', "is not a failure"),
        ("samples.jsonl", '{"format": 1}', "lacks 'id'"),
        ("samples.jsonl", '{"format": 1, "id', "not valid JSON"),
    ],
)
def test_a_damaged_line_is_named_with_file_and_number(tmp_path, name, line, told):
    with opened(tmp_path / "a") as store:
        keep(store, response(ONE), failure(TWO))
    path = tmp_path / "a" / name
    lines = path.read_text().splitlines()[:1]
    path.write_text("\n".join([*lines, line]) + "\n")
    store = RunFolder.load(tmp_path / "a")
    with pytest.raises(StoreError, match=rf"{name}, line 2: .*{told}"):
        list({"responses.jsonl": store.responses, "failures.jsonl": store.failures}.get(name, store.samples)())


def test_files_are_written_whole_with_a_format_number(tmp_path):
    with opened(tmp_path / "a") as store:
        store.write_json("scores.json", {"if_score": 83.25, "odd": "\ud800"})
        store.write_lines("verdicts.jsonl", ({"n": n} for n in range(3)))

        def broken():
            yield {"n": 9}
            raise RuntimeError

        with pytest.raises(RuntimeError):
            store.write_lines("verdicts.jsonl", broken())
    assert json.loads((tmp_path / "a" / "scores.json").read_text()) == {"format": 1, "if_score": 83.25, "odd": "\ud800"}
    assert (tmp_path / "a" / "verdicts.jsonl").read_text() == '{"n":0}\n{"n":1}\n{"n":2}\n'
    assert not list((tmp_path / "a").glob("*.tmp")) + list((tmp_path / "a").glob(".*.tmp"))


HOLD = """
import sys
from pathlib import Path
from harness.store.run_spec import RunSpec
from harness.store.run_folder import RunFolder
store = RunFolder.open(Path(sys.argv[1]), RunSpec({}), samples=[], header={})
print("holding", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_refused_with_the_pid_and_a_killed_one_leaves_no_lock(tmp_path):
    held = [sys.executable, "-c", HOLD, str(tmp_path / "a")]
    with subprocess.Popen(held, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout.readline() == b"holding\n"
            with pytest.raises(StoreError, match=rf"process {holder.pid} on .*working in this folder.*--out"):
                opened(tmp_path / "a", RunSpec({}))
            assert RunFolder.load(tmp_path / "a").answered_keys() == set()
        finally:
            holder.kill()
    RunFolder.open(tmp_path / "a", RunSpec({}), samples=[], header={}).close()


def test_a_run_is_found_by_path_file_and_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("quick-m-1-00aa11bb", "livebench-m-1-22cc33dd"):
        opened(tmp_path / "results" / name).close()
    folder = tmp_path / "results" / "quick-m-1-00aa11bb"
    assert find_run(folder) == folder
    assert find_run(folder / "run.json") == folder
    assert find_run("quick-m-1-00aa11bb").resolve() == folder
    with pytest.raises(StoreError, match=r"no such folder; did you mean 'quick-m-1-00aa11bb'\?"):
        find_run("quick-m1-00aa11bb")
    with pytest.raises(StoreError, match=r"no such folder \(runs: livebench-m-1-22cc33dd, quick-m-1-00aa11bb\)"):
        find_run("zzz")
    with pytest.raises(StoreError, match="did you mean 'quick-m-1-00aa11bb'"):
        RunFolder.load(tmp_path / "results" / "quick-m-1")
    with pytest.raises(StoreError, match=r"there is no such folder$"):
        RunFolder.load(tmp_path / "nowhere" / "a")


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written: a file is in the place of its folder"):
        opened(tmp_path / "file" / "a")


def test_the_plan_is_what_decides_the_answers_and_nothing_else():
    assert plan() == plan(samples=list(reversed(SAMPLES)))
    assert plan() == plan(samples=[replace(sample, meta={"x": 1}) for sample in SAMPLES])
    assert plan().digest == plan(base_url="https://user:secret@API.example.org/v1?key=secret").digest
    assert "secret" not in json.dumps(plan(base_url="https://user:secret@[::1]:80/v1?k=secret").values)
    assert plan(base_url="http://[::1]:80/v1/").values["base_url"] == "http://[::1]:80/v1"
    changed = [plan(model="m"), plan(adapter="a"), plan(base_url=None), plan(settings={}), plan(epochs=1)]
    assert len({p.digest for p in [plan(), plan(samples=SAMPLES[:1]), plan(options={"a": 1}), *changed]}) == 8
    assert RunSpec(json.loads(json.dumps(plan().values))).digest == plan().digest


def test_folder_names_are_safe_everywhere():
    name = plan(model="../org/Model:7b\n模型 " + "x" * 300).folder_name("my config.v1")
    assert name.startswith("my-config.v1-org-Model-7b-xxx")
    assert name.endswith("-" + plan(model="../org/Model:7b\n模型 " + "x" * 300).digest)
    assert len(name) < 140
    assert plan(model="模型").folder_name("..").startswith("unnamed-unnamed-")


def test_differences_are_dotted_and_sorted():
    assert differences({"a": 1, "s": {"t": 0, "u": {"v": 1}}}, {"s": {"t": 0, "u": {}}, "b": None}) == [
        "a",
        "b",
        "s.u.v",
    ]
    assert differences({"a": {}}, {"a": {}}) == []
