"""All benchmarks of webhook events and of pruning, one after the other."""

from __future__ import annotations

from benchmarks import (
    events_drain,
    events_latency,
    events_pruning,
    events_receiver,
    events_search,
    events_slow_clients,
    group_commit,
    runs_pruning,
)

PARTS = (
    events_receiver,
    events_slow_clients,
    group_commit,
    events_latency,
    events_drain,
    events_search,
    events_pruning,
    runs_pruning,
)


def main() -> None:
    """Run the parts one by one; each prints its tables and figures."""
    for part in PARTS:
        part.main()


if __name__ == "__main__":
    main()
