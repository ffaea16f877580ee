"""Token buckets that limit calls: many at once after a pause, and a fixed rate in the long run.

The rule is the generic cell rate algorithm: a bucket is one number, the time at which it will be
full again. In this module a bucket is described by the time that it needs to be full, ``used_us``,
0 for a full one; times are whole microseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US


@dataclass(frozen=True)
class BucketLimit:
    """Calls that a bucket allows: ``burst`` at once, and ``per_minute`` in the long run."""

    per_minute: int
    burst: int

    @property
    def interval_us(self) -> int:
        """Return the time in which one more call becomes possible."""
        return _divided(MINUTE_US, self.per_minute)

    @property
    def capacity_us(self) -> int:
        """Return the time in which an empty bucket becomes full."""
        return self.burst * self.interval_us

    @property
    def window_s(self) -> int:
        """Return the same time in seconds, rounded up."""
        return _divided(60 * self.burst, self.per_minute)


class Bucket(NamedTuple):
    """A bucket with its name for callers, and with its key, which is unique."""

    name: str
    key: str
    limit: BucketLimit


@dataclass(frozen=True)
class BucketState:
    """A bucket after a call, or after its refusal; ``is_empty`` if this bucket refused it."""

    bucket: Bucket
    used_us: int
    is_empty: bool

    @property
    def remaining(self) -> int:
        """Return how many calls are possible at once."""
        limit = self.bucket.limit
        return (limit.capacity_us - self.used_us) // limit.interval_us

    @property
    def wait_s(self) -> int:
        """Return the seconds until one more call than now is possible; 0 for a full bucket."""
        limit = self.bucket.limit
        used_then_us = limit.capacity_us - (self.remaining + 1) * limit.interval_us
        return _divided(self.used_us - max(0, used_then_us), SECOND_US)


def used_at(full_at_us: int | None, now_us: int, limit: BucketLimit) -> int:
    """Return the time that a bucket needs to be full; None means that it is full.

    It is never longer than an empty bucket needs. So a lower limit, or a clock that was set back,
    refuses no calls for longer.
    """
    used_us = 0 if full_at_us is None else full_at_us - now_us
    return min(max(used_us, 0), limit.capacity_us)


def take_call(buckets: Sequence[Bucket], used_us: Sequence[int]) -> tuple[BucketState, ...]:
    """Take a call from all buckets, or from none if one of them is empty; return their states."""
    pairs = list(zip(buckets, used_us, strict=True))
    empty = [each.limit.capacity_us - used < each.limit.interval_us for each, used in pairs]
    return tuple(
        BucketState(each, used if any(empty) else used + each.limit.interval_us, is_empty)
        for (each, used), is_empty in zip(pairs, empty, strict=True)
    )


def _divided(number: int, divisor: int) -> int:
    """Return the quotient, rounded up."""
    return -(-number // divisor)
