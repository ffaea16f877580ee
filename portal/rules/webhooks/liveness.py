"""Check of whether a store's webhooks arrive, based on the store's own statistics.

Silence alone proves nothing, because a store without changes sends no events. Webhooks are silent
if the statistics show a change that should have caused an event, and no event came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.i18n import N_
from portal.rules.connection.scopes import events_for
from portal.rules.sync.resources import FACTS

# Tolerance for two clocks, one of which (Ecwid's) has whole seconds.
CLOCK_SKEW = timedelta(minutes=1)
# Ecwid repeats a failed webhook after 15 minutes: the first repeat still arrives in time.
SILENT_AFTER = timedelta(minutes=15) + CLOCK_SKEW

_CHANGES = ("created", "updated", "deleted")


class WebhookHealth(StrEnum):
    """Status of a store's webhooks."""

    PENDING = "pending"  # not registered yet
    WAITING = "waiting"  # registered; no event has arrived yet
    VERIFIED = "verified"  # events arrive
    SILENT = "silent"  # the store changed, and no event arrived
    OFF = "off"  # not expected: a custom app whose client secret we don't have


HEALTH_DEFINITIONS: dict[str, str] = {
    WebhookHealth.PENDING: N_("We are setting up webhooks at Ecwid"),
    WebhookHealth.WAITING: N_(
        "Nothing has changed in the store yet that Ecwid would notify us about"
    ),
    WebhookHealth.VERIFIED: N_("Ecwid notifies us of changes as they happen"),
    WebhookHealth.SILENT: N_("The store changed, but Ecwid didn't notify us for 15 minutes"),
    WebhookHealth.OFF: N_("We check Ecwid for changes every few minutes instead"),
}


@dataclass(frozen=True)
class WebhookActivity:
    """Known facts about a store's webhooks; None means not yet or never.

    ``first_missed_at`` is the time of the store's first change since the last event.
    """

    registered_at: datetime | None
    last_event_at: datetime | None
    first_missed_at: datetime | None = None


@dataclass(frozen=True)
class Liveness:
    """Health of the webhooks, its start, and the first change without an event."""

    health: WebhookHealth
    since_at: datetime | None
    first_missed_at: datetime | None


def evaluate_liveness(
    known: WebhookActivity, *, changed_at: datetime | None, now: datetime
) -> Liveness:
    """Return the health of webhooks, given the store's latest change at ``changed_at``.

    ``since_at`` of VERIFIED is the last event; the caller keeps the first one. A silence lasts
    until an event arrives, whatever else is done about it.
    """
    if known.registered_at is None and known.last_event_at is None:
        return Liveness(WebhookHealth.PENDING, None, None)
    first_missed_at = _first_missed(known, changed_at)
    if first_missed_at is not None and now - first_missed_at >= SILENT_AFTER:
        return Liveness(WebhookHealth.SILENT, first_missed_at, first_missed_at)
    if known.last_event_at is None:
        return Liveness(WebhookHealth.WAITING, known.registered_at, first_missed_at)
    return Liveness(WebhookHealth.VERIFIED, known.last_event_at, first_missed_at)


def _first_missed(known: WebhookActivity, changed_at: datetime | None) -> datetime | None:
    """Return the earliest known change that no event has followed."""
    if known.first_missed_at is not None and not _is_reported(
        known.first_missed_at, known.last_event_at
    ):
        return known.first_missed_at
    if changed_at is None or _is_reported(changed_at, known.last_event_at):
        return None
    # Changes from before the registration cause no events.
    if known.registered_at is not None and changed_at <= known.registered_at:
        return None
    return changed_at


def _is_reported(changed_at: datetime, last_event_at: datetime | None) -> bool:
    return last_event_at is not None and last_event_at >= changed_at - CLOCK_SKEW


def resources_with_events(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the resources whose changes cause events under the granted scopes."""
    events = set(events_for(scopes))
    return tuple(resource for resource in FACTS if events.issuperset(event_types_of(resource)))


def event_types_of(resource: str) -> tuple[str, ...]:
    """Return the event types of a resource's changes."""
    return tuple(f"{FACTS[resource].entity}.{change}" for change in _CHANGES)


def latest_change(
    changed_at: Mapping[str, datetime | None], resources: Iterable[str]
) -> datetime | None:
    """Return the latest change of these resources, or None if the store reported none."""
    reported = (changed_at.get(resource) for resource in resources)
    return max((at for at in reported if at is not None), default=None)
