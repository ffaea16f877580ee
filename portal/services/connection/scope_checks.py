"""Checks of which scopes a token has, by Ecwid's own report or by harmless reads.

A write scope can't be tested without writing: it counts as granted until Ecwid refuses a call.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidError, EcwidScopeError
from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.rules.connection.scopes import REQUIRED_NAMES, SCOPES

log = structlog.get_logger(__name__)

# No read starts later; the daemon's connection check makes the rest.
DETECTION_BUDGET_S = 5.0


@dataclass(frozen=True)
class DetectedScopes:
    """Scopes that a token has; the ``unverified`` ones among them are only assumed."""

    scopes: frozenset[str]
    unverified: frozenset[str] = frozenset()


def detect_scopes(client: EcwidClient, *, budget_s: float = DETECTION_BUDGET_S) -> DetectedScopes:
    """Return the scopes of a token that came without a list; the profile was read before.

    Errors leave scopes unverified, so that connecting never fails because of a single list.
    """
    deadline = time.monotonic() + budget_s
    reported = reported_scopes(client)
    if reported is not None:
        return DetectedScopes(frozenset(reported))
    held: set[str] = set()
    unverified: set[str] = set()
    for name in REQUIRED_NAMES:
        is_due = is_readable(name) and time.monotonic() < deadline
        is_granted = has_scope(client, name) if is_due else None
        if is_granted is None:
            unverified.add(name)
        elif is_granted:
            held.add(name)
    return DetectedScopes(frozenset(held | unverified), frozenset(unverified))


def reported_scopes(client: EcwidClient) -> set[str] | None:
    """Return the token's scopes from Ecwid, or None if Ecwid doesn't return them to this app."""
    try:
        reported = Record("tokens", client.application_token()).items("permissions")
    except (EcwidError, RecordError) as error:
        log.info("token.scopes_unknown", store=client.store_id, problem=str(error))
        return None
    return set(map(str, reported)) or None


def is_readable(name: str) -> bool:
    """Return whether a read can test a required scope."""
    return any(True for _ in _readable_paths(SCOPES[name].endpoints))


def has_scope(client: EcwidClient, name: str) -> bool | None:
    """Return whether Ecwid allows the first read of a scope; None if its answer is inconclusive."""
    for path in _readable_paths(SCOPES[name].endpoints):
        try:
            client.check_list_access(path)
        except EcwidScopeError:
            return False
        except EcwidError as error:
            log.info("scope.unconfirmed", store=client.store_id, scope=name, problem=str(error))
            return None
        return True
    return None


def _readable_paths(endpoints: Iterable[str]) -> Iterable[str]:
    return (path for method, _, path in (e.partition(" ") for e in endpoints) if method == "GET")
