"""Filter of a store's events, made from a page's form and stored with a replay."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from peewee import Expression

from portal.models import WebhookEvent
from portal.rules.webhooks.search_terms import tokenize


@dataclass(frozen=True)
class EventFilter:
    """Conditions that an event must meet; empty fields match every event.

    ``since`` and ``until`` are bounds of the time of receipt; ``until`` is excluded. ``text`` is an
    ``event_id``, or terms that the payload must all contain. ``states`` are for a search of several
    states at once; forms and stored filters have only ``state``.
    """

    type: str = ""
    state: str = ""
    entity: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    states: tuple[str, ...] = ()

    @property
    def wanted_states(self) -> tuple[str, ...]:
        """Return the states to search; none means any."""
        return self.states or ((self.state,) if self.state else ())

    @property
    def is_empty(self) -> bool:
        """Return whether the filter matches every event."""
        return self == EventFilter()

    @property
    def terms(self) -> tuple[str, ...]:
        """Return the distinct terms of the text, in order."""
        return tuple(dict.fromkeys(tokenize(self.text)))

    def conditions(self) -> list[Expression]:
        """Return the SQL conditions, except those of the terms."""
        found: list[Expression] = []
        if self.type:
            found.append(WebhookEvent.type == self.type)
        if self.wanted_states:
            found.append(WebhookEvent.state.in_(self.wanted_states))
        if self.entity:
            found.append(WebhookEvent.entity_id == self.entity)
        return found + self.times()

    def times(self) -> list[Expression]:
        """Return the SQL conditions of the time of receipt."""
        found: list[Expression] = []
        if self.since is not None:
            found.append(WebhookEvent.received_at >= self.since)
        if self.until is not None:
            found.append(WebhookEvent.received_at < self.until)
        return found

    def as_json(self) -> dict[str, str]:
        """Return the fields that are not empty, for `from_json`."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in given.items()
            if value
        }

    @classmethod
    def from_json(cls, kept: dict[str, str]) -> EventFilter:
        """Return the filter that `as_json` returned."""
        values: dict[str, Any] = dict(kept)
        for name in ("since", "until"):
            if name in values:
                values[name] = datetime.fromisoformat(values[name])
        return cls(**values)
