"""Result of keeping many stores in sync for a while, its targets, and its row of the tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchmarks.event_feeder import p50_p99
from benchmarks.gauges import Polls, deepest, spread

SQLITE, POSTGRESQL = "sqlite", "postgresql"
# Targets: polls within 1.5 times their pace, checks 10 minutes late at most, events within 3 s.
POLL_AGE, CHECK_LAG_S, EVENT_S = 1.5, 600.0, 3.0
# A short run can't show an age of 1.5 times a pace of 15 minutes, but that too few polls are made.
POLLS_DONE = 0.95
HEAD = (
    "stores",
    "latency, ms",
    "database",
    "daemons",
    "cores: daemons",
    "Valkey",
    "database",
    "sandbox",
    "events/s",
    "polls/s (of due)",
    "polls late, s",
    "age p99 / pace",
    "checks late, s",
    "event to row, s",
    "jobs/s",
    "longest queue",
    "PSS, MB",
)


@dataclass(frozen=True)
class Case:
    """One size to measure."""

    stores: int
    latency_ms: int
    database: str
    daemons: int


@dataclass
class Result:
    """Measurements of one case."""

    case: Case
    cores: dict[str, float] = field(default_factory=dict)
    polls: Polls = field(default_factory=Polls)
    check_lags_s: list[float] = field(default_factory=list)
    event_waits_s: list[float] = field(default_factory=list)
    events_per_s: float = 0.0
    jobs_per_s: float = 0.0
    depths: dict[str, int] = field(default_factory=dict)
    memory_mb: float = 0.0

    @property
    def polls_per_s(self) -> float:
        """Polls that succeeded per second."""
        return self.polls.done / self.polls.window_s

    @property
    def keeps_up(self) -> bool:
        """Whether the case meets all targets."""
        return (
            self.polls.done_share >= POLLS_DONE
            and p50_p99(self.polls.ages)[1] <= POLL_AGE
            and max(self.check_lags_s) <= CHECK_LAG_S
            and p50_p99(self.event_waits_s)[1] <= EVENT_S
        )

    def _cores(self) -> list[str]:
        return [f"{self.cores.get(name, 0):.2f}" for name in ("daemon", "valkey", "database")]

    def row(self) -> list[object]:
        """Return the cells of the table."""
        case = self.case
        return [
            f"{case.stores:,}",
            case.latency_ms,
            case.database,
            case.daemons,
            *self._cores(),
            f"{self.cores['sandbox']:.2f}",
            f"{self.events_per_s:.0f}",
            f"{self.polls_per_s:.1f} ({self.polls.done_share:.2f})",
            spread(self.polls.lags_s),
            f"{p50_p99(self.polls.ages)[1]:.2f}",
            spread(self.check_lags_s),
            spread(self.event_waits_s, 2),
            f"{self.jobs_per_s:.0f}",
            deepest(self.depths),
            f"{self.memory_mb:.0f}",
        ]

    def capacity_line(self) -> str:
        """Return the row of the capacity table in docs/operating.md."""
        case, polls, events = self.case, p50_p99(self.polls.lags_s), p50_p99(self.event_waits_s)
        cells = [
            f"{case.stores:,}",
            f"{case.latency_ms} ms",
            f"{case.database}, {case.daemons}",
            ", ".join(self._cores()),
            f"{self.polls.done_share:.0%}",
            f"{polls[1]:.0f} s",
            f"{max(self.check_lags_s):.0f} s",
            f"{events[0]:.2f} s, {events[1]:.2f} s",
            f"{self.memory_mb:.0f} MB",
        ]
        return f"| {' | '.join(cells)} |"
