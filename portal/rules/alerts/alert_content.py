"""Content of a message to a channel, before it is written in the channel's format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from portal.i18n import N_
from portal.rules.alerts.alert_kinds import ALERT_TITLES, path_of
from portal.rules.alerts.severities import Severity, rank_of, worst_of
from portal.rules.sync.nightly_schedule import parse_timezone

# Keeps a message short; the page shows the whole list.
LINES_SHOWN = 20
NAMED_IN_TITLE = 3
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class AlertFact:
    """One alert with the name of what it concerns: a store's name, or empty."""

    kind: str
    severity: str
    subject: str
    store_id: int | None
    count: int
    opened_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True)
class AlertLine:
    """All alerts of one kind in a message; ``subject`` names the store if it is only one."""

    kind: str
    severity: str
    title: str
    subject: str
    store_id: int | None
    count: int
    since: datetime
    is_resolved: bool
    path: str

    @property
    def what(self) -> str:
        """Return the subject, or the number of subjects, or nothing for one without a name."""
        if self.subject:
            return self.subject
        return "" if self.count == 1 else f"{self.count:,}"


@dataclass(frozen=True)
class AlertContent:
    """Everything that a message says; ``totals`` are numbers of a digest, by their label."""

    purpose: str
    uid: str
    portal_url: str
    zone: str
    lines: Sequence[AlertLine] = ()
    totals: Sequence[tuple[str, int]] = ()
    facts: Sequence[AlertFact] = field(default=())

    @property
    def severity(self) -> Severity:
        """Return the severity of the most severe line."""
        return worst_of(line.severity for line in self.lines)

    @property
    def shown(self) -> Sequence[AlertLine]:
        """Return the lines that fit into a message, most severe first."""
        return self.lines[:LINES_SHOWN]

    @property
    def left_out(self) -> int:
        """Return the number of lines that do not fit."""
        return len(self.lines) - len(self.shown)

    @property
    def link(self) -> str:
        """Return the URL of the page with all alerts."""
        return f"{self.portal_url}/operator/alerts"


DIGEST_TITLES = (N_("Daily digest: no open alerts"), N_("Daily digest: open alerts"))
TEST_TITLE = N_("Test message: this channel works")
RECOVERED_TITLE = N_("Resolved")


def lines_of(facts: Iterable[AlertFact]) -> list[AlertLine]:
    """Return one line for each kind, most severe first; a line has the earliest opening."""
    ordered = sorted(facts, key=lambda fact: (-rank_of(fact.severity), fact.kind, fact.opened_at))
    lines = []
    for kind, group in groupby(ordered, key=lambda fact: fact.kind):
        alike = list(group)
        first, is_resolved = alike[0], all(fact.resolved_at for fact in alike)
        title = ALERT_TITLES[kind]
        lines.append(
            AlertLine(
                kind=kind,
                severity=first.severity,
                title=title.resolved_title if is_resolved else title.open_title,
                subject=first.subject if len(alike) == 1 else "",
                store_id=first.store_id if len(alike) == 1 else None,
                count=sum(fact.count for fact in alike),
                since=min(fact.opened_at for fact in alike),
                is_resolved=is_resolved,
                path=path_of(kind, first.store_id if len(alike) == 1 else None),
            )
        )
    return lines


def local_time(at: datetime, zone: str) -> str:
    """Return a time to the minute in a time zone, in English, followed by the zone's name."""
    place = parse_timezone(zone)
    local = at.astimezone(place)
    name = zone if str(place) == zone else "UTC"
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}, {local:%H:%M} ({name})"


def message_title(content: AlertContent) -> str:
    """Return the first line of a message, in English."""
    if content.purpose == "test":
        return TEST_TITLE
    if content.purpose == "digest":
        return DIGEST_TITLES[bool(content.lines)]
    said = "; ".join(_said(line) for line in content.lines[:NAMED_IN_TITLE])
    if len(content.lines) > NAMED_IN_TITLE:
        said += f"; {len(content.lines) - NAMED_IN_TITLE} more"
    return f"{RECOVERED_TITLE}: {said}" if content.purpose == "recovered" else said


def _said(line: AlertLine) -> str:
    return f"{line.title}: {line.what}" if line.what else line.title
