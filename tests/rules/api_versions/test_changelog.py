"""The API's changelog has a section for each day, with the differences by kind."""

from __future__ import annotations

from datetime import date

from portal.rules.api_versions.changelog import add_differences
from portal.rules.api_versions.differences import ChangeKind, Difference

ADDED = Difference(ChangeKind.ADDED, "Order.new", "new field")
CHANGED = Difference(ChangeKind.CHANGED, "Order.id", "is required now")
TEXT = "# Changelog\n\nIntro.\n\n## 2026-11-30\n\nv1 is frozen.\n"


def test_new_day_comes_first() -> None:
    assert add_differences(TEXT, date(2026, 12, 1), [CHANGED, ADDED]) == (
        "# Changelog\n\nIntro.\n\n## 2026-12-01\n\n"
        "**Added**\n\n- `Order.new`: new field\n\n"
        "**Changed**\n\n- `Order.id`: is required now\n\n"
        "## 2026-11-30\n\nv1 is frozen.\n"
    )


def test_differences_of_one_day_are_in_one_section() -> None:
    once = add_differences(TEXT, date(2026, 11, 30), [CHANGED])

    twice = add_differences(once, date(2026, 11, 30), [CHANGED, ADDED])

    assert twice == (
        "# Changelog\n\nIntro.\n\n## 2026-11-30\n\nv1 is frozen.\n\n"
        "**Added**\n\n- `Order.new`: new field\n\n**Changed**\n\n- `Order.id`: is required now\n"
    )


def test_first_section_follows_the_introduction() -> None:
    text = add_differences("# Changelog\n\n", date(2026, 12, 1), [ADDED])

    assert text == "# Changelog\n\n## 2026-12-01\n\n**Added**\n\n- `Order.new`: new field\n"
