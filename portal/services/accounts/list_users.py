"""List of all accounts for operators, newest first, and the facts about one account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from peewee import Field, ModelSelect, fn

from portal.models import (
    HAS_SECOND_FACTOR,
    IS_OPERATOR,
    IS_UNLOCKED,
    BrowserSession,
    Membership,
    Merchant,
)
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.pagination import KeyPage, page_by_key


class UserKind(StrEnum):
    """Kind of account to list."""

    OPERATORS = "operators"
    ADMIN = "admin"
    SUPPORT = "support"
    MERCHANTS = "merchants"


class UserState(StrEnum):
    """State of an account to list."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"
    WITHOUT_FACTOR = "without_factor"


@dataclass(frozen=True)
class UserFilter:
    """Accounts to list; an empty field admits all."""

    email: str = ""
    kind: str = ""
    state: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether the filter admits all accounts."""
        return self == UserFilter()


@dataclass(frozen=True)
class UserRow:
    """One account, with the number of its stores, and when it was last seen.

    ``last_seen_at`` is None without a session that has not expired; it may be some minutes old.
    """

    merchant: Merchant
    stores: int
    has_factor: bool
    sessions: int
    last_seen_at: datetime | None


@dataclass(frozen=True)
class UserPage:
    """One page of accounts; see `KeyPage`."""

    rows: Sequence[UserRow]
    earlier: int | None
    later: int | None


def list_users(
    wanted: UserFilter, *, after: int | None = None, before: int | None = None
) -> UserPage:
    """Return a page of the accounts that match, newest first."""
    page: KeyPage[Merchant] = page_by_key(
        _matching(wanted), Merchant.id, after=after, before=before
    )
    return UserPage(with_facts(page.rows), page.earlier, page.later)


def with_facts(merchants: Sequence[Merchant]) -> Sequence[UserRow]:
    """Return the facts about each of these accounts, with three queries."""
    count, seen = fn.COUNT(BrowserSession.id), fn.MAX(BrowserSession.last_seen_at)
    sessions = _by_merchant(
        BrowserSession.select(BrowserSession.merchant, count, seen).where(
            BrowserSession.merchant.in_(merchants),
            BrowserSession.is_active(),
        ),
        BrowserSession.merchant,
    )
    stores = _by_merchant(
        Membership.select(Membership.merchant, fn.COUNT(Membership.id)).where(
            Membership.merchant.in_(merchants)
        ),
        Membership.merchant,
    )
    factors = _by_merchant(
        Merchant.select(Merchant.id).where(Merchant.id.in_(merchants), HAS_SECOND_FACTOR),
        Merchant.id,
    )
    return [
        UserRow(
            merchant,
            stores=stores.get(merchant.id, (0,))[0],
            has_factor=merchant.id in factors,
            sessions=sessions.get(merchant.id, (0, None))[0],
            last_seen_at=sessions.get(merchant.id, (0, None))[1],
        )
        for merchant in merchants
    ]


def _matching(wanted: UserFilter) -> ModelSelect[Merchant]:
    query = Merchant.select()
    if wanted.email:
        query = query.where(Merchant.email.contains(wanted.email))
    if wanted.kind == UserKind.OPERATORS:
        query = query.where(IS_OPERATOR)
    elif wanted.kind == UserKind.MERCHANTS:
        query = query.where(~IS_OPERATOR)
    elif wanted.kind:
        query = query.where(Merchant.operator_role == OperatorRole(wanted.kind))
    if wanted.state == UserState.LOCKED:
        query = query.where(~IS_UNLOCKED)
    elif wanted.state == UserState.UNLOCKED:
        query = query.where(IS_UNLOCKED)
    elif wanted.state == UserState.WITHOUT_FACTOR:
        query = query.where(~HAS_SECOND_FACTOR)
    return query


def _by_merchant(rows: ModelSelect[Any], owner: Field) -> Mapping[int, tuple[Any, ...]]:
    """Return the further columns of each group of rows, by the id of the account in ``owner``."""
    return {key: tuple(values) for key, *values in rows.group_by(owner).tuples()}
