"""Freshness of a mirrored resource: its values, their definitions and their limits."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from portal.i18n import N_
from portal.rules.sync.resources import FACTS

_MINUTE = timedelta(minutes=1)


class Freshness(StrEnum):
    """How fresh a resource is; `DEFINITIONS` explains each value."""

    INITIAL_IMPORT = "initial_import"
    ON_TIME = "on_time"
    LATE = "late"
    FAILING = "failing"
    PAUSED = "paused"
    NEVER = "never"
    STOPPED = "stopped"


# ``minutes`` is the resource's own limit, after which it is late.
DEFINITIONS: dict[Freshness, str] = {
    Freshness.INITIAL_IMPORT: N_("The initial import is in progress"),
    Freshness.ON_TIME: N_("Checked at least every %(minutes)s minutes"),
    Freshness.LATE: N_("Not checked for changes for more than %(minutes)s minutes"),
    Freshness.FAILING: N_("The last attempts failed and are retried automatically"),
    Freshness.PAUSED: N_(
        "Not checked for changes until you resume it; webhooks are still processed"
    ),
    Freshness.NEVER: N_("Not imported completely, and no import is running"),
    Freshness.STOPPED: N_("Not synced until the connection works again"),
}


def sync_interval(resource: str, *, receives_events: bool) -> timedelta:
    """Return the time from one run of the resource to the next."""
    return FACTS[resource].sync_interval(receives_events=receives_events)


def late_after(every: timedelta) -> timedelta:
    """Return the age at which a resource is late: two missed runs and a minute.

    One slow run doesn't make a resource late.
    """
    return 2 * every + _MINUTE


def freshness_limit(
    resource: str, check_interval_s: int | None, *, receives_events: bool
) -> timedelta:
    """Return the age at which a resource is late, from its pace.

    A resource that changes all the time is read once per sync interval, however often its store is
    polled.
    """
    interval = sync_interval(resource, receives_events=receives_events)
    return late_after(max(interval, timedelta(seconds=check_interval_s or 0)))


def evaluate_freshness(
    *,
    now: datetime,
    last_success_at: datetime | None,
    failures: int,
    is_working: bool,
    is_paused: bool = False,
    is_syncing: bool = True,
    late_after: timedelta,
) -> Freshness:
    """Return a resource's freshness; ``failures`` counts consecutive failures of its latest run.

    The worst value that applies wins. A resource without a complete copy counts as being copied
    only if ``is_syncing``.
    """
    if not is_working:
        return Freshness.STOPPED
    if is_paused:
        return Freshness.PAUSED
    if failures > 0:
        return Freshness.FAILING
    if last_success_at is None:
        return Freshness.INITIAL_IMPORT if is_syncing else Freshness.NEVER
    return Freshness.LATE if now - last_success_at > late_after else Freshness.ON_TIME


def minutes_behind(
    *,
    now: datetime,
    high_water_at: datetime | None,
    remote_changed_at: datetime | None,
    remote_checked_at: datetime | None,
) -> int | None:
    """Return by how many whole minutes the mirror may lag behind the store, or None if unknown.

    The mirror has every change up to its high-water mark. If the store later reported no change
    since that mark, the mirror is complete up to that report. A single newer record in the mirror
    proves nothing, because an earlier change may be missing.
    """
    if high_water_at is None:
        return None
    in_sync_at = high_water_at
    if remote_checked_at is not None and remote_changed_at is not None:
        has_all = remote_changed_at <= high_water_at
        in_sync_at = max(high_water_at, remote_checked_at) if has_all else high_water_at
    return max(0, (now - in_sync_at) // _MINUTE)
