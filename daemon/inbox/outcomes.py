"""Write into each event what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from random import Random

from portal.models import EventState, WebhookEvent, utc_now
from portal.rules.retry import is_spent, wait_s

JITTER = Random()  # noqa: S311 - spreads retries, guards no secret


def mark_applied(events: Iterable[WebhookEvent]) -> None:
    """Note that what the events named is in the mirror as Ecwid has it."""
    _finish(events, EventState.APPLIED, None)


def mark_ignored(events: Iterable[WebhookEvent], reason: str) -> None:
    """Note that the events ask for nothing that is mirrored."""
    _finish(events, EventState.IGNORED, reason)


def mark_failed(events: Iterable[WebhookEvent], problem: str, *, at_least_s: float = 0.0) -> None:
    """Note a failed attempt; after the last one an event is dead and waits for a person."""
    for event in events:
        event.attempts += 1
        event.error = problem
        if is_spent(event.attempts):
            event.state, event.processed_at = EventState.DEAD, utc_now()
        else:
            wait = wait_s(event.attempts, JITTER, at_least_s=at_least_s)
            event.due_at = utc_now() + timedelta(seconds=wait)
        event.save()


def _finish(events: Iterable[WebhookEvent], state: EventState, reason: str | None) -> None:
    ids = [event.id for event in events]
    if ids:
        WebhookEvent.update(
            state=state,
            error=reason,
            attempts=WebhookEvent.attempts + 1,
            processed_at=utc_now(),
        ).where(WebhookEvent.id.in_(ids)).execute()
