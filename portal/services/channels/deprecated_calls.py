"""Numbers of API calls that used deprecated parts, by channel, counted in Redis.

They say who has to be warned before a part is removed. They are no evidence: while Redis is
unavailable nothing is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import structlog
from redis import RedisError

from portal.models import Channel, Merchant, utc_now
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

KEPT_DAYS = 90
_DAY_S = 86_400


@dataclass(frozen=True)
class DeprecatedCalls:
    """Calls of a channel that used a deprecated part in the last `KEPT_DAYS` days."""

    part: str
    channel: Channel
    calls: int
    last_day: date


def count_deprecated_call(runtime: Runtime, part: str, channel_id: int) -> None:
    """Count a call that used the part; only log a failure, because the call goes on."""
    key = _key(utc_now().date())
    try:
        with runtime.redis.pipeline(transaction=False) as calls:
            calls.hincrby(key, f"{channel_id} {part}", 1)
            calls.expire(key, KEPT_DAYS * _DAY_S)
            calls.execute()
    except RedisError as error:
        log.warning("deprecated_call.not_counted", part=part, problem=type(error).__name__)


def list_deprecated_calls(
    runtime: Runtime, channel_id: int | None = None
) -> Sequence[DeprecatedCalls]:
    """Return the use of deprecated parts by part and channel; raises RedisError.

    ``channel_id`` None means all channels, without those that were deleted since.
    """
    today = utc_now().date()
    days = [today - timedelta(days=age) for age in reversed(range(KEPT_DAYS))]
    with runtime.redis.pipeline(transaction=False) as reads:
        for day in days:
            reads.hgetall(_key(day))
        found = reads.execute()
    totals: Counter[tuple[str, int]] = Counter()
    last_days: dict[tuple[str, int], date] = {}
    for day, counts in zip(days, found, strict=True):
        for field, count in counts.items():
            caller, _, part = field.decode().partition(" ")
            use = (part, int(caller))
            if channel_id in (None, int(caller)):
                totals[use] += int(count)
                last_days[use] = day
    if not totals:
        return []
    rows = Channel.select(Channel, Merchant).left_outer_join(Merchant)
    chosen = rows.where(Channel.id.in_({caller for _, caller in totals}))
    channels = {channel.id: channel for channel in chosen}
    return [
        DeprecatedCalls(use[0], channels[use[1]], totals[use], last_days[use])
        for use in sorted(totals)
        if use[1] in channels
    ]


def _key(day: date) -> str:
    return f"portal:deprecated_calls:{day.isoformat()}"
