"""Throughput of the webhook receiver, compared with a minimal one, and events lost by kills.

gunicorn serves both with the portal's configuration and one worker for pages, so that one process
receives webhooks, as in ``make run``.
Rounds alternate and the medians are reported, because other programs use the machine as well.
"""

from __future__ import annotations

import sqlite3
import time
from statistics import median

from benchmarks.load import Load, Outcome, send
from benchmarks.report import figure, table
from benchmarks.web_server import SECRET, STORES, Place, WebServer, place, serving

OPTIONS = ("--workers", "2")
FLOOR = "benchmarks.receiver_floor:app"
OURS = "wsgi:app"
ROUNDS = 7
ROUND_S = 3.0
STEADY_S = 12.0
KILLS = 10
KILL_AFTER_S = 1.5


def main() -> None:
    """Compare throughput, measure latency at half load, and kill the server repeatedly."""
    with place() as where:
        with serving(where, FLOOR, *OPTIONS) as floor, serving(where, OURS, *OPTIONS) as ours:
            rounds = _compare(floor, ours)
            rate = median(ours_round.per_second for _, ours_round in rounds) / 2
            steady = [send(_load(ours, STEADY_S, rate=rate)) for _ in range(3)]
            flood = send(Load(ours.port, "another secret", ROUND_S, stores=10_000))
            time.sleep(2)
        _report_speed(rounds)
        _report_waits(steady, rate)
        _report_flood(where, flood)
    with place() as where:
        _report_kills([_kill(where) for _ in range(KILLS)])


def _load(server: WebServer, seconds: float, rate: float = 0.0) -> Load:
    return Load(server.port, SECRET, seconds, rate=rate, stores=STORES)


def _compare(floor: WebServer, ours: WebServer) -> list[tuple[Outcome, Outcome]]:
    for server in (floor, ours):
        send(_load(server, 1.0))
    return [(send(_load(floor, ROUND_S)), send(_load(ours, ROUND_S))) for _ in range(ROUNDS)]


def _report_speed(rounds: list[tuple[Outcome, Outcome]]) -> None:
    table(
        f"Webhooks a second, gunicorn {' '.join(OPTIONS)}, 8 connections, {ROUND_S:g} s a round",
        ["round", "check and LPUSH", "received", "share", "p99, ms"],
        [
            [
                number,
                f"{floor.per_second:.0f}",
                f"{ours.per_second:.0f}",
                f"{ours.per_second / floor.per_second:.2f}",
                f"{ours.percentile_ms(0.99):.1f}",
            ]
            for number, (floor, ours) in enumerate(rounds, 1)
        ],
    )
    shares = [ours.per_second / floor.per_second for floor, ours in rounds]
    figure("receiver_vs_floor", median(shares), "share", ">= 0.80")


def _report_waits(steady: list[Outcome], rate: float) -> None:
    table(
        f"Waits at half of that load, {rate:.0f}/s for {STEADY_S:g} s, from when each was due",
        ["run", "p50, ms", "p99, ms", "slowest, ms", "not 200"],
        [
            [
                number,
                f"{run.percentile_ms(0.5):.1f}",
                f"{run.percentile_ms(0.99):.1f}",
                f"{run.percentile_ms(1):.1f}",
                sum(run.statuses.values()) - run.statuses[200],
            ]
            for number, run in enumerate(steady, 1)
        ],
    )
    figure("receiver_p99_ms", median(run.percentile_ms(0.99) for run in steady), "ms", "< 50")


def _report_flood(where: Place, flood: Outcome) -> None:
    refused = flood.statuses[401]
    with sqlite3.connect(where.database_url.removeprefix("sqlite:///")) as database:
        rows, counted = database.execute(
            "SELECT count(*), sum(receipts) FROM rejected_webhook_count"
            " WHERE reason = 'wrong_signature'"
        ).fetchone()
    table(
        "A flood of wrong signatures for 10,000 store numbers",
        ["refused a second", "refused", "counted", "rows"],
        [[f"{refused / flood.seconds:.0f}", refused, counted, rows]],
    )


def _kill(where: Place) -> tuple[int, int]:
    """Return how many events were acknowledged before the kill, and how many of them are lost."""
    with serving(where, OURS, *OPTIONS) as server:

        def kill() -> None:
            time.sleep(KILL_AFTER_S)
            server.kill()

        outcome = send(_load(server, KILL_AFTER_S + 0.5), meanwhile=kill)
    with sqlite3.connect(where.database_url.removeprefix("sqlite:///")) as database:
        kept = {row[0] for row in database.execute("SELECT event_id FROM webhook_event")}
    return len(outcome.acknowledged), len(set(outcome.acknowledged) - kept)


def _report_kills(rounds: list[tuple[int, int]]) -> None:
    table(
        "kill -9 of gunicorn and its workers under full load",
        ["round", "acknowledged before", "lost"],
        [[number, *counts] for number, counts in enumerate(rounds, 1)],
    )
    figure("acknowledged_lost", sum(lost for _, lost in rounds), "events", "0")


if __name__ == "__main__":
    main()
