"""Four models that respond from the samples themselves, without a network.

`oracle` follows every instruction, `partial` all but the last, `echo` returns the article, `failing` rejects every
request: the result of a run with each of them is known beforehand. The first response of a dialogue, in which no
instruction was given yet, is that of `echo` for the first two.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from scorers import Checker, ScorersError, search, verify
from scorers.errors import did_you_mean
from scorers.witnesses.unreachable import describe_suspects
from tasks.limits.killable import CallAbandonedError, KillableWorker

from ...errors import ConfigError, Rejected
from ..base import AdapterSetup, Request, Response
from ..options import check_options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tasks.sample import Sample

IMAGES = "always"
"""Responses come from the samples, which say what pictures show."""
MODELS = ("oracle", "echo", "partial", "failing")
SECONDS = 10.0
"""Seconds of one search: a keyword of a received set may be an expression that backtracks for ever."""
_TAILS = ("7", "七", "aa aa aa", "of the and to a in " * 40, "internationalisation characterisation " * 40, "风" * 200)
"""Ends that break instructions on digits, repeated words, plain words and the length of sentences."""


def create(setup: AdapterSetup) -> Scripted:
    """Return the adapter; raises `ConfigError` for a model that is none of `MODELS`."""
    check_options("scripted", setup)
    if setup.model not in MODELS:
        known = ", ".join(MODELS)
        raise ConfigError(
            f"the adapter 'scripted' has no model {setup.model!r}{did_you_mean(setup.model, MODELS)} (models: {known})"
        )
    return Scripted(setup)


@dataclass
class Scripted:
    """Answers each sample by a rule; what has to be searched, within a limit of time in a process of its own."""

    cacheable: ClassVar = False

    setup: AdapterSetup
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _worker: KillableWorker[tuple[str, Sample], str] | None = None

    async def __aenter__(self) -> Self:
        """Prepare the process that searches; it starts with the first search."""
        self._worker = KillableWorker(_write, SECONDS)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """End that process."""
        if self._worker:
            self._worker.stop()

    async def complete(self, request: Request) -> Response:
        """Answer by the rule of the model; raises `Rejected` where it has no answer."""
        text = await self._answer(request)
        return Response(request.sample_id, request.epoch, text, request.model, raw_stop="stop")

    async def _answer(self, request: Request) -> str:
        model = self.setup.model
        sample = self.setup.samples.get(request.sample_id)
        if model == "failing":
            raise Rejected("the scripted model 'failing' answers nothing")
        if sample is None:
            raise Rejected(f"the scripted model {model!r} answers samples of its run only, not {request.sample_id}")
        if model == "echo" or len(request.turns) < len(sample.turns):
            return str(sample.meta.get("opening") or sample.prompt)
        return await self._search(model, sample)

    async def _search(self, model: str, sample: Sample) -> str:
        assert self._worker is not None, "the adapter is not open"
        async with self._lock:
            try:
                return await asyncio.to_thread(self._worker.call, (model, sample))
            except CallAbandonedError as error:
                why = f"{error}{describe_suspects(sample.instructions)}"
            except ScorersError as error:
                why = str(error)
        raise Rejected(f"no witness for sample {sample.id}: {why}")


def _write(given: tuple[str, Sample]) -> str:
    model, sample = given
    return write_following(sample, sample.instructions) if model == "oracle" else write_all_but_last(sample)


def write_following(sample: Sample, instructions: Sequence[Checker]) -> str:
    """Return a text that follows `instructions`; raises `Rejected` with the reason if none is found."""
    found = search(instructions, prompt=sample.prompt, rules=sample.rules)
    if found.text is None:
        why = found.impossible or "none was found, though nothing shows that there is none"
        raise Rejected(f"no witness for sample {sample.id}: {why}")
    return found.text


def write_all_but_last(sample: Sample) -> str:
    """Return a text that follows all instructions but the last, or all of them where no easy change breaks it."""
    text = write_following(sample, sample.instructions[:-1])
    for changed in (text, *_changes(text, sample.instructions[-1])):
        verdicts = verify(changed, sample.instructions, prompt=sample.prompt, rules=sample.rules)
        *others, last = (verdict.followed for verdict in verdicts)
        if all(others) and not last:
            return changed
    return text


def _changes(text: str, instruction: Checker) -> Iterator[str]:
    """Yield simple changes, of which one may break `instruction` and leave the others followed."""
    values = [value for name, value in instruction.to_json().items() if name != "id"]
    words = [w for value in values for w in (value if isinstance(value, list) else [value]) if isinstance(w, str) and w]
    yield f"{text}, and so on"
    yield f"{text}\n\nAnd so on"
    yield f"And so on, {text}"
    for word in words:
        yield f"{text} {word}"
        yield f"{word} {text}"
    for word in words:
        yield re.sub(re.escape(word), "", text, flags=re.IGNORECASE)
    yield re.sub(r"<<.*?>>", "", text)
    yield re.sub(r"(?m)^\s*[-*+•].*\n?", "", text)
    for times in (1, 10, 100):
        yield text + "\n* More" * times
        yield text + " More is to come." * times
    for share in (0.75, 0.5, 0.25, 0.1):
        yield text[: int(len(text) * share)]
        yield text[len(text) - int(len(text) * share) :]
    yield from (text.lower(), text.upper(), text.capitalize())
    for case in instruction.bad:
        yield f"{text}\n\n{case.text}"
        yield case.text
    for word in words:
        yield f"{text}{f' {word}' * 40}"
    for tail in _TAILS:
        yield f"{text} {tail}"
