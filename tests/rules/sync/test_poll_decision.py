"""A poll marks a resource as unchanged only if the mirror has every change."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rules.sync.poll_decision import OVERLAP, PollDecision, decide, is_unchanged

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def decided(
    changed_min_ago: float | None, high_water_min_ago: float | None, due_in_min: float = 0
) -> PollDecision:
    """Return the decision of a poll now; the next one is in a minute, runs are 5 minutes apart."""

    def ago(minutes: float | None) -> datetime | None:
        return None if minutes is None else NOW - minutes * MINUTE

    return decide(
        changed_at=ago(changed_min_ago),
        high_water_at=ago(high_water_min_ago),
        next_due_at=NOW + due_in_min * MINUTE,
        next_poll_at=NOW + MINUTE,
        run_interval=5 * MINUTE,
    )


@pytest.mark.parametrize(
    ("changed", "high_water", "due_in", "expected"),
    [
        (60, 3, 0, PollDecision.UNCHANGED),
        (60, 3, 20, PollDecision.UNCHANGED),  # another resource of the store was due
        (4, 3, 0, PollDecision.WAIT),  # within the overlap
        (4, 4, 0, PollDecision.RUN),  # due before the next poll
        (0, 30, 0, PollDecision.RUN),
        (0, 30, 20, PollDecision.WAIT),  # its last run has failed or was canceled
        (None, 3, 0, PollDecision.WAIT),
        (None, 30, 0, PollDecision.RUN),
        (60, None, 0, PollDecision.RUN),  # never complete
        (None, None, 20, PollDecision.WAIT),
    ],
)
def test_decision_follows_the_change_time_and_the_due_times(
    changed: float | None, high_water: float | None, due_in: float, expected: PollDecision
) -> None:
    assert decided(changed, high_water, due_in) is expected


def test_change_within_the_overlap_counts_as_new() -> None:
    assert is_unchanged(NOW - OVERLAP - SECOND, NOW)
    assert not is_unchanged(NOW - OVERLAP, NOW)
    assert not is_unchanged(None, NOW)


@dataclass
class LaggingStore:
    """Store whose statistics and search show each change only after its lag, in whole seconds."""

    changes: list[tuple[int, int]]  # second of the change, lag in seconds
    mirrored: set[int] = field(default_factory=set)
    high_water_s: float = 0

    def visible(self, at_s: float) -> list[int]:
        return [second for second, lag in self.changes if second + lag <= at_s]

    def poll(self, at_s: float, answer_s: float) -> None:
        """Poll at ``at_s``; the store answers ``answer_s`` later, as does its search."""
        reported = max(self.visible(at_s + answer_s), default=0)
        start = datetime.fromtimestamp(0, UTC)
        decision = decide(
            changed_at=start + timedelta(seconds=reported),
            high_water_at=start + timedelta(seconds=self.high_water_s),
            next_due_at=start,
            next_poll_at=start + timedelta(seconds=at_s + 60),
            run_interval=MINUTE,
        )
        if decision is PollDecision.RUN:
            since = self.high_water_s - OVERLAP.total_seconds()
            self.mirrored |= {s for s in self.visible(at_s + answer_s) if s >= since}
        if decision is not PollDecision.WAIT:
            self.high_water_s = at_s


LAGS = st.integers(0, int(OVERLAP.total_seconds()) - 1)


@given(
    changes=st.lists(st.tuples(st.integers(1, 3_000), LAGS), max_size=8),
    polls=st.lists(st.tuples(st.floats(60, 900), st.floats(0, 25)), min_size=1, max_size=12),
)
@settings(max_examples=300)
def test_no_change_is_lost_whatever_the_lag_and_the_pace(
    changes: list[tuple[int, int]], polls: list[tuple[float, float]]
) -> None:
    store, at_s = LaggingStore(changes), 0.0
    # Changes may be made while the store answers, and become visible between its two answers.
    for pause_s, answer_s in polls:
        at_s += pause_s
        store.poll(at_s, answer_s)
    for _ in range(2):
        at_s = max(at_s, 3_000) + 300
        store.poll(at_s, 0)

    assert store.mirrored == {second for second, _ in changes}
