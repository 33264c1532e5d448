"""The files of LiveBench, IFEval and IFBench, written from a run: questions, answers, scores."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from scorers import extract
from tasks.dialogue import split_requests
from tasks.formats.livebench import SINCE, UNTIL
from tasks.formats.published_record import published_id

from ..adapters.base import UNKNOWN_STOP, Failure, Response
from ..adapters.recorded.external import EXTRACT
from ..errors import ConfigError
from ..store.journal import encode
from ..store.run_spec import safe_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tasks.sample import Sample

    from .tables import ResponseRecord, RunTables

    Files = Iterator[tuple[str, Iterable[bytes]]]

CATEGORY = "instruction_following"
FAILED = "$ERROR$"
"""What LiveBench writes as the answer of a model that could not be asked."""


def livebench_files(flat: RunTables, epoch: int) -> Files:
    """Yield LiveBench's three files of each task: path and content, sorted by question id as theirs are."""
    by_task: dict[str, list[tuple[str, int]]] = {}
    for place, sample in enumerate(flat.store.samples()):
        single_turn(sample, "LiveBench's form", system=True)
        by_task.setdefault(sample.task, []).append((id_of(sample), place))
    check_task_folders(by_task)
    model = safe_name(flat.scored_run.model.lower())
    since = flat.scored_run.manifest.started[:10]
    for task, found in by_task.items():
        read = partial(flat.pick, epoch, [place for _, place in sorted(found)])
        home = folder_of_task(task)
        yield f"{home}/question.jsonl", _lines(read, lambda one: question_record(one.sample, since))
        answers = _lines(
            read, lambda one: _answer(flat, one) if one.said and one.result.unscored != "missing" else None
        )
        yield f"{home}/model_answer/{model}.jsonl", answers
        scored = _lines(read, lambda one: None if one.result.unscored else _livebench_score(flat, one))
        yield f"{home}/model_judgment/ground_truth_judgment.jsonl", scored


def _lines(
    read: Callable[[], Iterator[ResponseRecord]], write: Callable[[ResponseRecord], dict[str, Any] | None]
) -> Iterator[bytes]:
    """Yield the line that `write` makes of each response, reading one at a time; None is left out."""
    return (encode(record) for one in read() if (record := write(one)) is not None)


def ifeval_files(flat: RunTables, epoch: int) -> Files:
    """Yield IFEval's files: questions, responses, and for what was scored the results of both readings."""
    model = safe_name(flat.scored_run.model)
    names = ("input_data.jsonl", f"input_response_data_{model}.jsonl", "eval_results_{mode}.jsonl")
    return _question_files(flat, epoch, "IFEval's form", names)


def ifbench_files(flat: RunTables, epoch: int) -> Files:
    """Yield the same files with the names that IFBench's evaluation reads and writes."""
    model = safe_name(flat.scored_run.model)
    names = ("IFBench_test.jsonl", f"{model}-responses.jsonl", f"{model}-eval_results_{{mode}}.jsonl")
    return _question_files(flat, epoch, "IFBench's form", names)


def _question_files(flat: RunTables, epoch: int, form: str, names: tuple[str, str, str]) -> Files:
    questions, responses, results_of = names
    for sample in flat.store.samples():
        single_turn(sample, form, system=False)
    read = partial(flat.of_epoch, epoch)
    yield questions, _lines(read, lambda one: input_record(one.sample))
    yield responses, _lines(read, partial(_response_record, flat))
    for mode in ("strict", "loose"):
        yield results_of.format(mode=mode), _lines(read, partial(_result_record, flat, mode))


def _response_record(flat: RunTables, one: ResponseRecord) -> dict[str, Any] | None:
    if not isinstance(one.said, Response):
        return None
    about = {"key": _key(one.sample), "prompt": one.sample.prompt}
    return {**about, "response": scored_text(flat, one.said), **_stop(one.said)}


def _result_record(flat: RunTables, mode: str, one: ResponseRecord) -> dict[str, Any] | None:
    return None if one.result.unscored else _result(flat, one, mode)


def folder_of_task(task: str) -> str:
    """Return LiveBench's folder of a task."""
    return f"data/live_bench/{CATEGORY}/{safe_name(task)}"


def check_task_folders(tasks: Iterable[str]) -> None:
    """Raise `ConfigError` for tasks whose names make the same folder, on any file system."""
    by_folder: dict[str, str] = {}
    for task in tasks:
        other = by_folder.setdefault(folder_of_task(task).casefold(), task)
        if other != task:
            raise ConfigError(
                f"the tasks {other!r:.60} and {task!r:.60} make the same folder {folder_of_task(task)} in LiveBench's "
                "form; rename one of them, or export parquet, csv or jsonl, which take any name"
            )


def single_turn(sample: Sample, form: str, *, system: bool) -> None:
    """Raise `ConfigError` for turns that a form has no place for; `system`: whether it has one for the system's."""
    if any(turn.is_gap for turn in sample.turns):
        raise ConfigError(
            f"sample {sample.id} is a dialogue of {len(split_requests(sample.turns))} responses, but {form} holds one "
            "response a sample; export it as parquet, csv or jsonl"
        )
    roles = [turn.role for turn in sample.turns]
    if roles != ["user"] and not (system and roles == ["system", "user"]):
        raise ConfigError(
            f"sample {sample.id} has the turns {', '.join(roles)}, and {form} has no place for them; "
            "parquet, csv and jsonl take any sample"
        )


