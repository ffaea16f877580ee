"""Stores of all merchants by ID, for commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.models import Issue, Membership, Merchant, Role, Store


@dataclass(frozen=True)
class StoreRow:
    """One store, with its owner's email address and the kinds of its open issues."""

    store: Store
    owner: str | None
    issues: Sequence[str]


def find_stores(
    *, search: str = "", state: str = "", limit: int = 100
) -> tuple[Sequence[StoreRow], bool]:
    """Return the stores that match, by ID, and whether there are more than ``limit``.

    ``search`` is a part of the store's name or URL, or its ID.
    """
    query = Store.select().order_by(Store.id).limit(limit + 1)
    if state:
        query = query.where(Store.state == state)
    if search:
        matches = Store.name.contains(search) | Store.url.contains(search)
        if search.isascii() and search.isdecimal() and len(search) < len(str(2**63)):
            matches |= Store.id == int(search)
        query = query.where(matches)
    found = list(query)
    return store_rows(found[:limit]), len(found) > limit


def store_rows(stores: Sequence[Store]) -> Sequence[StoreRow]:
    """Return these stores with their owners and open issues, with two queries."""
    ids = [store.id for store in stores]
    owners = _owners(ids)
    issues: dict[int, list[str]] = {}
    open_issues = Issue.select(Issue.store, Issue.kind).where(
        Issue.store.in_(ids), Issue.resolved_at.is_null()
    )
    for issue in open_issues.order_by(Issue.id):
        issues.setdefault(issue.store_id, []).append(issue.kind)
    return [StoreRow(store, owners.get(store.id), issues.get(store.id, ())) for store in stores]


def _owners(store_ids: Sequence[int]) -> Mapping[int, str]:
    members = Membership.select(Membership, Merchant).join(Merchant)
    owners = members.where(Membership.store.in_(store_ids), Membership.role == Role.OWNER)
    return {member.store_id: member.merchant.email for member in owners}
