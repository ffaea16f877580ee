"""Access to one store: how a person reaches it, and which of its routes the person may use.

docs/decisions/support-view.md has the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class StoreAccess(StrEnum):
    """Relation of a person to a store; an operator who is also a member counts as member."""

    OWNER = "owner"
    MANAGER = "manager"
    READ_ONLY = "read_only"
    ADMIN = "admin"
    SUPPORT = "support"

    @property
    def is_operator(self) -> bool:
        """Return whether the person sees the store because they work for the marketplace."""
        return self in (StoreAccess.ADMIN, StoreAccess.SUPPORT)


class StoreAudience(StrEnum):
    """People who may use a route of a store."""

    EVERYONE = "members and operators"
    ACTING = "owner, managers and admins"
    MEMBERS = "members"
    EDITORS = "owner and managers"
    OWNER = "owner"


_ADMITTED: Mapping[StoreAudience, frozenset[StoreAccess]] = {
    StoreAudience.EVERYONE: frozenset(StoreAccess),
    StoreAudience.ACTING: frozenset({StoreAccess.OWNER, StoreAccess.MANAGER, StoreAccess.ADMIN}),
    StoreAudience.MEMBERS: frozenset(
        {StoreAccess.OWNER, StoreAccess.MANAGER, StoreAccess.READ_ONLY}
    ),
    StoreAudience.EDITORS: frozenset({StoreAccess.OWNER, StoreAccess.MANAGER}),
    StoreAudience.OWNER: frozenset({StoreAccess.OWNER}),
}


def is_admitted(access: StoreAccess, audience: StoreAudience) -> bool:
    """Return whether a person with this access may use a route for this audience."""
    return access in _ADMITTED[audience]


def default_audience(method: str) -> StoreAudience:
    """Return the audience of a route that declares none: only owner and managers write."""
    return StoreAudience.EVERYONE if method in ("GET", "HEAD") else StoreAudience.EDITORS
