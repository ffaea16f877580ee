"""Read from an address or a form which events are wanted, and write it into addresses again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from portal.i18n import N_
from portal.models import EventState
from portal.services.events.event_filter import EventFilter
from portal.web.plain_text import plain_text

TEXT_LIMIT = 200
TIMES = ("since", "until")


@dataclass(frozen=True)
class FilterForm:
    """Hold what was typed, the filter that it makes, and by field what is wrong with it, to be
    translated.
    """

    typed: Mapping[str, str]
    wanted: EventFilter
    problems: Mapping[str, str]

    @property
    def arguments(self) -> dict[str, str]:
        """Return what leads to the same search by an address; without what is empty."""
        return {name: text for name, text in self.typed.items() if text}


def read_filter(given: Mapping[str, str]) -> FilterForm:
    """Return the form as it was sent; a field with a problem doesn't narrow the search."""
    names = ("q", "type", "state", "entity", *TIMES)
    typed = {name: plain_text(given.get(name), TEXT_LIMIT) for name in names}
    problems = {}
    times: dict[str, datetime | None] = {}
    for name in TIMES:
        times[name] = read_time(typed[name])
        if typed[name] and times[name] is None:
            problems[name] = N_("Write a date and a time, such as 2026-03-01T14:30.")
    if typed["state"] not in ("", *EventState):
        problems["state"] = N_("Choose one of the states.")
    wanted = EventFilter(
        type=typed["type"],
        state="" if "state" in problems else typed["state"],
        entity=typed["entity"],
        text=typed["q"],
        **times,
    )
    return FilterForm(typed, wanted, problems)


def read_time(text: str) -> datetime | None:
    """Return a moment as browsers send it, in UTC if it names no zone; None if it is none."""
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
