"""Mutation testing: does a test fail when the code is wrong?

    python -m tests.mutation                                    # text, extraction, the 25 IFEval checkers: half an hour
    python -m tests.mutation --book ifbench                    # the 58 IFBench checkers and their helper modules
    python -m tests.mutation scorers/text/text.py scorers/checkers/punctuation
    python -m tests.mutation --sample 20 scorers/checkers      # 20 mutants of each file, drawn with a fixed seed

Each mutant (tests/mutation/mutants.py) runs the scorers' tests that concern its file, in a forked process with a time
limit, in a copy of the checkout. Killed is what makes a test fail or run into the limit. A survivor is a missing test,
or a change that no verdict tells: then accepted.toml says why. Exit code 0: at least 90 % are killed and every survivor
has its reason.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from random import Random

import scorers

from .mutants import Mutant, mutants
from .selection import Selection, select
from .trees import ROOT, Tree

CHECKERS = "scorers/checkers"
BOOKS = ("ifeval", "ifbench")
"""Rule books that define ids of their own."""
ACCEPTED = Path(__file__).parent / "accepted.toml"
LEAST = 90.0
"""Per cent of the mutants that are to be killed."""
FIRST = 600.0
"""Seconds of processor time that the unchanged code may take."""


@dataclass
class Outcome:
    """What became of the mutants of one file."""

    file: str
    killed: int = 0
    timed_out: int = 0
    survivors: list[tuple[Mutant, str]] = field(default_factory=list)
    """Each with the reason why it is accepted, or ""."""

    @property
    def total(self) -> int:
        """All mutants that were run."""
        return self.killed + len(self.survivors)


def main() -> int:
    """Run the command line; returns the exit code."""
    given = _arguments()
    paths = [*given.paths, *(families_of(given.book) if given.book else [])]
    files = list(_files(paths or ["scorers/text/text.py", "scorers/text/extraction.py", *families_of("ifeval")]))
    if given.list:
        for file in files:
            for mutant in _chosen((ROOT / file).read_text(encoding="utf-8"), given.sample):
                _say(f"{file}:{mutant.line}\n  - {mutant.before}\n  + {mutant.after}")
        return 0
    accepted = Accepted(tomllib.loads(ACCEPTED.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder, ExitStack() as stack:
        trees: Queue[Tree] = Queue()
        snapshot = Path(folder) / "tree0"
        for number in range(given.processes):
            tree = Tree(Path(folder) / f"tree{number}", snapshot if number else ROOT)
            stack.callback(tree.close)
            trees.put(tree)
        outcomes = [_run(file, (snapshot / file).read_text(encoding="utf-8"), trees, accepted, given) for file in files]
    return _tell(outcomes, accepted.stale({outcome.file for outcome in outcomes}) if not given.sample else [])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("paths", nargs="*", help="files or folders of scorers/")
    parser.add_argument("--book", choices=BOOKS, help="the checkers whose ids this book defines, and their helpers")
    parser.add_argument("--processes", type=int, default=1, metavar="N", help="mutants tested at a time")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="at most N mutants of each file, drawn with a fixed seed"
    )
    parser.add_argument("--list", action="store_true", help="show the mutants, run nothing")
    return parser.parse_args()


def families_of(book: str) -> list[str]:
    """Return the folders of the checkers whose ids `book` defines."""
    families = {id.partition(":")[0] for id in scorers.ids() if book in scorers.load(id).rule_books}
    return [f"{CHECKERS}/{family}" for family in sorted(families)]


def _files(paths: list[str]) -> Iterator[str]:
    for path in map(Path, paths):
        found = sorted((ROOT / path).rglob("*.py")) if (ROOT / path).is_dir() else [ROOT / path]
        for file in found:
            if not file.is_file():
                sys.exit(f"there is no file {path}")
            if file.name != "__init__.py":
                yield str(file.relative_to(ROOT))


def _chosen(source: str, sample: int | None) -> list[Mutant]:
    found = mutants(source)
    if sample is None or sample >= len(found):
        return found
    return sorted(Random(0).sample(found, sample), key=lambda mutant: mutant.line)


def _run(file: str, source: str, trees: Queue[Tree], accepted: Accepted, given: argparse.Namespace) -> Outcome:
    """Test every mutant of `file`; survivors are told as they are found."""
    chosen = _chosen(source, given.sample)
    selection, limit = _prepare(file, trees)
    outcome = Outcome(file)

    def test(mutant: Mutant) -> str:
        tree = trees.get()
        try:
            tree.put(file, mutant.source)
            ended = tree.compare(selection.recorded) if selection.recorded else "passed"
            for tests, selected in selection.steps():
                ended = tree.run(file, tests, limit, selected)[0] if ended == "passed" else ended
            return ended
        finally:
            tree.put(file, source)
            trees.put(tree)

    with ThreadPoolExecutor(given.processes) as pool:
        for mutant, ended in zip(chosen, pool.map(test, chosen), strict=True):
            if ended == "passed":
                reason = accepted.reason(file, mutant)
                outcome.survivors.append((mutant, reason))
                _say(f"{file}:{mutant.line}: {'accepted' if reason else 'SURVIVED'}")
                _say(f"  - {mutant.before}\n  + {mutant.after}" + (f"\n  {reason}" if reason else ""))
            else:
                outcome.killed += 1
                outcome.timed_out += ended == "time"
    _say(_line(outcome))
    return outcome


def _prepare(file: str, trees: Queue[Tree]) -> tuple[Selection, float]:
    """Choose the tests, which must pass on the unchanged file; returns them and the time limit, in seconds."""
    everywhere = [trees.get() for _ in range(trees.qsize())]
    for tree in everywhere:
        selection = select(tree.folder, file)
    ended, taken = everywhere[0].run(file, selection.tests, FIRST)
    for tree in everywhere if selection.recorded else ():
        ended = tree.compare(selection.recorded) if ended == "passed" else ended
    for tree in everywhere:
        trees.put(tree)
    if ended != "passed":
        sys.exit(f"{file}: the tests fail without any mutant: {ended}")
    return selection, max(5.0, 5 * taken)


class Accepted:
    """The survivors that have a reason: entries with file, before, after and reason."""

    def __init__(self, data: dict[str, list[dict[str, str]]]) -> None:
        """Read the entries of accepted.toml; each has its four keys."""
        self._reasons = {(e["file"], e["before"], e["after"]): e["reason"] for e in data.get("accepted", [])}
        self._used: set[tuple[str, str, str]] = set()

    def reason(self, file: str, mutant: Mutant) -> str:
        """Return why a mutant may survive, or ""."""
        key = (file, mutant.before, mutant.after)
        self._used.add(key)
        return self._reasons.get(key, "")

    def stale(self, files: set[str]) -> list[str]:
        """Return the entries on `files` whose mutant was killed or no longer exists."""
        return [f"{key[0]}: {key[2]}" for key in self._reasons if key[0] in files and key not in self._used]


def _line(outcome: Outcome) -> str:
    share = 100 * outcome.killed / outcome.total if outcome.total else 100.0
    open_ones = sum(not reason for _, reason in outcome.survivors)
    timed = f" ({outcome.timed_out} by time)" if outcome.timed_out else ""
    return f"{outcome.file}: {outcome.killed} of {outcome.total} killed{timed}, {share:.0f} %; {open_ones} unexplained"


def _tell(outcomes: list[Outcome], stale: list[str]) -> int:
    _say("\n" + "\n".join(map(_line, outcomes)))
    killed, total = sum(o.killed for o in outcomes), sum(o.total for o in outcomes)
    unexplained = sum(not reason for o in outcomes for _, reason in o.survivors)
    share = 100 * killed / total if total else 100.0
    _say(f"\n{killed} of {total} mutants killed, {share:.1f} %; {total - killed} survive, {unexplained} unexplained")
    for entry in stale:
        _say(f"accepted.toml names a mutant that is killed or gone: {entry}")
    return 0 if share >= LEAST and not unexplained and not stale else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
