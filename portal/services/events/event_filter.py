"""Say which of a store's events are wanted: what a page's form asks for, and a replay keeps."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from peewee import Expression

from portal.models import WebhookEvent
from portal.rules.webhooks.search_terms import tokenize


@dataclass(frozen=True)
class EventFilter:
    """Hold what an event must be; what is empty doesn't matter.

    ``since`` and ``until`` are about when it was received, ``until`` excluded. ``text`` is words
    that must all stand in its payload, or its ``event_id``.
    """

    type: str = ""
    state: str = ""
    entity: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether any event is wanted."""
        return self == EventFilter()

    @property
    def terms(self) -> tuple[str, ...]:
        """Return the different words of the text, in their order."""
        return tuple(dict.fromkeys(tokenize(self.text)))

    def conditions(self) -> list[Expression]:
        """Return what a row must meet, all but the words."""
        found: list[Expression] = []
        if self.type:
            found.append(WebhookEvent.type == self.type)
        if self.state:
            found.append(WebhookEvent.state == self.state)
        if self.entity:
            found.append(WebhookEvent.entity_id == self.entity)
        return found + self.times()

    def times(self) -> list[Expression]:
        """Return what a row must meet to be of the wanted time."""
        found: list[Expression] = []
        if self.since is not None:
            found.append(WebhookEvent.received_at >= self.since)
        if self.until is not None:
            found.append(WebhookEvent.received_at < self.until)
        return found

    def as_json(self) -> dict[str, str]:
        """Return what `from_json` reads: only what matters."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in given.items()
            if value
        }

    @classmethod
    def from_json(cls, kept: dict[str, str]) -> EventFilter:
        """Return the filter that `as_json` has written."""
        values: dict[str, Any] = dict(kept)
        for name in ("since", "until"):
            if name in values:
                values[name] = datetime.fromisoformat(values[name])
        return cls(**values)
