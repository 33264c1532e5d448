"""ifharness from Python: run, score, load, compare, report and generate, as documented in docs/library.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any, Unpack

    from tasks.sample import Sample

    from .comparison import Comparison, Ranking
    from .config.options import RuleBook, RunOptions
    from .config.run_file import Config
    from .interop.dataframes import Frames
    from .runner.score import RunResult, ScoringResult

__version__ = "0.1.0"
__all__ = ["compare", "generate", "iter_training_rows", "load", "report", "run", "run_async", "score"]


def run(
    config: str | Path | Config,
    *,
    samples: str | Path | Sequence[Sample] | None = None,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Request responses from a model, verify and score them: `ifh run` as a function.

    `config` is a run file's path, the name of a shipped one, or a `Config`. `samples` (a file, a hub name or a list)
    replaces the generated samples. Options are those of `ifh run`, such as `model="openai/gpt-4o-mini"`, `limit=20`,
    `max_cost=2.5`, `retry=["blank"]`, `quiet=True`. Works in a notebook: inside a running event loop the run happens
    in a thread. Ctrl-C ends it as on the command line, and the same call resumes it.

    Raises:
        TypeError: There is no such option.
        harness.errors.ConfigError: An option or the run file is wrong; nothing was sent.
        harness.errors.StoreError: The results folder cannot be used.
        harness.errors.AuthFailed: The provider rejects every request.

    """
    from .runner.embedded import run_with_options

    return run_with_options(config, samples, options)


async def run_async(
    config: str | Path | Config,
    *,
    samples: str | Path | Sequence[Sample] | None = None,
    **options: Unpack[RunOptions],
) -> RunResult:
    """Do what `run` does while the event loop continues.

    When cancelled, it waits for the requests in flight and saves their responses. A second cancel abandons them.
    """
    from .runner.embedded import run_async as run_in_thread

    return await run_in_thread(config, samples, options)


def score(run: str | Path, *, rules: RuleBook | None = None) -> ScoringResult:
    """Score the saved responses of a run (a results folder or its name) again; sends no requests.

    `rules` None is the rule book of the run. Another one writes `scores.BOOK.json` beside `scores.json`.
    Raises `harness.errors.StoreError`, and `scorers.NotInBook` if an instruction is not in the book.
    """
    from .runner.score import score_folder

    return score_folder(run, rules=rules)


def load(run: str | Path, *, rules: RuleBook | None = None) -> Frames:
    """Read a run (a results folder or its name) as pandas data frames: `samples`, `responses`, `verdicts`.

    `rules` scores it by another rule book than its own. Raises `harness.errors.StoreError`, and what `scorers` raises
    for an unknown book or one that lacks an instruction.
    """
    from .interop.dataframes import load as load_frames

    return load_frames(run, rules=rules)


@overload
def compare(
    a: str | Path,
    b: str | Path,
    *,
    rules: RuleBook | None = None,
    loose: bool = False,
    shared_only: bool = False,
    confidence: float = 0.95,
    margin: float | None = None,
) -> Comparison: ...
@overload
def compare(
    a: str | Path,
    b: str | Path,
    c: str | Path,
    /,
    *more: str | Path,
    rules: RuleBook | None = None,
    loose: bool = False,
    shared_only: bool = False,
    confidence: float = 0.95,
) -> Ranking: ...
def compare(
    a: str | Path,
    b: str | Path,
    *more: str | Path,
    rules: RuleBook | None = None,
    loose: bool = False,
    shared_only: bool = False,
    confidence: float = 0.95,
    margin: float | None = None,
) -> Comparison | Ranking:
    """Compare runs (results folders or their names), the baseline first: `ifh compare` as a function.

    Two runs give a `Comparison`, whose differences are B minus A, in points; three to 26 give a `Ranking`. Of both,
    `conclusion` is the result in plain sentences, `frames()` returns data frames of pandas, and `to_json()` a record.
    Raises `harness.errors.ConfigError` for a wrong option, `harness.errors.StoreError`, and
    `harness.errors.NotComparable` for runs of different samples.
    """
    from .comparison import compare as compare_runs
    from .comparison import rank
    from .config.options import check_between
    from .errors import ConfigError
    from .scoring.scored_run import load_scored_runs

    check_between("confidence", confidence, 0.5, 0.9999)
    if margin is not None:
        check_between("margin", margin, 0, 100)
    if more and margin is not None:
        raise ConfigError(f"option margin needs exactly two runs, got {2 + len(more)}")
    if len(more) > 24:
        raise ConfigError(f"a ranking takes at most 26 runs, got {2 + len(more)}")
    runs = load_scored_runs([str(run) for run in (a, b, *more)], rules=rules)
    if loose:
        runs = [run.loosely() for run in runs]
    if more:
        return rank(runs, confidence=confidence, shared_only=shared_only)
    return compare_runs(*runs, margin=margin, confidence=confidence, shared_only=shared_only)


def report(
    runs: str | Path | Sequence[str | Path],
    out: str | Path = "report.html",
    *,
    rules: RuleBook | None = None,
    diagnose: bool | None = None,
) -> Path:
    """Write one HTML report of one or more runs to `out`, and return its path: `ifh report` as a function.

    `diagnose` None looks for off-task responses in up to 5,000 responses.
    """
    from pathlib import Path

    from .reporting.multi_run import report_runs

    names = [runs] if isinstance(runs, str | Path) else runs
    report_runs([str(run) for run in names], out, rules=rules, diagnose=diagnose)
    return Path(out)


def generate(config: str | Path | Config, *, limit: int | None = None, seed: int | None = None) -> Sequence[Sample]:
    """Return the samples of a run file (a path, a shipped name, or a `Config`) without calling a model.

    Raises `harness.errors.ConfigError`, and `tasks.errors.TasksError` if the set cannot be generated.
    """
    from .config.options import load_with_seed
    from .dataset.generate import generate_from_config

    return generate_from_config(load_with_seed(config, limit, seed), limit).samples


def iter_training_rows(
    config: str | Path | Config, *, limit: int | None = None, seed: int | None = None
) -> Iterator[dict[str, Any]]:
    """Yield rows for a trainer: fresh samples of a run file, without end unless `limit` is given.

    A row has `id`, `prompt` (messages) and `ground_truth` (a JSON text), which every function of `scorers.rewards`
    reads. The first rows are the samples of `generate`; each later round draws as a run file with the next seed.
    Raises `harness.errors.ConfigError`, and `tasks.errors.TasksError` if the set cannot be generated.
    """
    from .config.options import load_with_seed
    from .dataset.training_rows import iter_rows

    return iter_rows(load_with_seed(config, limit, seed), limit)
