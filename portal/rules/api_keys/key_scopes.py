"""Scopes of API keys, shared by the keys, the pages, the permission checks and the API document."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from portal.i18n import N_


class KeyScope(StrEnum):
    """Scope of an API key."""

    READ_CATALOG = "read_catalog"
    READ_ORDERS = "read_orders"
    WRITE_ORDERS = "write_orders"
    READ_HEALTH = "read_health"
    RUN_SYNCS = "run_syncs"
    MANAGE_LINKS = "manage_links"
    MANAGE_KEYS = "manage_keys"


# Shown on the page and in the API document.
PURPOSES: dict[KeyScope, str] = {
    KeyScope.READ_CATALOG: N_("View products, variations, categories and coupons"),
    KeyScope.READ_ORDERS: N_("View orders and customers, including names and addresses"),
    KeyScope.WRITE_ORDERS: N_("Get quotes, place orders and change their status"),
    KeyScope.READ_HEALTH: N_("View the store's status, events and sync runs"),
    KeyScope.RUN_SYNCS: N_("Start, pause, resume and cancel sync runs"),
    KeyScope.MANAGE_LINKS: N_("Create links that merchants use to connect their stores"),
    KeyScope.MANAGE_KEYS: N_("Create, change and revoke the channel's keys and endpoints"),
}

# Scopes about the channel itself. They need no store's consent.
CHANNEL_SCOPES = (KeyScope.MANAGE_LINKS, KeyScope.MANAGE_KEYS)
# Scopes that a store consents to.
STORE_SCOPES = tuple(scope for scope in KeyScope if scope not in CHANNEL_SCOPES)
# Scopes that change something in a store: keys of a read-only member can't use them there.
WRITE_SCOPES = frozenset({KeyScope.WRITE_ORDERS, KeyScope.RUN_SYNCS})


def known_scopes(names: Iterable[str]) -> tuple[KeyScope, ...]:
    """Return the known scopes among ``names``, without duplicates, in the order of `KeyScope`."""
    wanted = set(names)
    return tuple(scope for scope in KeyScope if scope in wanted)


def store_scopes(names: Iterable[str]) -> tuple[KeyScope, ...]:
    """Return the scopes among ``names`` that a store can consent to, in their order."""
    wanted = set(names)
    return tuple(scope for scope in STORE_SCOPES if scope in wanted)


def without_writes(names: Iterable[str]) -> list[str]:
    """Return the names without those of scopes that change something in a store."""
    return [name for name in names if name not in WRITE_SCOPES]


def is_allowed(scope: KeyScope, key_scopes: Iterable[str], consented: Iterable[str]) -> bool:
    """Return whether a key may use a scope in a store whose consent has ``consented``."""
    return scope in key_scopes and (scope in CHANNEL_SCOPES or scope in consented)
