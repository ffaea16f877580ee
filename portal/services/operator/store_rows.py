"""Rows of the list of all stores: summaries with their owners, issues and last comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import Case, fn

from portal.models import (
    SYNC_ORDER,
    Issue,
    Membership,
    Merchant,
    Role,
    Store,
    StoreSummary,
    SyncState,
    database,
)


@dataclass(frozen=True)
class StoreRow:
    """One store in the list.

    ``owner_email`` is empty if nobody owns the store. ``compared_at`` is the last success of the
    resource that was compared longest ago, None until all have been copied.
    """

    summary: StoreSummary
    owner_email: str
    members: int
    issue_kinds: Sequence[str]
    compared_at: datetime | None

    @property
    def store(self) -> Store:
        """Return the store, with the columns that the list shows."""
        store: Store = self.summary.store
        return store


def rows_of(summaries: Sequence[StoreSummary]) -> Sequence[StoreRow]:
    """Return the rows of these summaries in their order; takes three statements."""
    ids = [summary.store_id for summary in summaries]
    owners, issues, compared = _owners(ids), _issue_kinds(ids), _compared_at(ids)
    return [
        StoreRow(
            summary,
            *owners.get(summary.store_id, ("", 0)),
            issues.get(summary.store_id, ()),
            compared.get(summary.store_id),
        )
        for summary in summaries
    ]


def _owners(store_ids: Sequence[int]) -> Mapping[int, tuple[str, int]]:
    """Return the owner's e-mail address and the number of members by store."""
    email = Case(None, [(Membership.role == Role.OWNER, Merchant.email)])
    query = (
        Membership.select(Membership.store, fn.MAX(email), fn.COUNT(Membership.id))
        .join(Merchant)
        .where(Membership.store.in_(store_ids))
        .group_by(Membership.store)
    )
    return {store_id: (email or "", count) for store_id, email, count in _tuples(query)}


def _issue_kinds(store_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    query = Issue.select(Issue.store, Issue.kind).where(
        Issue.store.in_(store_ids), Issue.resolved_at.is_null()
    )
    found: dict[int, list[str]] = {}
    for store_id, kind in _tuples(query.order_by(Issue.id)):
        found.setdefault(store_id, []).append(kind)
    return found


def _compared_at(store_ids: Sequence[int]) -> Mapping[int, datetime | None]:
    query = (
        SyncState.select(SyncState.store, fn.MIN(SyncState.last_success_at))
        .where(SyncState.store.in_(store_ids))
        .group_by(SyncState.store)
        .having(fn.COUNT(SyncState.last_success_at) == len(SYNC_ORDER))
    )
    read_time: Any = SyncState.last_success_at.python_value
    return {store_id: read_time(at) for store_id, at in _tuples(query)}


def _tuples(query: Any) -> Any:
    return database.execute(query).fetchall()
