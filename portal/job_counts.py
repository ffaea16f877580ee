"""Numbers of finished and failed jobs by minute and queue, counted by the workers in Redis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from redis.client import Pipeline

MINUTE_S = 60
# The counts of a minute expire, so Redis never has more than this many of them.
KEPT_MINUTES = 60
# A page shows the mean of these, without the current minute, which isn't over.
MEAN_MINUTES = 5


def count_job(calls: Pipeline, queue: str, now_s: float) -> None:
    """Count a finished job of the queue at this Unix time, with two commands of the pipeline."""
    key = _key(int(now_s) // MINUTE_S)
    calls.hincrby(key, queue, 1)
    calls.expire(key, KEPT_MINUTES * MINUTE_S)


def full_minute_keys(now_s: float) -> list[str]:
    """Return the keys of the last `MEAN_MINUTES` full minutes."""
    minute = int(now_s) // MINUTE_S
    return [_key(each) for each in range(minute - MEAN_MINUTES, minute)]


def jobs_per_minute(counts: Sequence[Mapping[bytes, bytes]]) -> dict[str, float]:
    """Return the mean by queue of the hashes at `full_minute_keys`."""
    total: Counter[str] = Counter()
    for minute in counts:
        for queue, count in minute.items():
            total[queue.decode()] += int(count)
    return {queue: count / MEAN_MINUTES for queue, count in total.items()}


def _key(minute: int) -> str:
    return f"portal:jobs:{minute}"
