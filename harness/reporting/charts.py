"""Charts as plain values: positions in percent and labels; the template draws them."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING, NamedTuple

from ..scoring.describe import format_metric
from .chart_data import run_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .chart_data import ChartData, ShareSeries

_BINS = 24
HEIGHT = 180
"""Pixels of the chart of scores against the number of instructions."""


class ChartSeries(NamedTuple):
    """One run in a chart."""

    letter: str
    css: str
    """The class that gives its colour."""
    found: ChartData


@dataclass(frozen=True)
class BarLine:
    """One run's bar in a row, ends in per cent of the width."""

    letter: str
    css: str
    n: str
    value: str
    interval: str
    width: str = "0%"
    low: str = ""
    high: str = ""
    """Ends of the whisker; "" where there is no interval."""
    more: tuple[str, ...] = ()
    """Further cells."""


@dataclass(frozen=True)
class BarChart:
    """A row of a chart: a name and a bar for each run."""

    name: str
    lines: tuple[BarLine, ...]
    css: str = ""


@dataclass(frozen=True)
class ChartPoint:
    """One point of the chart against counts: per cent across, pixels down, and the point before it."""

    css: str
    x: str
    y: str
    low: str
    high: str
    before: tuple[str, str] | None


@dataclass(frozen=True)
class Histogram:
    """One run's distribution; a bar is (left, width, top, height) in per cent."""

    letter: str
    css: str
    bars: tuple[tuple[str, str, str, str], ...]
    median: str
    """Position of the median."""
    text: str


def format_percent(value: float) -> str:
    """Return a place in a drawing."""
    return f"{min(100.0, max(0.0, value)):.2f}%"


def format_between(low: float | None, high: float | None) -> str:
    """Return "71.2 to 95.4", "" where an end is not known."""
    return "" if low is None or high is None else f"{format_metric(low)} to {format_metric(high)}"


def line(letter: str, css: str, share: ShareSeries | None, more: tuple[str, ...] = ()) -> BarLine:
    """Return the bar of one run; one without a bar where nothing was scored."""
    if share is None:
        return BarLine(letter, css, "0", "-", "", more=more)
    ends = (
        ("", "") if share.low is None or share.high is None else (format_percent(share.low), format_percent(share.high))
    )
    shown = format_between(share.low, share.high)
    return BarLine(
        letter,
        css,
        f"{share.n:,}",
        format_metric(share.value),
        shown,
        format_percent(share.value),
        *ends,
        more,
    )


def bars(
    runs: Sequence[ChartSeries],
    group: str,
    order: Sequence[str],
    more: Callable[[int, str], tuple[str, ...]] = lambda _run, _name: (),
    css: str = "",
) -> list[BarChart]:
    """Return the rows of a group in an order; `more` gives further cells for a run's number and a name."""
    found = [(series, series.found.shares(group)) for series in runs]

    def lines(name: str) -> Iterator[BarLine]:
        for number, (series, shares) in enumerate(found):
            yield line(series.letter, series.css, shares.get(name), more(number, name))

    return [BarChart(name, tuple(lines(name)), css) for name in order]


def least_first(runs: Sequence[ChartSeries], group: str) -> list[str]:
    """Return the names of a group, least followed first."""
    found = [series.found.shares(group) for series in runs]

    def mean(name: str) -> tuple[float, str]:
        values = [shares[name].value for shares in found if name in shares]
        return sum(values) / len(values), name

    return run_labels([series.found for series in runs], group, mean)


def points(runs: Sequence[ChartSeries], order: Sequence[str]) -> list[ChartPoint]:
    """Return the points of scores against counts, runs a little apart."""
    made = []
    for number, series in enumerate(runs):
        shares: Mapping[str, ShareSeries] = series.found.shares("count")
        aside = (number - (len(runs) - 1) / 2) * min(12, 60 / len(runs)) / max(1, len(order))
        before: tuple[str, str] | None = None
        for place, name in enumerate(order):
            if name not in shares:
                continue
            share = shares[name]
            x, y = format_percent(100 * (place + 0.5) / len(order) + aside), _down(share.value)
            low, high = ("", "") if share.low is None or share.high is None else (_down(share.low), _down(share.high))
            made.append(ChartPoint(series.css, x, y, low, high, before))
            before = (x, y)
    return made


def _down(value: float) -> str:
    return f"{HEIGHT * (1 - value / 100):.1f}"


def histograms(runs: Sequence[ChartSeries], measure: str) -> tuple[str, list[Histogram]]:
    """Return the upper end of the axis in words, and a distribution for each run that has one."""
    upper = _round_up(max(series.found.most(measure) for series in runs))
    made = []
    for series in runs:
        spread = series.found.spread(measure, upper, _BINS)
        if not spread:
            continue
        top = max(spread.bins)
        drawn = tuple(
            (
                format_percent(100 * i / _BINS),
                format_percent(100 / _BINS - 0.4),
                format_percent(100 - 100 * n / top),
                format_percent(100 * n / top),
            )
            for i, n in enumerate(spread.bins)
            if n
        )
        shown = [format_amount(measure, value) for value in (spread.median, spread.p90, spread.most)]
        text = f"median {shown[0]}, 90% up to {shown[1]}, all up to {shown[2]}"
        made.append(Histogram(series.letter, series.css, drawn, format_percent(100 * spread.median / upper), text))
    return format_amount(measure, upper), made


def _round_up(value: float) -> float:
    """Return the next number above that people would choose for the end of an axis."""
    if value <= 0:
        return 0.0
    step = 10.0 ** int(log10(value) - (value < 1))
    return next(round(step * k, 12) for k in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * k >= value)


def format_amount(measure: str, value: float) -> str:
    """Return a size with its unit where it needs one."""
    if measure == "cost":
        digits = max(2, 1 - floor(log10(value))) if value else 2
        return f"${value:,.{digits}f}"
    return f"{value:,.1f} s" if measure == "seconds" else f"{value:,.0f}"
