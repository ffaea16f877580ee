"""Filter of the list of all stores, read from a query string and written back to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from peewee import Expression, ModelSelect, fn

from portal.i18n import N_
from portal.models import Issue, Store, StoreState, StoreSummary
from portal.models.bulk import is_postgresql
from portal.rules.connection.health_word import HealthWord
from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.connection.plan import PlanLevel
from portal.rules.records.search_text import fold
from portal.rules.sync.freshness import Freshness

LARGEST_ID = 2**63 - 1
# Stores with failed events or failing orders, whatever their word.
FAILING_KINDS = ("events", "orders", "records")
_CHOICES: dict[str, tuple[str, ...]] = {
    "health": tuple(HealthWord),
    "state": tuple(StoreState),
    "issue": ("any", *IssueKind),
    "plan": tuple(PlanLevel),
    "freshness": tuple(Freshness),
    "failing": FAILING_KINDS,
}
_CHOOSE = N_("Choose one from the list.")
_WRITE_DAY = N_("Enter a date, such as 2026-03-01.")


class StoreFilterError(ValueError):
    """Arguments that are no filter; ``problems`` has an untranslated text by argument."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(sorted(problems)))
        self.problems = problems


@dataclass(frozen=True)
class StoreFilter:
    """Conditions that a store must meet; empty ones match every store.

    ``text`` is a part of the store's name, URL or owner's e-mail address, or its ID. ``issue`` is a
    kind of open issue, or ``any``. ``connected_since`` is a day in UTC, included.
    """

    text: str = ""
    health: str = ""
    state: str = ""
    issue: str = ""
    plan: str = ""
    freshness: str = ""
    failing: str = ""
    connected_since: date | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether the filter matches every store."""
        return self == StoreFilter()

    @classmethod
    def from_arguments(cls, given: Mapping[str, str]) -> StoreFilter:
        """Return the filter of a query string; other arguments are ignored.

        Raises StoreFilterError if a value is unknown, because a list that ignored it would have
        stores that nobody asked for.
        """
        values: dict[str, Any] = {name: given.get(name, "").strip() for name in _CHOICES}
        problems = {
            name: _CHOOSE for name, value in values.items() if value not in ("", *_CHOICES[name])
        }
        since = given.get("connected_since", "").strip()
        try:
            values["connected_since"] = date.fromisoformat(since) if since else None
        except ValueError:
            problems["connected_since"] = _WRITE_DAY
        if problems:
            raise StoreFilterError(problems)
        return cls(text=given.get("q", "").strip(), **values)

    @property
    def arguments(self) -> dict[str, str]:
        """Return the arguments of a query string that `from_arguments` reads back."""
        names = {field.name: "q" if field.name == "text" else field.name for field in fields(self)}
        given = {names[name]: getattr(self, name) for name in names}
        return {name: str(value) for name, value in given.items() if value}

    def apply(self, query: ModelSelect[Any]) -> ModelSelect[Any]:
        """Return the query of stores and their summaries with this filter's conditions."""
        conditions = self._conditions()
        return query.where(*conditions) if conditions else query

    def _conditions(self) -> list[Expression]:
        columns = (
            (StoreSummary.word, self.health),
            (Store.state, self.state),
            (Store.plan_level, self.plan),
            (StoreSummary.freshness, self.freshness),
        )
        found: list[Expression] = [column == value for column, value in columns if value]
        if self.issue:
            found.append(_has_issue(self.issue))
        if self.failing:
            found.append(_is_failing(self.failing))
        if self.connected_since is not None:
            found.append(Store.connected_at >= _start_of(self.connected_since))
        if self.text:
            found.append(_matches(self.text))
        return found


def _has_issue(kind: str) -> Expression:
    open_issues = Issue.select(Issue.store).where(Issue.resolved_at.is_null())
    if kind != "any":
        open_issues = open_issues.where(Issue.kind == kind)
    return Store.id.in_(open_issues)


def _is_failing(kind: str) -> Expression:
    counts = {
        "events": StoreSummary.failed_events,
        "orders": StoreSummary.failing_orders,
        "records": StoreSummary.unreadable,
    }
    is_failing: Expression = counts[kind] > 0
    return is_failing


def _matches(text: str) -> Expression:
    is_on_postgresql = is_postgresql(StoreSummary._meta.database)  # noqa: SLF001 - peewee documents it
    # LIKE without case takes PostgreSQL three times as long.
    find = fn.STRPOS if is_on_postgresql else fn.INSTR
    # Every text has an empty part, but a lone accent is no search for every store.
    folded = fold(text) or text
    matches: Expression = find(StoreSummary.search, folded) > 0
    if text.isascii() and text.isdecimal() and int(text) <= LARGEST_ID:
        matches |= Store.id == int(text)
    return matches


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
