"""Form that filters webhook events, read from a URL and written back to URLs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.i18n import N_
from portal.models import EventState
from portal.services.events.event_filter import EventFilter
from portal.web.plain_text import plain_text
from portal.web.time_zones import YEARS, typed_time

TEXT_LIMIT = 200
TIMES = ("since", "until")


@dataclass(frozen=True)
class FilterForm:
    """Submitted text, the resulting filter, and the untranslated error text of each field."""

    typed: Mapping[str, str]
    wanted: EventFilter
    problems: Mapping[str, str]

    @property
    def arguments(self) -> dict[str, str]:
        """Return the query parameters that repeat the same search."""
        return {name: text for name, text in self.typed.items() if text}


def read_filter(given: Mapping[str, str]) -> FilterForm:
    """Return the submitted form; a field with an error does not narrow the search."""
    names = ("q", "type", "state", "entity", *TIMES)
    typed = {name: plain_text(given.get(name), TEXT_LIMIT) for name in names}
    problems: dict[str, str] = {}
    since, until = read_times(typed, problems)
    if typed["state"] not in ("", *EventState):
        problems["state"] = N_("Choose a state from the list.")
    wanted = EventFilter(
        type=typed["type"],
        state="" if "state" in problems else typed["state"],
        entity=typed["entity"],
        text=typed["q"],
        since=since,
        until=until,
    )
    return FilterForm(typed, wanted, problems)


def read_times(
    typed: Mapping[str, str], problems: dict[str, str]
) -> tuple[datetime | None, datetime | None]:
    """Return the times typed as `TIMES`, None for an empty or invalid one; add its problem."""
    since, until = (read_time(typed[name]) for name in TIMES)
    for name, at in zip(TIMES, (since, until), strict=True):
        if typed[name] and at is None:
            problems[name] = N_("Enter a date and a time, such as 2026-03-01T14:30.")
    return since, until


def read_time(text: str) -> datetime | None:
    """Return a time in the format of browsers; None if it is invalid.

    Without an offset it is in the page's time zone. A time outside `YEARS` is invalid, because the
    first and the last day have no day beside them.
    """
    try:
        at = typed_time(text)
    except (ValueError, OverflowError):
        return None
    return at if at.year in YEARS else None
