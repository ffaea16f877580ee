"""Judge how a store stands, section by section: what is complete, and what is in its way."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.rules.connection.plan import PlanLevel
from portal.rules.connection.store_states import WORKING_STATES, StoreState
from portal.rules.sync.freshness import Freshness
from portal.rules.webhooks.liveness import WebhookHealth


class HealthStatus(StrEnum):
    """Name how a section stands, the best first."""

    COMPLETE = "complete"
    NEEDS_ATTENTION = "needs_attention"  # it works, but not as it should, or not yet in full
    BLOCKED = "blocked"  # it doesn't work until somebody does something


@dataclass(frozen=True)
class HealthSection:
    """Hold how one section stands, and why in a sentence."""

    status: HealthStatus
    detail: str


_CONNECTION_TEXTS: dict[str, str] = {
    StoreState.RECONNECT: "Ecwid no longer accepts our access: the merchant has to reconnect.",
    StoreState.DISCONNECTED: "The store is disconnected.",
    StoreState.SUSPENDED: "Ecwid has suspended the store: the merchant has to settle it there.",
}
# The worst first.
_SYNC_TEXTS: dict[Freshness, str] = {
    Freshness.STOPPED: "Nothing is read until the connection is mended.",
    Freshness.FAILING: "The last attempts to read failed; they are repeated by themselves.",
    Freshness.NEVER: "Not everything has been copied in full.",
    Freshness.PAUSED: "Reading is paused for a part of the store.",
    Freshness.LATE: "A part of the store was not compared for longer than it should be.",
    Freshness.INITIAL_IMPORT: "The first full copy is under way.",
}


def connection_section(state: str) -> HealthSection:
    """Judge whether Ecwid lets us in at all."""
    problem = _CONNECTION_TEXTS.get(state)
    if problem is not None:
        return HealthSection(HealthStatus.BLOCKED, problem)
    if state == StoreState.CONNECTING:
        return HealthSection(
            HealthStatus.NEEDS_ATTENTION, "Access was granted; the store is being examined."
        )
    return HealthSection(HealthStatus.COMPLETE, "Ecwid accepts our access.")


def scopes_section(missing: Collection[str], *, is_granted: bool) -> HealthSection:
    """Judge what the merchant has allowed; ``missing`` are the names of required scopes."""
    if not is_granted:
        return HealthSection(HealthStatus.BLOCKED, "No consent is in force.")
    if missing:
        return HealthSection(HealthStatus.BLOCKED, "Required permissions are missing.")
    return HealthSection(HealthStatus.COMPLETE, "All required permissions are granted.")


def plan_section(level: str) -> HealthSection:
    """Judge whether the store's plan lets the portal work."""
    if level == PlanLevel.BLOCKED:
        return HealthSection(HealthStatus.BLOCKED, "The plan has no API access.")
    if level == PlanLevel.LIMITED:
        return HealthSection(
            HealthStatus.NEEDS_ATTENTION, "The plan lacks functions; all else works."
        )
    if level == PlanLevel.FULL:
        return HealthSection(HealthStatus.COMPLETE, "The plan has all that is needed.")
    return HealthSection(HealthStatus.NEEDS_ATTENTION, "The plan is not known yet.")


def sync_section(levels: Iterable[Freshness], *, unreadable: int) -> HealthSection:
    """Judge whether the copy is whole and fresh; ``levels`` is one for each resource."""
    found = set(levels)
    for level, detail in _SYNC_TEXTS.items():
        if level in found:
            is_stopped = level is Freshness.STOPPED
            return HealthSection(
                HealthStatus.BLOCKED if is_stopped else HealthStatus.NEEDS_ATTENTION, detail
            )
    if unreadable:
        return HealthSection(HealthStatus.NEEDS_ATTENTION, "Some records could not be read.")
    return HealthSection(HealthStatus.COMPLETE, "Everything is copied, and on time.")


def webhooks_section(state: str, health: str) -> HealthSection:
    """Judge whether Ecwid tells us of changes; without that they are looked for."""
    if state not in WORKING_STATES:
        return HealthSection(HealthStatus.BLOCKED, "Messages wait until the connection is mended.")
    if health == WebhookHealth.VERIFIED:
        return HealthSection(HealthStatus.COMPLETE, "Ecwid's messages come.")
    if health == WebhookHealth.SILENT:
        detail = "Ecwid's messages have stopped; changes are looked for instead."
        return HealthSection(HealthStatus.NEEDS_ATTENTION, detail)
    return HealthSection(HealthStatus.NEEDS_ATTENTION, "No message has come from Ecwid yet.")


def issues_section(count: int) -> HealthSection:
    """Judge what is open; ``count`` is how many issues are."""
    if count:
        return HealthSection(HealthStatus.NEEDS_ATTENTION, "There are open issues.")
    return HealthSection(HealthStatus.COMPLETE, "No issue is open.")


def overall_status(sections: Iterable[HealthSection]) -> HealthStatus:
    """Return how the store stands as a whole: as its worst section does."""
    order = list(HealthStatus)
    return max((section.status for section in sections), key=order.index)
