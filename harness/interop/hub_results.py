"""A result as the Hugging Face Hub reads it: a YAML file in the folder `.eval_results` of the model's repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scorers.errors import did_you_mean

from .. import __version__
from ..errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .tables import RunTables

METRICS = {
    "prompt_strict": "prompt-level strict accuracy",
    "instruction_strict": "instruction-level strict accuracy",
    "prompt_loose": "prompt-level loose accuracy",
    "instruction_loose": "instruction-level loose accuracy",
}
"""The metrics that can be published, in words."""
SCALES = {"percent": 1.0, "share": 0.01}
"""The scales, each with the factor that makes it of a percentage."""


@dataclass(frozen=True)
class _Benchmark:
    """A published set: its data set on the hub, its task there, the metric that its authors report, its prompts."""

    dataset: str
    task: str
    metric: str
    size: int


_BENCHMARKS = {
    "ifeval": _Benchmark("google/IFEval", "ifeval", "prompt_strict", 541),
    "ifbench": _Benchmark("allenai/IFBench_test", "ifbench", "prompt_loose", 300),
}
"""By rule book. Whether the hub has registered them, and the task ids, could not be verified: options change them."""


NOTE = (
    "put .eval_results into the model's repository; compare dataset, task_id and scale with the eval.yaml of the data "
    "set, which ifharness cannot verify offline (--hub-dataset, --task-id, --scale)"
)
"""What a user has to verify before a result is published."""


@dataclass(frozen=True)
class HubOptions:
    """What a user can set; None takes that of the published set."""

    dataset: str | None = None
    task: str | None = None
    metric: str | None = None
    scale: str = "percent"
    source_url: str | None = None
    partial: bool = False
    """Whether a part of the set, or an incomplete run, may be written."""


def hub_files(flat: RunTables, options: HubOptions) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield the YAML file; raises `ConfigError` for a run that is no result of a published set."""
    import yaml

    known = _BENCHMARKS.get(flat.scored_run.rules)
    if known is None and not (options.dataset and options.metric):
        raise ConfigError(
            f"the verdicts are of the rule book {flat.scored_run.rules!r}, which belongs to no data set on the hub; "
            "name data set and metric with --hub-dataset and --metric"
        )
    metric = _metric(options, known)
    _check_complete(flat, known, options)
    found = [yaml.safe_dump([_entry(flat, known, metric, options)], sort_keys=False, allow_unicode=True)]
    name = options.task or (known.task if known else flat.scored_run.rules)
    yield f".eval_results/{name}.yaml", [text.encode("utf-8", "backslashreplace") for text in found]


def _metric(options: HubOptions, known: _Benchmark | None) -> str:
    metric = options.metric or (known.metric if known else "")
    if metric not in METRICS:
        raise ConfigError(
            f"--metric: there is no metric {metric!r:.40}{did_you_mean(metric, METRICS)} "
            f"(metrics: {', '.join(METRICS)})"
        )
    if options.scale not in SCALES:
        raise ConfigError(f"--scale: must be {' or '.join(SCALES)}, got {options.scale!r:.40}")
    return metric


def _check_complete(flat: RunTables, known: _Benchmark | None, options: HubOptions) -> None:
    scored = flat.scored_run
    unscored = sum(bool(one.unscored) for one in scored.results)
    samples = len({one.sample_id for one in scored.results})
    problems = [f"{unscored} of {len(scored.results)} responses are unscored"] if unscored else []
    if known and samples != known.size:
        problems.append(f"the run has {samples} samples, and {known.dataset} has {known.size}")
    if not scored.scored:
        raise ConfigError("no response of the run is scored, so there is no result to publish")
    if problems and not options.partial:
        raise ConfigError(f"{'; '.join(problems)}; to write the result with a note of this, add --partial")


def _entry(flat: RunTables, known: _Benchmark | None, metric: str, options: HubOptions) -> dict[str, Any]:
    scored = flat.scored_run
    dataset = {"id": options.dataset or (known.dataset if known else "")}
    task = options.task or (known.task if known else "")
    revision = scored.manifest.questions.get("revision")
    started = scored.manifest.started
    return {
        "dataset": {
            **dataset,
            **({"task_id": task} if task else {}),
            **({"revision": revision} if isinstance(revision, str) and revision else {}),
        },
        "value": round(_accuracy(flat, metric) * SCALES[options.scale], 4 if options.scale == "share" else 2),
        # An imported run began when it was imported, which says nothing of its responses.
        **({"date": started[:10]} if started and not scored.manifest.is_external else {}),
        **({"source": {"url": options.source_url, "name": "Responses and verdicts"}} if options.source_url else {}),
        "notes": "; ".join(_facts(flat, metric, options)),
    }


def _accuracy(flat: RunTables, metric: str) -> float:
    """Return a metric on 0..100, over all scored responses."""
    level, mode = metric.split("_")
    verdicts: list[tuple[bool, ...]] = [getattr(one, mode) for one in flat.scored_run.scored]
    followed = [all(one) for one in verdicts] if level == "prompt" else [each for one in verdicts for each in one]
    return 100 * sum(followed) / len(followed)


def _facts(flat: RunTables, metric: str, options: HubOptions) -> Iterator[str]:
    scored = flat.scored_run
    yield f"{METRICS[metric]} {'in percent' if options.scale == 'percent' else 'as a share'}"
    settings = scored.manifest.spec.values.get("settings")
    temperature = settings.get("temperature") if isinstance(settings, dict) else None
    if temperature is not None:
        yield f"temperature {temperature:g}"
    samples = len({one.sample_id for one in scored.results})
    yield f"{samples} prompts"
    if scored.epochs > 1:
        yield f"mean of {scored.epochs} responses each"
    if unscored := sum(bool(one.unscored) for one in scored.results):
        yield f"{unscored} of {len(scored.results)} responses unscored and left out"
    yield f"removed before verification: {', '.join(scored.extract) or 'nothing'}"
    yield f"rule book {scored.rules} of ifharness {__version__}"
