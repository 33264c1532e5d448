"""Status: how far a run has come, from its folder alone, whether or not a process is working in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from math import fsum
from typing import TYPE_CHECKING, Any

from tasks.dialogue import text_sent_back

from ..sanitize import escape_control
from .journal import read_lines
from .run_folder import FAILURES, RESPONSES, TURNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .run_folder import RunFolder

FORMAT = 1
"""Format number of `ifh status --json`."""
_TOKENS = ("input", "output", "cached", "reasoning")


@dataclass(frozen=True)
class RunStatus:
    """How far a run has come; counts are of (sample, epoch), an answer's latest line counting."""

    run: str
    model: str
    wanted: int
    """Samples times epochs."""
    answered: int
    failed: dict[str, int]
    """Questions without an answer by the cause of their latest failure."""
    to_ask: int
    """Not answered, and not rejected by the provider: what the same command would ask."""
    truncated: int
    refused: int
    blank: int
    from_cache: int
    tokens: dict[str, int]
    """Over all requests that were made, answers that later ones replaced and failures with them."""
    cost: float | None
    """US dollars of the same requests; None where the cost of none is known."""
    cost_unknown: int
    """Answers whose cost is not known."""
    started: str
    last_answer: str
    """UTC time at which the request of the latest answer began; "" without one."""
    working: str | None
    """The process that works in the folder now ("4711 on host")."""
    scored: bool
    """Whether scores were written after the latest answer."""
    begun: int = 0
    """Questions without an answer of which an earlier answer of their dialogue is kept."""

    def to_json(self) -> dict[str, Any]:
        """Return the record that `ifh status --json` prints."""
        return {"format": FORMAT, **asdict(self), "next": self.next()}

    def next(self) -> str:
        """Say how to go on."""
        if self.working:
            return "wait: a process is working in it"
        if self.to_ask:
            return f"give the command of the run again: it asks for the {self.to_ask} that are missing"
        retries = {"failures": sum(self.failed.values()), "truncated": self.truncated, "refused": self.refused}
        retries["blank"] = self.blank
        again = ", ".join(f"--retry {name} asks for {n} again" for name, n in retries.items() if n)
        done = "all is asked" if self.scored else f"all is asked; `ifh score {self.run}` writes the scores"
        return f"{done}; {again}" if again else done


@dataclass
class _Answer:
    stop: str
    blank: bool
    from_cache: bool


@dataclass
class _Spending:
    """What requests took; what came from a cache took nothing."""

    tokens: Counter[str] = field(default_factory=Counter)
    costs: list[float] = field(default_factory=list)
    unknown: int = 0
    """Answers whose cost is not known."""

    def add(self, record: dict[str, Any]) -> None:
        if record.get("from_cache"):
            return
        for usage in (record.get("usage"), record.get("wasted")):
            self.tokens.update({name: n for name, n in (usage or {}).items() if isinstance(n, int)})
        cost = record.get("cost")
        self.costs += [cost] if cost is not None else []
        self.unknown += "text" in record and cost is None

    def in_order(self) -> dict[str, int]:
        names = (*_TOKENS, *sorted(self.tokens.keys() - set(_TOKENS)))
        return {name: self.tokens[name] for name in names if name in self.tokens}


def status_of(store: RunFolder) -> RunStatus:
    """Read how far a run has come; raises `StoreError` for a damaged folder."""
    answers: dict[tuple[str, int], _Answer] = {}
    begun: set[tuple[str, int]] = set()
    spending, last = _Spending(), ""
    for record in _lines(store, RESPONSES):
        cached = bool(record.get("from_cache"))
        stop, blank = str(record.get("stop")), not str(record.get("text", "")).strip()
        answers[_key(record)] = _Answer(stop, blank, cached)
        last = max(last, str(record.get("started") or ""))
        spending.add(record)
    for record in _lines(store, TURNS):
        if text_sent_back(str(record.get("text", ""))):  # else it is asked for anew
            begun.add(_key(record))
        spending.add(record)
    for record in _lines(store, FAILURES):
        spending.add(record)
    failed = Counter(failure.error for failure in store.failures())
    wanted = len(store.samples_file) * store.epochs
    return RunStatus(
        run=store.folder.name,
        model=store.manifest.model,
        wanted=wanted,
        answered=len(answers),
        failed=dict(failed.most_common()),
        to_ask=wanted - len(answers) - failed["rejected"],
        truncated=sum(answer.stop == "length" for answer in answers.values()),
        refused=sum(answer.stop == "refusal" for answer in answers.values()),
        blank=sum(answer.blank for answer in answers.values()),
        from_cache=sum(answer.from_cache for answer in answers.values()),
        tokens=spending.in_order(),
        cost=fsum(spending.costs) if spending.costs else None,
        cost_unknown=spending.unknown,
        started=store.manifest.started,
        last_answer=last,
        working=store.active_process(),
        scored=_scored(store),
        begun=len(begun - answers.keys()),
    )


def _lines(store: RunFolder, name: str) -> Iterator[dict[str, Any]]:
    path = store.folder / name
    return read_lines(path) if path.exists() else iter(())


def _key(record: dict[str, Any]) -> tuple[str, int]:
    return str(record.get("sample_id")), int(record.get("epoch", 0))


def _scored(store: RunFolder) -> bool:
    scores, answers = store.folder / "scores.json", store.folder / RESPONSES
    if not scores.exists():
        return False
    return not answers.exists() or scores.stat().st_mtime_ns >= answers.stat().st_mtime_ns


def describe_status(status: RunStatus) -> list[str]:
    """Say the status in words, a line each."""
    lines = [
        f"{escape_control(status.run)}  {escape_control(status.model)}",
        f"answered {status.answered} of {status.wanted}",
    ]
    if status.failed:
        lines.append("failed " + ", ".join(f"{escape_control(cause)} {n}" for cause, n in status.failed.items()))
    flags = {"truncated": status.truncated, "refused": status.refused, "blank": status.blank}
    flags["from the cache"] = status.from_cache
    if any(flags.values()):
        lines.append("of the answers: " + ", ".join(f"{name} {n}" for name, n in flags.items() if n))
    lines.append(f"to ask {status.to_ask}")
    if status.begun:
        lines.append(f"dialogues begun {status.begun}: their earlier answers are kept")
    if status.tokens:
        lines.append("tokens " + ", ".join(f"{escape_control(name)} {n:,}" for name, n in status.tokens.items()))
    more = f", of {status.cost_unknown} answers unknown" if status.cost_unknown and status.cost is not None else ""
    lines.append("cost unknown" if status.cost is None else f"cost ${status.cost:.4f}{more}")
    lines.append(f"started {status.started or 'unknown'}, last answer {status.last_answer or 'none'}")
    lines.append(
        f"process {escape_control(status.working)} is working in it" if status.working else "no process works in it"
    )
    return [*lines, status.next()]
