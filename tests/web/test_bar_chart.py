"""Bar charts draw each value in its place, and have the same values as a table."""

from __future__ import annotations

from decimal import Decimal

from portal.web.bar_chart import HEIGHT, MIN_BAR_HEIGHT, BarChart, Number, Series, bar_chart
from portal.web.label import Label

GOOD, BAD = Label("Processed", "good"), Label("Failed", "bad")


def chart(*series: tuple[Label, list[Number]]) -> BarChart:
    bars = [f"day {number}" for number in range(len(series[0][1]))]
    return bar_chart(
        "Events",
        bars,
        [Series(*each) for each in series],
        bar_title="Day",
        write=lambda value: f"{value} pieces",
        summary="All of them.",
    )


def test_bars_are_relative_to_the_highest_one() -> None:
    drawn = chart((GOOD, [4, 0, 1, 2]))

    assert drawn.paths == {"good": "M0.5 100v-100M2.5 100v-25M3.5 100v-50"}
    assert (drawn.width, drawn.height, drawn.top) == (4, HEIGHT, "4 pieces")
    assert (drawn.first, drawn.last) == ("day 0", "day 3")


def test_series_are_stacked() -> None:
    drawn = chart((GOOD, [3, 1]), (BAD, [1, 0]))

    assert drawn.paths == {"good": "M0.5 100v-75M1.5 100v-25", "bad": "M0.5 25v-25"}
    assert [label.text for label in drawn.legend] == ["Processed", "Failed"]


def test_small_value_is_visible_and_stays_in_the_picture() -> None:
    drawn = chart((GOOD, [10_000, 10_000]), (BAD, [0, 1]))

    top = 100 - MIN_BAR_HEIGHT
    assert chart((GOOD, [10_000, 1])).paths["good"].endswith(f"M1.5 100v-{MIN_BAR_HEIGHT}")
    assert drawn.paths["bad"].startswith("M1.5 ")
    assert float(drawn.paths["bad"].partition("v-")[2]) <= 100 - top


def test_table_has_the_bars_with_values_newest_first() -> None:
    drawn = chart((GOOD, [3, 0, 1]), (BAD, [1, 0, 0]))

    assert drawn.columns == ["Day", "Processed", "Failed"]
    assert drawn.rows == [
        ["day 2", "1 pieces", "0 pieces"],
        ["day 0", "3 pieces", "1 pieces"],
    ]


def test_amounts_are_drawn_like_numbers() -> None:
    assert chart((GOOD, [Decimal("1.5"), Decimal(3)])).paths == {
        "good": "M0.5 100v-50M1.5 100v-100"
    }


def test_zeros_are_an_empty_chart() -> None:
    drawn = chart((GOOD, [0, 0]))

    assert drawn.is_empty
    assert drawn.paths == {}
    assert chart((GOOD, [])).is_empty
