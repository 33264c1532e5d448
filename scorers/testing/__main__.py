"""`python -m scorers.testing ID...`: run the conformance tests of a checker alone, without pytest."""

from __future__ import annotations

import sys
from time import perf_counter

from ..catalog import load
from ..errors import ScorersError
from . import CONFORMANCE_TESTS, ConformanceTest, skip_reason


def main(ids: list[str]) -> int:
    """Test each checker of `ids`, print a line for each test, and return the exit code."""
    if not ids:
        sys.stderr.write("usage: python -m scorers.testing ID [ID ...], such as punctuation:no_comma\n")
        return 2
    failures = 0
    for id in ids:
        try:
            checker = load(id)
        except ScorersError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        for test in CONFORMANCE_TESTS:
            began = perf_counter()
            reason = skip_reason(test, checker)
            failure = "" if reason else _failure_of(test, id)
            failures += bool(failure)
            outcome = "skipped" if reason else "FAILED" if failure else "passed"
            sys.stdout.write(f"{id} {test.__name__}: {outcome} ({reason or f'{perf_counter() - began:.1f} s'})\n")
            if failure:
                sys.stdout.write(f"    {failure}\n")
    return 1 if failures else 0


def _failure_of(test: ConformanceTest, id: str) -> str:
    try:
        test(load(id))
    except AssertionError as error:
        if isinstance(error.__cause__, ModuleNotFoundError) and error.__cause__.name == "hypothesis":
            return "this test needs hypothesis: pip install hypothesis"
        return str(error)
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
