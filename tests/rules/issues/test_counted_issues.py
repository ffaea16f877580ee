"""Issues that count rows have texts and links, and grow when there is something new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.connection.issue_kinds import COUNTED_ISSUE_KINDS
from portal.rules.connection.issue_titles import action_label
from portal.rules.issues.counted_issues import (
    CAUSES,
    COUNTED_ISSUES,
    DISMISSIBLE_KINDS,
    ISSUE_PATHS,
    CountedRows,
)
from portal.rules.orders.submission_states import FAILURE_CODES

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

times = st.integers(0, 10_000).map(lambda seconds: NOON + timedelta(seconds=seconds))
senders = st.dictionaries(st.sampled_from(["channel 1", "channel 2", "merchant 3"]), st.integers(1))


@st.composite
def counted(draw: st.DrawFn) -> CountedRows:
    """Rows of one statement's group, whose senders add up to the count."""
    found, since, newest_at = draw(senders), draw(times), draw(times)
    return CountedRows(
        sum(found.values()), min(since, newest_at), max(since, newest_at), found, dict(found)
    )


def test_every_counted_kind_explains_itself_and_links_to_its_rows() -> None:
    assert set(COUNTED_ISSUES) == COUNTED_ISSUE_KINDS
    assert DISMISSIBLE_KINDS <= COUNTED_ISSUE_KINDS
    for texts in COUNTED_ISSUES.values():
        assert all(text.endswith(".") for text in (texts.cause, texts.impact, texts.next_action))
        assert ISSUE_PATHS[texts.action].startswith("/")
    labels = {action_label(texts.action) for texts in COUNTED_ISSUES.values()}
    assert len(labels) == len(COUNTED_ISSUES)


def test_every_cause_of_a_failed_order_has_a_text() -> None:
    assert set(CAUSES) == FAILURE_CODES


@given(counted(), counted())
def test_sum_has_all_rows_and_the_whole_time(one: CountedRows, other: CountedRows) -> None:
    both = one + other

    assert both.count == one.count + other.count == sum(both.senders.values())
    assert both.since <= min(one.newest_at, other.newest_at) <= both.newest_at
    assert both == other + one


@given(counted(), st.integers(0), times)
def test_rows_have_grown_exactly_if_there_are_more_or_newer_ones(
    rows: CountedRows, count: int, newest_at: datetime
) -> None:
    assert not rows.has_grown(rows.count, rows.newest_at)
    assert rows.has_grown(None, newest_at)
    assert rows.has_grown(rows.count, None)
    is_same_or_less = count >= rows.count and newest_at >= rows.newest_at
    assert rows.has_grown(count, newest_at) == (not is_same_or_less)


def test_detail_is_json_with_the_numbers_that_there_are() -> None:
    rows = CountedRows(3, NOON, NOON, {"channel 2": 1, "channel 1": 2}, {"not_sent": 3})

    assert rows.detail(["9", "8"]) == {
        "since": "2026-03-01T12:00:00+00:00",
        "examples": ["9", "8"],
        "senders": {"channel 1": 2, "channel 2": 1},
        "causes": {"not_sent": 3},
    }
    assert set(CountedRows(1, NOON, NOON).detail([])) == {"since", "examples"}
