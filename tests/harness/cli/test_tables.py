"""What a reader gets on the terminal: tables and failed verdicts, also when every text in them is hostile."""

from __future__ import annotations

import re
import unicodedata

import pytest
from reporting import ACTING, HOSTILE, a_row, page, shown, the_run, told

from harness.cli.output.summary import print_failed
from harness.scoring.describe import format_headline, format_metric
from harness.scoring.results import UnscoredSample
from harness.scoring.summary import summarize


def test_figures_round_but_never_to_certainty():
    assert [format_metric(x) for x in (None, 0, 100.0, 83.333, 99.98, 0.01)] == [
        "-",
        "0.0",
        "100.0",
        "83.3",
        "99.9",
        "0.1",
    ]


def test_the_headline_stands_with_its_counts():
    rows = [a_row(task, "Two words.", number=i) for i in range(3) for task in ("summarize", "paraphrase")]
    summary = summarize([row.sample for row in rows], rows, rules="audited")
    assert format_headline(summary) == "IF 100.0  [29.2, 100.0] 95%  scored 6 of 6"
    more = summarize([*(row.sample for row in rows), a_row(number=9).sample], rows, rules="audited")
    assert format_headline(more) == "IF 100.0  [29.2, 100.0] 95%  scored 6 of 7  floor 87.5"


def test_the_tables_say_what_was_counted():
    summary, rows, _ = the_run("One, two, three, four.")
    out = shown(summary, rows, notes=["report: results/x/report.html"])
    assert "scored 4 of 5" in out
    assert "truncated 1\n" in out
    assert "blank 1\n" in out
    assert "refused" not in out
    assert "unscored 1 (bug 1)" in out
    assert re.search(r"^summarize +2 +0\.0 +0\.0 +0\.0", out, re.MULTILINE)
    # Blank follows nothing: (1 + 0) / 2.
    assert re.search(r"^paraphrase +2 +50\.0 +50\.0 +50\.0", out, re.MULTILINE)
    assert re.search(r"^punctuation:no_comma +4 +25\.0 +25\.0", out, re.MULTILINE)
    assert "report: results/x/report.html" in out


def test_nothing_scored_shows_no_number():
    row = a_row()
    summary = summarize([row.sample], [], [UnscoredSample(row.sample, 0, "timeout")], rules="audited")
    out = shown(summary, [])
    assert "IF -  scored 0 of 1" in out
    assert "floor" not in out.lower()
    assert "%" not in out


def test_a_failed_verdict_shows_demand_finding_and_place():
    out = told(lambda console: print_failed(console, [a_row(text="One, two.")]))
    assert "not followed: punctuation:no_comma" in out
    assert "Do not write a single comma, not even within a number." in out
    assert "1 comma, at line 1; none is allowed" in out
    assert "One[[,]] two." in out


def test_failed_verdicts_are_of_different_kinds_where_there_are_some():
    rows = [a_row(text="One, two, three, four.", number=i) for i in range(3)]
    out = told(lambda console: print_failed(console, rows, limit=2))
    assert re.findall(r"not followed: (\S+)", out) == ["punctuation:no_comma", "length_constraints:number_words"]
    assert len(set(re.findall(r"sample +([0-9a-f]{16})", out))) == 2
    all_of_them = told(lambda console: print_failed(console, rows, limit=9))
    assert all_of_them.count("not followed:") == 6
    assert told(lambda console: print_failed(console, [a_row(text="Fine.")])) == ""


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_terminal_gets_80_columns_and_no_control_codes_when_piped(width):
    summary, rows, _ = the_run()
    out = shown(summary, rows, name="run" * 60, model=HOSTILE, notes=[HOSTILE], width=width)
    # Words stay whole, so that names and paths can be copied.
    assert not [line for line in out.splitlines() if len(line) > min(width, 80) and len(line.split()) > 1]
    assert not [c for c in out if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"]
    # Markup is shown, not read.
    assert "[red]mark[/red]" in out.replace("\n", "")


def test_causes_and_tasks_of_a_tampered_file_do_not_act_either(tmp_path):
    row = a_row(HOSTILE)
    lost = UnscoredSample(a_row("summarize").sample, 0, HOSTILE)
    summary = summarize([row.sample, lost.sample], [row], [lost], rules=HOSTILE)
    for out in (shown(summary, [row]), page(tmp_path, summary, [row], [lost])):
        assert not [c for c in out if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"]


def test_a_terminal_gets_styles_and_nothing_of_the_text_acts():
    summary, rows, _ = the_run()
    out = shown(summary, rows, force_terminal=True, color_system="truecolor", _environ={})
    assert "\x1b[1;7m,\x1b[0m" in out, "a place is marked by style"
    assert "[[" not in out
    assert not [acting for acting in ACTING if acting in out.replace("\x1b[33m", "")]


def test_no_color_is_honoured():
    summary, rows, _ = the_run()
    out = shown(summary, rows, force_terminal=True, color_system="truecolor", _environ={"NO_COLOR": "1"})
    assert not re.search(r"\x1b\[[0-9;]*(3[0-7]|38;|9[0-7])", out)
    assert "[[,]]" in out
