"""Health of a store, section by section."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.rules.connection.plan import PlanLevel
from portal.rules.connection.store_states import WORKING_STATES, StoreState
from portal.rules.sync.freshness import Freshness
from portal.rules.webhooks.liveness import WebhookHealth


class HealthStatus(StrEnum):
    """Status of a section, best first."""

    COMPLETE = "complete"
    NEEDS_ATTENTION = "needs_attention"  # works, but with problems or not yet completely
    BLOCKED = "blocked"  # doesn't work until somebody acts


@dataclass(frozen=True)
class HealthSection:
    """Status of one section, with one sentence that gives the reason."""

    status: HealthStatus
    detail: str


_CONNECTION_TEXTS: dict[str, str] = {
    StoreState.RECONNECT: (
        "Ecwid no longer accepts our access. The merchant needs to reconnect the store."
    ),
    StoreState.DISCONNECTED: "The store is disconnected.",
    StoreState.SUSPENDED: (
        "The store is paused or suspended in Ecwid. Syncing resumes when it is open again."
    ),
}
# Worst first.
_SYNC_TEXTS: dict[Freshness, str] = {
    Freshness.STOPPED: "Syncing is stopped until the connection works again.",
    Freshness.FAILING: "The last sync attempts failed. They are retried automatically.",
    Freshness.NEVER: "The initial import is not complete.",
    Freshness.PAUSED: "Syncing is paused for some record types.",
    Freshness.LATE: "Syncing is behind schedule for some record types.",
    Freshness.INITIAL_IMPORT: "The initial import is in progress.",
}


def connection_section(state: str, *, is_closed: bool = False) -> HealthSection:
    """Report whether Ecwid accepts our access, and whether the storefront is closed."""
    problem = _CONNECTION_TEXTS.get(state)
    if problem is not None:
        return HealthSection(HealthStatus.BLOCKED, problem)
    if state == StoreState.CONNECTING:
        return HealthSection(
            HealthStatus.NEEDS_ATTENTION, "Access was granted. The store is being checked."
        )
    if is_closed:
        return HealthSection(
            HealthStatus.NEEDS_ATTENTION,
            "The storefront is closed in Ecwid. Orders are refused until it is open.",
        )
    return HealthSection(HealthStatus.COMPLETE, "Ecwid accepts our access.")


def scopes_section(missing: Collection[str], *, is_granted: bool) -> HealthSection:
    """Report whether all scopes are granted; ``missing`` has the names of required scopes."""
    if not is_granted:
        return HealthSection(HealthStatus.BLOCKED, "The store is not connected.")
    if missing:
        return HealthSection(
            HealthStatus.BLOCKED,
            "Required permissions are missing, so nothing is synced and no orders are sent.",
        )
    return HealthSection(HealthStatus.COMPLETE, "All required permissions are granted.")


def plan_section(level: str) -> HealthSection:
    """Report whether the store's plan has what the portal needs."""
    if level == PlanLevel.BLOCKED:
        return HealthSection(HealthStatus.BLOCKED, "The plan has no API access.")
    if level == PlanLevel.LIMITED:
        return HealthSection(
            HealthStatus.NEEDS_ATTENTION,
            "The plan doesn't include some features. Everything else works.",
        )
    if level == PlanLevel.FULL:
        return HealthSection(HealthStatus.COMPLETE, "The plan includes all features we use.")
    if level == PlanLevel.UNKNOWN:
        # Nobody can do anything about it, so it isn't a reason for attention.
        return HealthSection(
            HealthStatus.COMPLETE,
            "Ecwid doesn't list the plan's features. Everything that Ecwid allows works.",
        )
    return HealthSection(HealthStatus.NEEDS_ATTENTION, "The plan isn't known yet.")


def worst_freshness(levels: Collection[Freshness]) -> Freshness:
    """Return the worst of these levels; ``levels`` has one value per resource."""
    return next((level for level in _SYNC_TEXTS if level in levels), Freshness.ON_TIME)


def sync_section(levels: Iterable[Freshness], *, unreadable: int) -> HealthSection:
    """Report whether the mirror is complete and fresh; ``levels`` has one value per resource."""
    worst = worst_freshness(set(levels))
    if worst is not Freshness.ON_TIME:
        is_stopped = worst is Freshness.STOPPED
        return HealthSection(
            HealthStatus.BLOCKED if is_stopped else HealthStatus.NEEDS_ATTENTION,
            _SYNC_TEXTS[worst],
        )
    if unreadable:
        return HealthSection(HealthStatus.NEEDS_ATTENTION, "Some records couldn't be synced.")
    return HealthSection(HealthStatus.COMPLETE, "Everything is up to date.")


def webhooks_section(state: str, health: str) -> HealthSection:
    """Report whether webhooks arrive; without them the portal polls for changes."""
    if state not in WORKING_STATES:
        return HealthSection(
            HealthStatus.BLOCKED, "Webhook events wait until the connection works again."
        )
    if health == WebhookHealth.VERIFIED:
        return HealthSection(HealthStatus.COMPLETE, "Webhooks from Ecwid arrive.")
    if health == WebhookHealth.OFF:
        return HealthSection(
            HealthStatus.COMPLETE, "Webhooks aren't used. We check for changes instead."
        )
    if health == WebhookHealth.SILENT:
        detail = "Webhooks from Ecwid have stopped. We check for changes instead."
        return HealthSection(HealthStatus.NEEDS_ATTENTION, detail)
    return HealthSection(HealthStatus.NEEDS_ATTENTION, "No webhook has arrived from Ecwid yet.")


def issues_section(count: int) -> HealthSection:
    """Report whether issues are open; ``count`` is their number."""
    if count:
        return HealthSection(HealthStatus.NEEDS_ATTENTION, "There are open issues.")
    return HealthSection(HealthStatus.COMPLETE, "There are no open issues.")


def overall_status(sections: Iterable[HealthSection]) -> HealthStatus:
    """Return the status of the whole store: that of its worst section."""
    order = list(HealthStatus)
    return max((section.status for section in sections), key=order.index)
