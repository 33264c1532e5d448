"""Gates as JUnit XML, for the test view of a pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ...sanitize import escape_control

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..paired import Comparison
    from .gate import GateResult


def format_junit(found: Comparison, results: Sequence[GateResult]) -> str:
    """Return one test case per gate: a failed gate is a failure, one without the evidence it needs an error."""
    suite = ET.Element(
        "testsuite",
        name=_clean(f"ifh compare {found.a.name} {found.b.name}"),
        tests=str(len(results)),
        failures=str(sum(one.failed for one in results)),
        errors=str(sum(one.is_open for one in results)),
    )
    for one in results:
        case = ET.SubElement(suite, "testcase", classname="ifh.gate", name=_clean(_name(one)))
        text = _clean(one.text)
        if one.failed or one.is_open:
            kind = "failure" if one.failed else "error"
            problem = ET.SubElement(case, kind, type=one.outcome, message=text)
            problem.text = _clean(f"{found.headline}\n{found.conclusion}")
        else:
            ET.SubElement(case, "system-out").text = text
    ET.indent(suite)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suite, encoding="unicode")}\n'


def _clean(text: str) -> str:
    """Return `text` without characters that act, or that XML does not allow."""
    return escape_control(text).translate({0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"})


def _name(result: GateResult) -> str:
    required = "" if result.must_show else ", only if shown"
    return f"{result.name} within {result.limit:g} {result.unit}{required}"