def id_of(sample: Sample) -> str:
    """Return the id that a question goes by elsewhere: the published one, else ours."""
    return published_id(sample) or sample.id


def _key(sample: Sample) -> Any:
    """Return the published key as it was, a number where it was one."""
    return sample.meta.get("key", id_of(sample))


def asked_questions(sample: Sample) -> dict[str, Any]:
    """Return the instructions of a question as both forms write them."""
    records = [instruction.to_json() for instruction in sample.instructions]
    kwargs = [{name: value for name, value in record.items() if name != "id"} for record in records]
    return {"instruction_id_list": [record["id"] for record in records], "kwargs": kwargs}


def input_record(sample: Sample) -> dict[str, Any]:
    """Return IFEval's record of a question."""
    return {"key": _key(sample), "prompt": sample.prompt, **asked_questions(sample)}


def question_record(sample: Sample, since: str) -> dict[str, Any]:
    """Return LiveBench's record of a question; `since` is its release where it names none itself."""
    system = "".join(turn.text for turn in sample.turns if turn.role == "system")
    # The citation groups the samples of one article when the files are read again.
    citation = sample.meta.get("citation") or (sample.article_id if sample.article_id != id_of(sample) else "")
    return {
        "question_id": id_of(sample),
        "task": sample.task,
        "category": CATEGORY,
        "turns": [sample.prompt],
        **asked_questions(sample),
        SINCE: sample.meta.get(SINCE) or since,
        UNTIL: sample.meta.get(UNTIL, ""),
        **({"system_prompt": system} if system else {}),
        **({"citation": citation} if citation else {}),
    }


def _answer(flat: RunTables, one: ResponseRecord) -> dict[str, Any]:
    said = one.said
    assert said
    plan = flat.scored_run.manifest.spec.values
    text, failed = scored_text(flat, said), _failure_fields(one)
    usage = said.usage or {}
    reasoning = {"reasoning": [said.reasoning]} if isinstance(said, Response) and said.reasoning else {}
    return {
        "question_id": id_of(one.sample),
        "answer_id": _answer_id(flat, one),
        "model_id": flat.scored_run.model,
        "choices": [{"index": 0, "turns": [text], **reasoning}],
        "tstamp": _time(said),
        "total_time_s": said.seconds,
        "total_output_tokens": usage.get("output", -1),
        "totalinput_record_tokens": usage.get("input", -1),
        "total_cached_tokens": usage.get("cached", -1),
        "cost_usd": said.cost,
        "api_info": {
            "provider": plan.get("adapter"),
            "api_name": flat.scored_run.model,
            "api_kwargs": plan.get("settings"),
        },
        **_stop(said),
        **failed,
    }


def _failure_fields(one: ResponseRecord) -> dict[str, Any]:
    """Return what marks an answer as none: the model could not be asked, or its limit left no text."""
    cause = one.result.unscored
    if cause == "exhausted":
        return {"eval_status": "token_exhaustion"}
    if isinstance(one.said, Failure):
        return {"eval_status": "api_error", "error": one.said.error, "error_msg": one.said.message[:200]}
    return {}


def _livebench_score(flat: RunTables, one: ResponseRecord) -> dict[str, Any]:
    return {
        "question_id": id_of(one.sample),
        "task": one.sample.task,
        "model": flat.scored_run.model,
        "score": one.result.if_score,
        "turn": 1,
        "tstamp": _time(one.said),
        "category": CATEGORY,
        "answer_id": _answer_id(flat, one),
    }


def _result(flat: RunTables, one: ResponseRecord, mode: str) -> dict[str, Any]:
    followed = getattr(one.result, mode)
    return {
        "follow_all_instructions": all(followed),
        "follow_instruction_list": list(followed),
        "instruction_id_list": list(one.result.ids),
        "prompt": one.sample.prompt,
        "response": scored_text(flat, one.said),
    }


def scored_text(flat: RunTables, said: Response | Failure | None) -> str:
    """Return a response as it was scored, since other verifiers extract nothing or something else."""
    if isinstance(said, Failure):
        return "" if said.error == "exhausted" else FAILED
    if said is None:
        return ""
    scored = extract(said.text, flat.scored_run.extract).text
    # A stray tag can be left ("a</think>b</think>c" was scored as "b</think>c"): an import would cut there again.
    cut_again = flat.scored_run.extract == EXTRACT and extract(scored, EXTRACT).text != scored
    return said.text if cut_again else scored


def _stop(said: Response | Failure | None) -> Mapping[str, str]:
    return {"stop": said.stop} if isinstance(said, Response) and said.stop not in ("end", UNKNOWN_STOP) else {}


def _answer_id(flat: RunTables, one: ResponseRecord) -> str:
    named = f"{flat.scored_run.name}/{one.sample.id}/{one.result.epoch}"
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:22]


def _time(said: Response | Failure | None) -> float:
    """Return when a response was requested, in seconds since 1970; 0 if that is not known."""
    try:
        return datetime.fromisoformat(getattr(said, "started", "")).timestamp()
    except (ValueError, OverflowError):
        return 0.0
