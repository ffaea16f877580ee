"""Search of the audit log by the operators' page, its export and commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import ModelSelect

from portal.models import (
    COMMAND_ACTOR,
    ApiKey,
    AuditLogEntry,
    Merchant,
    Store,
)
from portal.models.audit_log import ECWID_ACTOR
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.api_keys.channel_keys import prefix_in
from portal.services.pagination import KeyPage, page_by_key

# Ids follow the time except where processes' clocks or commits overlap.
CLOCK_SKEW = timedelta(minutes=1)
EXPORT_PAGE = 500
_ACTOR_NAME = re.compile(r"(merchant|api_key) \d{1,18}", re.ASCII)


@dataclass(frozen=True)
class AuditFilter:
    """Entries to find; None means any.

    ``actor`` is an actor name of `AuditLogEntry`. A merchant's entries include those of their keys.
    """

    actor: str | None = None
    store_id: int | None = None
    action: AuditAction | None = None
    since: datetime | None = None
    until: datetime | None = None


def find_actor(text: str) -> str | None:
    """Return the actor name of an e-mail address, an API key or an actor name; None if unknown.

    A key is written as in the list of keys: ``mp_`` or ``mp_test_``, and its prefix.
    """
    if text in (COMMAND_ACTOR, ECWID_ACTOR) or _ACTOR_NAME.fullmatch(text):
        return text
    if "@" in text:
        merchant = Merchant.with_email(text)
        return None if merchant is None else f"merchant {merchant.id}"
    key = ApiKey.get_or_none(ApiKey.prefix == prefix_in(text))
    return None if key is None else f"api_key {key.id}"


def list_entries(
    wanted: AuditFilter, *, after: int | None = None, before: int | None = None
) -> KeyPage[AuditLogEntry]:
    """Return a page of the entries, newest first, each with its merchant and store."""
    return page_by_key(matching_entries(wanted), AuditLogEntry.id, after=after, before=before)


def iter_entries(wanted: AuditFilter) -> Iterator[Sequence[AuditLogEntry]]:
    """Yield all entries in parts, newest first; each part is one statement."""
    query = matching_entries(wanted).order_by(AuditLogEntry.id.desc()).limit(EXPORT_PAGE)
    last: int | None = None
    while rows := list(query if last is None else query.where(AuditLogEntry.id < last)):
        yield rows
        last = rows[-1].id


def matching_entries(wanted: AuditFilter) -> ModelSelect[AuditLogEntry]:
    """Return the query of the entries that match, each with its merchant and store."""
    query = (
        AuditLogEntry.select(AuditLogEntry, Merchant, Store)
        .join_from(AuditLogEntry, Merchant, "LEFT JOIN", on=AuditLogEntry.actor)
        .join_from(AuditLogEntry, Store, "LEFT JOIN", on=AuditLogEntry.store)
    )
    if wanted.actor is not None:
        query = query.where(_is_by(wanted.actor))
    if wanted.store_id is not None:
        query = query.where(AuditLogEntry.store == wanted.store_id)
    if wanted.action is not None:
        query = query.where(AuditLogEntry.action == wanted.action)
    return _between(query, wanted)


def _is_by(actor: str) -> object:
    kind, _, number = actor.partition(" ")
    is_named = AuditLogEntry.actor_name == actor
    if kind != "merchant":
        return is_named
    has_account = Merchant.select(Merchant.id).where(Merchant.id == int(number)).exists()
    # The entries of a deleted account have only the name.
    return AuditLogEntry.actor == int(number) if has_account else is_named


def _between(query: ModelSelect[AuditLogEntry], wanted: AuditFilter) -> ModelSelect[AuditLogEntry]:
    """Compare the times, and narrow the ids, so that the page is read in their order."""
    at = AuditLogEntry.happened_at
    if wanted.since is not None:
        query = query.where(at >= wanted.since)
        first = _id_at(at < wanted.since - CLOCK_SKEW, at.desc())
        query = query if first is None else query.where(AuditLogEntry.id > first)
    if wanted.until is not None:
        query = query.where(at < wanted.until)
        end = _id_at(at >= wanted.until + CLOCK_SKEW, at)
        query = query if end is None else query.where(AuditLogEntry.id < end)
    return query


def _id_at(condition: object, order: object) -> int | None:
    """Return the id of the nearest entry outside the wanted times; None if there is none."""
    found: int | None = (
        AuditLogEntry.select(AuditLogEntry.id).where(condition).order_by(order).scalar()
    )
    return found
