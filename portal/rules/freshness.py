"""Say in one word how fresh a mirrored resource is, and what the word means."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from portal.rules.texts import marked

INCREMENTAL_EVERY = timedelta(minutes=5)
# Two missed rounds and a minute: one slow run is not yet late.
LATE_AFTER = 2 * INCREMENTAL_EVERY + timedelta(minutes=1)


class Freshness(StrEnum):
    """Name how fresh a resource is; `DEFINITIONS` says what each word means."""

    FIRST_COPY = "first_copy"
    ON_TIME = "on_time"
    LATE = "late"
    FAILING = "failing"
    STOPPED = "stopped"


DEFINITIONS: dict[Freshness, str] = {
    Freshness.FIRST_COPY: marked("The first full copy of the store is under way"),
    Freshness.ON_TIME: marked("Compared with the store within the last 11 minutes"),
    Freshness.LATE: marked("Not compared with the store for more than 11 minutes"),
    Freshness.FAILING: marked("The last attempts failed; they are repeated by themselves"),
    Freshness.STOPPED: marked("Nothing is read until the store's connection is mended"),
}


def judge_freshness(
    *, now: datetime, last_success_at: datetime | None, failures: int, is_working: bool
) -> Freshness:
    """Return the word for a resource; ``failures`` counts those in a row of its unfinished run.

    The worst word that is true wins; a resource that was never complete is being copied.
    """
    if not is_working:
        return Freshness.STOPPED
    if failures > 0:
        return Freshness.FAILING
    if last_success_at is None:
        return Freshness.FIRST_COPY
    return Freshness.LATE if now - last_success_at > LATE_AFTER else Freshness.ON_TIME
