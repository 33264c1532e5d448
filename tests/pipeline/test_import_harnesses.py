"""Files of OpenCompass, inspect_ai, evalscope and promptfoo become runs, with the figures that those programs wrote."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from pathlib import Path

import pyarrow as pa
import pytest
from ifh import only_run
from inside import inside as ifh
from test_published import put

EXAMPLES = Path(__file__).parents[2].parent / "shared" / "formats"
needs_examples = pytest.mark.skipif(not EXAMPLES.is_dir(), reason=f"the example files are not there ({EXAMPLES})")
FIGURES = ("prompt_strict", "instruction_strict", "prompt_loose", "instruction_loose")
FAILED = {"api_error": 1}


def question(key=1, ids=("punctuation:no_comma",), kwargs=({},)):
    return {"key": key, "prompt": f"Say {key}.", "instruction_id_list": list(ids), "kwargs": list(kwargs)}


def prediction(key, text):
    return {"origin_prompt": [{"role": "HUMAN", "prompt": f"Say {key}."}], "prediction": text, "gold": question(key)}


def numbered(*records):
    return {str(number): record for number, record in enumerate(records)}


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def imported(cwd, *args):
    done = ifh("import", *args, "--json", cwd=cwd)
    [found] = json.loads(done.stdout)["runs"]
    return found, " ".join(done.stderr.split())


def complaint(cwd, *args):
    done = ifh("import", *args, cwd=cwd, code=2)
    assert "Traceback" not in done.stderr
    assert not (cwd / "results").exists()
    return " ".join(done.stderr.split())


def sample(id=1, epoch=1, text="One, two.", **more):
    metadata = {"prompt": f"Say {id}.", "instruction_id_list": ["punctuation:no_comma"], "kwargs": {"0": {}}}
    choice = {"message": {"role": "assistant", "content": text}, "stop_reason": "stop"}
    output = {"model": "m-served", "choices": [choice]}
    return {"id": id, "epoch": epoch, "metadata": metadata, "output": output} | more


def log(*samples, **more):
    described = {"task": "inspect_evals/ifeval", "model": "mock/m", "dataset": {}, "config": {}}
    return {"version": 2, "status": "success", "eval": described, "samples": list(samples)} | more


def archive(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, value in members.items():
            file.writestr(name, value if isinstance(value, bytes) else json.dumps(value))
    return path


def zstd_archive(path, members):
    """Write a zip archive whose members are compressed by method 93, each in two frames."""
    content, directory = b"", b""
    codec = pa.Codec("zstd")
    for name, value in members.items():
        data = json.dumps(value).encode()
        frames = [codec.compress(part, asbytes=True) for part in (data[:40], data[40:]) if part]
        packed = b"".join(frames)
        about = struct.pack("<HHHHHLLLHH", 63, 0, 93, 0, 0, zlib.crc32(data), len(packed), len(data), len(name), 0)
        directory += b"PK\x01\x02" + struct.pack("<H", 63) + about + struct.pack("<HHHLL", 0, 0, 0, 0, len(content))
        directory += name.encode()
        content += b"PK\x03\x04" + about + name.encode() + packed
    count = len(members)
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, count, count, len(directory), len(content), 0)
    path.write_bytes(content + directory + end)
    return path


@needs_examples
@pytest.mark.parametrize(
    ("args", "figures", "failures", "epochs", "said"),
    [
        ("opencompass/predictions_IFEval.json --model m --results opencompass/results_IFEval.json",
         (16.6667, 44.4444), {}, 1, "OpenCompass's own figures (of results_IFEval.json) are the same here"),
        ("opencompass/results_n2_IFEval.json --model m", (16.6667, 44.4444), {}, 2, "24 responses compared"),
        ("opencompass/IFEval_0.json opencompass/IFEval_1.json --model m", (16.6667, 44.4444), {}, 1, "read as one"),
        ("opencompass/external_minimal_IFEval.json --model m --questions opencompass/input_data.jsonl",
         (16.6667, 44.4444), {}, 1, "6 OpenCompass predictions, 6 matched by position"),
        ("opencompass/tmp_IFEval.jsonl --model m", (0.0, 40.0), {}, 1, "did not finish"),
        ("inspect/one_epoch.json", (20.0, 50.0), FAILED, 1, "figures (of one_epoch.json) are the same"),
        ("inspect/two_epochs_zstd.eval", (20.0, 50.0), {"api_error": 2}, 2, "20 responses compared"),
        ("inspect/two_epochs_chunked.eval", (20.0, 50.0), {"api_error": 2}, 2, "own figures"),
        ("inspect/old_0.3.120_deflate.eval", (20.0, 50.0), FAILED, 1, "10 responses compared, strict and loose; 0"),
        ("evalscope/predictions_ifeval_default.jsonl --results evalscope/report_ifeval.json",
         (20.0, 50.0), {}, 1, "evalscope's own figures (of report_ifeval.json) are the same here"),
        ("evalscope/predictions_repeats2.jsonl", (20.0, 50.0), {}, 2, "no line of the index 6, 7"),
        ("evalscope/reviews_ifeval_default.jsonl", (20.0, 50.0), {}, 1, "10 responses compared, strict and loose; 0"),
        ("promptfoo/out.json", (20.0, 50.0), FAILED, 1, "6 promptfoo results, 6 matched by id"),
        ("promptfoo/out.jsonl", (20.0, 50.0), FAILED, 1, "6 promptfoo results"),
    ],
)  # fmt: skip
def test_each_example_file_gives_the_figures_of_its_program(tmp_path, args, figures, failures, epochs, said):
    given = [str(EXAMPLES / arg) if "." in arg else arg for arg in args.split()]
    found, told = imported(tmp_path, *given)
    assert [round(found[name], 4) for name in FIGURES] == [*figures, *figures]
    assert (found["failures"], found["epochs"]) == (failures, epochs)
    assert said in told
    assert "differ by" not in told


def test_opencompass_predictions_know_model_set_and_results_by_their_folders(tmp_path):
    home = tmp_path / "outputs" / "20260101_000000"
    said = numbered(
        prediction(1, "One, two."), prediction(2, "<think>a, b</think>c"), prediction(1, "One."), prediction(2, "")
    )
    file = write(home / "predictions" / "gpt-x" / "IFEval.json", said)
    details = [
        {"pred": ["One, two.", "One."], "refer": [question(1)] * 2, "is_strict_correct": [False, True]},
        {"pred": ["c", ""], "refer": [question(2)] * 2, "is_strict_correct": [True, False]},
    ]
    figures = {"Prompt-level-strict-accuracy (2 runs average)": 75.0, "details": details}
    write(home / "results" / "gpt-x" / "IFEval.json", figures)
    found, told = imported(tmp_path, file)
    assert found["run"].startswith("ifeval-gpt-x-")
    assert (found["epochs"], found["prompt_strict"]) == (2, 50.0)
    assert "post-processed by OpenCompass before it scored them: 1 of 4 responses" in told
    assert "differ by up to 25.00 points: prompt-level strict 75.00 there, 50.00 here" in told
    assert "not recorded: stop reasons (how many responses were cut is unknown): 4 of 4 responses" in told
    run = only_run(tmp_path)
    lines = [json.loads(line) for line in (run / "responses.jsonl").read_text().splitlines()]
    assert {line["stop"] for line in lines} == {"unknown"}
    assert not any("usage" in line for line in lines)
    ifh("export", run, "--to", "jsonl", "-o", "lines", cwd=tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "lines" / "responses.jsonl").read_text().splitlines()]
    assert {(row["seconds"], row["attempts"], row["output_tokens"]) for row in rows} == {(None, None, None)}


def test_thinking_is_scored_as_the_harness_did_unless_the_user_says_otherwise(tmp_path):
    file = write(tmp_path / "predictions" / "m" / "IFEval.json", numbered(prediction(1, "<think>a, b</think>c")))
    found, told = imported(tmp_path, file)
    assert (found["prompt_strict"], found["extract"]) == (0.0, [])
    assert "1 of 1 responses contain thinking, which is scored with the rest" in told
    other, _ = imported(tmp_path, file, "--extract", "thinking")
    assert (other["prompt_strict"], other["extract"]) == (100.0, ["thinking"])
    assert other["run"] != found["run"]
    assert "did you mean 'thinking'" in ifh("import", file, "--extract", "thinkin", cwd=tmp_path, code=2).stderr


def test_an_exported_run_comes_back_through_opencompass_ifeval_and_ifbench_files(tmp_path):
    said = numbered(prediction(1, "One, two."), prediction(2, "One."))
    ifh("import", write(tmp_path / "predictions" / "m" / "IFEval.json", said), "--out", "run", cwd=tmp_path)
    told = ifh("export", "run", "--to", "opencompass", "-o", "oc", cwd=tmp_path)
    assert "opencompass CONFIG.py -m eval -r" in told.stderr
    [file] = (tmp_path / "oc").glob("*/predictions/m/IFEval.json")
    assert imported(tmp_path, file)[0]["prompt_strict"] == 50.0
    assert file.read_text() == json.dumps(json.loads(file.read_text()), indent=4) + "\n", "as OpenCompass writes it"
    rows = [json.loads(line) for line in (tmp_path / "oc/data/ifeval/input_data.jsonl").read_text().splitlines()]
    assert [row["key"] for row in rows] == [record["gold"]["key"] for record in json.loads(file.read_text()).values()]
    ifh("export", "run", "--to", "ifbench", "-o", "ib", cwd=tmp_path)
    names = {path.name for path in (tmp_path / "ib").iterdir()}
    results = {"m-eval_results_strict.jsonl", "m-eval_results_loose.jsonl"}
    assert names == {"IFBench_test.jsonl", "m-responses.jsonl", *results}


def test_score_and_replay_take_a_file_of_another_harness_too(tmp_path):
    write(tmp_path / "p.json", numbered(prediction(1, "One, two."), prediction(2, "One.")))
    put(tmp_path / "q.jsonl", [question(1), question(2)])
    scored = ifh("score", "--questions", "q.jsonl", "--answers", "p.json", "--json", cwd=tmp_path)
    assert json.loads(scored.stdout)["prompt_strict"] == 50.0
    run = ("run", "smoke", "--samples", "q.jsonl", "--model", "replay/p.json", "--json")
    assert json.loads(ifh(*run, cwd=tmp_path).stdout)["prompt_strict"] == 50.0


def test_the_hub_file_says_what_it_holds_and_refuses_a_part_of_the_set(tmp_path):
    yaml = pytest.importorskip("yaml")
    said = numbered(prediction(1, "One, two."), prediction(2, "One."))
    ifh("import", write(tmp_path / "predictions" / "m" / "IFEval.json", said), "--out", "run", cwd=tmp_path)
    refused = ifh("export", "run", "--to", "hub", "-o", "hub", cwd=tmp_path, code=2).stderr
    assert "the run has 2 samples, and google/IFEval has 541" in " ".join(refused.split())
    url = "https://example.org/traces"
    args = ("--partial", "--scale", "share", "--metric", "instruction_loose", "--source-url", url)
    ifh("export", "run", "--to", "hub", "-o", "hub", *args, cwd=tmp_path)
    [entry] = yaml.safe_load((tmp_path / "hub" / ".eval_results" / "ifeval.yaml").read_text())
    assert entry["dataset"] == {"id": "google/IFEval", "task_id": "ifeval"}
    assert (entry["value"], entry["source"]["url"]) == (0.5, url)
    assert "instruction-level loose accuracy as a share; 2 prompts" in entry["notes"]
    assert "verifyToken" not in entry
    wrong = ifh("export", "run", "--to", "csv", "-o", "x", "--scale", "share", cwd=tmp_path, code=2).stderr
    assert "--scale needs --to hub" in wrong


@pytest.mark.parametrize("pack", [archive, zstd_archive])
def test_an_inspect_archive_is_read_by_either_compression_and_the_last_member_wins(tmp_path, pack):
    thoughts = [{"type": "reasoning", "reasoning": "a, b"}, {"type": "text", "text": "One."}]
    members = {
        "header.json": {name: value for name, value in log(status="error").items() if name != "samples"},
        "samples/1_epoch_1.json": sample(text="One, two."),
        "samples/1_epoch_2.json": sample(epoch=2, text=thoughts),
        "samples/2_epoch_1.json": sample(2, error={"message": "status 400", "traceback": "x"}),
        "samples/2_epoch_2.json": sample(2, 2, limit={"type": "time"}, output={"model": "m", "choices": []}),
    }
    found, told = imported(tmp_path, pack(tmp_path / "a.eval", members))
    assert found["run"].startswith("ifeval-mock-m-")
    assert (found["scored"], found["failures"], found["prompt_strict"]) == (2, {"api_error": 1, "timeout": 1}, 50.0)
    assert "the status of the log is error" in told
    assert (
        "imported, so nothing is requested; 2 have no response" in ifh("status", only_run(tmp_path), cwd=tmp_path).said
    )


def test_promptfoo_makes_a_run_of_each_provider_and_maps_variables(tmp_path):
    def result(number, provider, text, test=0):
        ids = json.dumps(["punctuation:no_comma"])
        given = {"id": number, "prompt": f"Say {number}.", "instruction_id_list": ids, "kwargs": "[{}]"}
        reply = {"output": text, "finishReason": "length"}
        return {"vars": given, "testIdx": test, "promptIdx": 0, "provider": {"id": provider}, "response": reply}

    rows = [result(1, "a", "One, two."), result(1, "b", "One."), result(1, "a", "One.", 1), result(1, "b", "One.", 1)]
    put(tmp_path / "out.jsonl", rows)
    runs = json.loads(ifh("import", "out.jsonl", "--var", "key=id", "--json", cwd=tmp_path).stdout)["runs"]
    assert [(run["prompt_strict"], run["epochs"], run["truncated"]) for run in runs] == [(50.0, 2, 2), (100.0, 2, 2)]
    assert "--var takes KEY=VAR" in ifh("import", "out.jsonl", "--var", "x", cwd=tmp_path, code=2).stderr


BROKEN = {
    "gap.json": (numbered(prediction(1, "a")) | {"2": prediction(2, "b")}, 'the prediction "1" is missing'),
    "typed.json": (numbered({"prediction": 7}), "typed.json, 0: prediction is 7, but must be a text or a list"),
    "gold.json": (numbered({"prediction": "x", "gold": []}), "gold is [], but must be a table"),
    "figures.json": ({"Prompt-level-strict-accuracy": 5}, "figures without details"),
    "part_1.json": (numbered(prediction(1, "a")), "part_0.json is missing beside it"),
    "new.json": (log(sample(), version=3), "version 3 of the log is not read, only up to 2"),
    "other.json": (log({**sample(), "metadata": {}}), "whose samples have no instruction_id_list"),
    "empty.json": (log(), "holds no samples"),
    "epoch.json": (log(sample(epoch=0)), "samples[0]: id and epoch must name the sample, got 1 and 0"),
    "choices.json": (log(sample(output={"choices": [3]})), "choices[0]: is 3, but must be a table"),
    "v2.json": ({"results": {"version": 2, "results": [], "table": {}}}, "results.version is 2, but only 3 is read"),
    "row.json": ({"results": {"version": 3, "results": [1]}}, "results[0]: is 1, but must be a table"),
    "report.json": ({"model_name": "m", "metrics": []}, "is evalscope's report, which holds no responses"),
    "index.jsonl": ({"index": "1", "model_output": {}}, "index is '1', but must be a whole number"),
    "gym.jsonl": ({"responses_create_params": {}, "response": {}}, "a file of NeMo Gym looks like this"),
    "near.json": ({"prediction": "x", "gold": {}}, "nearest by its keys: opencompass (prediction, gold)"),
    "text.txt": ("hello", "not valid JSON"),
    "deep.json": ('{"0":' + "[" * 5000 + "]" * 5000 + "}", "nested too deeply"),
    "cut.json": ('{"0": {"prediction": "x"},\n "1": {"predi', "known formats: opencompass"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_an_error_with_its_place_and_no_traceback(tmp_path, name):
    value, expected = BROKEN[name]
    write(tmp_path / name, value)
    assert expected in complaint(tmp_path, name, "--model", "m")


def test_archives_that_would_fill_the_memory_or_are_damaged_are_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("IFH_MAX_INPUT_MB", "1")
    head = {"header.json": {name: value for name, value in log().items() if name != "samples"}}
    archive(tmp_path / "bomb.eval", {**head, "samples/1_epoch_1.json": b" " * 20_000_000})
    assert "takes more than 1 MB once it is decompressed" in complaint(tmp_path, "bomb.eval")
    zstd_archive(tmp_path / "bomb2.eval", {**head, "samples/1_epoch_1.json": sample(text="a" * 5_000_000)})
    assert "takes more than 1 MB once it is decompressed" in complaint(tmp_path, "bomb2.eval")
    whole = zstd_archive(tmp_path / "a.eval", {**head, "samples/1_epoch_1.json": sample()}).read_bytes()
    (tmp_path / "cut.eval").write_bytes(whole[:-30])
    assert "damaged" in complaint(tmp_path, "cut.eval") or "without an end" in complaint(tmp_path, "cut.eval")
    at = whole.index(b"samples/1_epoch_1.json") + 40
    (tmp_path / "flipped.eval").write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
    assert "samples/1_epoch_1.json: is damaged" in complaint(tmp_path, "flipped.eval")
    archive(tmp_path / "other.eval", {"x.txt": b"x"})
    assert "no inspect_ai log: it has no header.json" in complaint(tmp_path, "other.eval")
    assert "is a folder; name the files of responses in it" in complaint(tmp_path, ".")


def test_a_format_can_be_named_and_a_wrong_name_is_corrected(tmp_path):
    write(tmp_path / "p.json", numbered(prediction(1, "One.")))
    assert imported(tmp_path, "p.json", "--format", "opencompass", "--model", "m")[0]["scored"] == 1
    other = ifh("import", "p.json", "--format", "evalscope", "--model", "m", cwd=tmp_path, code=2).stderr
    assert "p.json: holds no evalscope predictions; it holds OpenCompass predictions" in " ".join(other.split())
    assert (
        "did you mean 'opencompass'" in ifh("import", "p.json", "--format", "opencompas", cwd=tmp_path, code=2).stderr
    )
