"""Long and odd texts: every checker of our own families judges them in a moment, whatever they are made of."""

import time

import pytest

import scorers
from scorers.testing.tools import CONTEXT, draws

LONG = 30_000
LIMIT = 1.0
"""Seconds of processor time: ten times what is needed, on a busy machine too; what grows by squares takes minutes."""
UNITS = {
    "structure": (
        "|",
        "a|b\n-|-\n",
        "|a|\n|-|\n",
        "# a\n",
        "1. a\n",
        " 1. a\n  1. b\n",
        "```md\n|\n```\n",
        "P.S. a\n\n",
    ),
    "code": ("`", "~~~\n", "```json\n", "```json\n[\n```\n", "```python\n(\n```\n", "```yaml\n- &a [*a]\n```\n", "{"),
    "source": ('"a', ' "', "“", "„", "»", "「", "5,", "5:", "1) 5\n", "Ab Cd "),
    "style": ("e", "ed ", "a-", "A. ", "a b c d e f. ", "é", "|a|\n|-|\n", "```\n"),
}
"""By family, what its patterns could stumble over."""
IDS = [id for id in scorers.ids() if id.partition(":")[0] in UNITS]
FENCED = (
    "[",
    "{",
    "(",
    '"',
    "- ",
    "a: ",
    "a.",
    "1+",
    "&a ",
    "!a ",
    "? ",
    "a=1\n",
    "[a]\n",
    '{"a":',
    "f(",
    "not ",
    ".",
    "'''",
)


def judged(id, raw, number=0):
    checker = list(draws(scorers.load(id), number + 1))[-1]
    return checker.check(scorers.Text(raw, CONTEXT.request))


@pytest.mark.parametrize("id", IDS)
def test_a_long_text_is_judged_in_a_moment(id):
    for unit in UNITS[id.partition(":")[0]]:
        text = (unit * (LONG // len(unit)))[:LONG]
        start = time.process_time()
        judged(id, text)
        took = time.process_time() - start
        assert took < LIMIT, f"{took:.2f} s for many {unit!r}"


@pytest.mark.parametrize("language", ["python", "json", "yaml", "toml"])
@pytest.mark.parametrize("id", ["code:block", "code:json_schema"])
def test_a_long_block_of_anything_is_judged_in_a_moment(id, language):
    checker = scorers.load(id)
    given = {"language": language, "num_lines": 1} if id == "code:block" else {"schema": '{"type": "array"}'}
    instruction = checker.from_params(given)
    for unit in FENCED:
        text = f"```{language}\n{unit * (39_000 // len(unit))}\n```"
        start = time.process_time()
        verdict = instruction.check(scorers.Text(text))
        took = time.process_time() - start
        assert took < LIMIT, f"{took:.2f} s for many {unit!r}: {verdict.reason}"
        assert verdict.reason.isprintable()
