"""Bar charts as SVG paths, each with the same figures as a table.

The server draws them, so they need no script. Colors are classes, because the content security
policy forbids inline styles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from portal.web.label import Label, Text

HEIGHT = 100
# Of a bar that isn't zero. A thousandth of the highest bar would be invisible.
MIN_BAR_HEIGHT = 2

Number = int | Decimal


@dataclass(frozen=True)
class Series:
    """Values of one color, one for each bar; ``label`` names them and has their tone."""

    label: Label
    values: Sequence[Number]


@dataclass(frozen=True)
class BarChart:
    """Bars drawn from left to right: one SVG path for each tone, in a box of width and height.

    ``top`` is the value of the highest bar, as text; ``legend`` is empty for a single series.
    ``columns`` and ``rows`` are the table, newest row first, without rows of zeros.
    """

    title: Text
    summary: str
    paths: Mapping[str, str]
    width: int
    top: str
    first: str
    last: str
    legend: Sequence[Label]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    height: int = HEIGHT

    @property
    def is_empty(self) -> bool:
        """Whether all values are zero."""
        return not self.rows


def bar_chart(
    title: Text,
    bars: Sequence[str],
    series: Sequence[Series],
    *,
    bar_title: Text,
    write: Callable[[Number], str],
    summary: str,
) -> BarChart:
    """Return the chart of several series on top of each other.

    ``bars`` are the labels of the bars, and ``bar_title`` the heading of their column in the table;
    ``write`` makes a value's text.
    """
    columns = [each.values for each in series]
    # Most values of a chart are alike, and a text takes longer than all else.
    write = cache(write)
    totals = [sum(values) for values in zip(*columns, strict=True)]
    top = max(totals, default=0)
    paths = _paths(series, float(top))
    filled = [number for number, total in enumerate(totals) if total][::-1]
    return BarChart(
        title=title,
        summary=summary,
        paths=paths,
        width=len(bars),
        top=write(top),
        first=bars[0] if bars else "",
        last=bars[-1] if bars else "",
        legend=[each.label for each in series] if len(series) > 1 else [],
        # Texts once, because each cell of the table names its column.
        columns=[str(bar_title), *(str(each.label.text) for each in series)],
        rows=[[bars[number], *(write(values[number]) for values in columns)] for number in filled],
    )


def _paths(series: Sequence[Series], top: float) -> dict[str, str]:
    """Return the strokes of each tone; each series begins at the end of the former one."""
    bottoms: dict[int, float] = {}
    paths: dict[str, str] = {}
    for each in series:
        strokes = []
        for number, value in enumerate(each.values):
            if value <= 0:
                continue
            bottom = bottoms.get(number, 0.0)
            height = min(max(MIN_BAR_HEIGHT, float(value) / top * HEIGHT), HEIGHT - bottom)
            bottoms[number] = bottom + height
            strokes.append(f"M{number + 0.5} {HEIGHT - bottom:.4g}v-{height:.4g}")
        if strokes:
            paths[each.label.tone] = paths.get(each.label.tone, "") + "".join(strokes)
    return paths
