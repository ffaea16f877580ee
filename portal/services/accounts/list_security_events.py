"""Lists of security events, of one account or of all, and of the changes of an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import ModelSelect

from portal.models import AuditLogEntry, Merchant, SecurityEvent, Store
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.pagination import KeyPage, page_by_key

# A row has the hour of its first event, and is written some seconds later.
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class SecurityEventFilter:
    """Events to find; None means any. ``network`` is one of `portal.rules.accounts.networks`."""

    kind: SecurityEventKind | None = None
    merchant_id: int | None = None
    network: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def list_security_events(
    wanted: SecurityEventFilter, *, after: int | None = None, before: int | None = None
) -> KeyPage[SecurityEvent]:
    """Return a page of the events that match, newest first, each with its account and store."""
    return page_by_key(matching_events(wanted), SecurityEvent.id, after=after, before=before)


def latest_security_events(merchant: Merchant, count: int) -> Sequence[SecurityEvent]:
    """Return the latest events of an account."""
    query = matching_events(SecurityEventFilter(merchant_id=merchant.id))
    return list(query.order_by(SecurityEvent.id.desc()).limit(count))


def list_account_changes(
    merchant: Merchant, *, after: int | None = None, before: int | None = None
) -> KeyPage[AuditLogEntry]:
    """Return a page of the audit log about an account itself, newest first.

    Changes of its stores are in the logs of the stores. An entry may be of an operator or command.
    """
    query = AuditLogEntry.select().where(
        AuditLogEntry.store.is_null(), AuditLogEntry.target == f"merchant {merchant.id}"
    )
    return page_by_key(query, AuditLogEntry.id, after=after, before=before)


def matching_events(wanted: SecurityEventFilter) -> ModelSelect[SecurityEvent]:
    """Return the query of the events that match, each with its account and store."""
    query = (
        SecurityEvent.select(SecurityEvent, Merchant, Store)
        .join_from(SecurityEvent, Merchant, "LEFT JOIN")
        .join_from(SecurityEvent, Store, "LEFT JOIN")
    )
    if wanted.kind is not None:
        query = query.where(SecurityEvent.kind == wanted.kind)
    if wanted.merchant_id is not None:
        query = query.where(SecurityEvent.merchant == wanted.merchant_id)
    if wanted.network is not None:
        query = query.where(SecurityEvent.network == wanted.network)
    return _between(query, wanted)


def _between(
    query: ModelSelect[SecurityEvent], wanted: SecurityEventFilter
) -> ModelSelect[SecurityEvent]:
    """Compare the times, and narrow the ids, so that the page is read in their order."""
    hour_at = SecurityEvent.hour_at
    if wanted.since is not None:
        query = query.where(SecurityEvent.last_at >= wanted.since)
        first = _id_at(hour_at < wanted.since - 2 * HOUR, hour_at.desc(), SecurityEvent.id.desc())
        query = query if first is None else query.where(SecurityEvent.id > first)
    if wanted.until is not None:
        query = query.where(SecurityEvent.first_at < wanted.until)
        end = _id_at(hour_at > wanted.until + HOUR, hour_at, SecurityEvent.id)
        query = query if end is None else query.where(SecurityEvent.id < end)
    return query


def _id_at(condition: object, *order: object) -> int | None:
    """Return the id of the nearest event outside the wanted times; None if there is none."""
    found: int | None = (
        SecurityEvent.select(SecurityEvent.id).where(condition).order_by(*order).scalar()
    )
    return found
