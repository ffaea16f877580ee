"""Judge how a store stands, section by section: what is complete, and what is in its way."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.rules.connection.plan import PlanLevel
from portal.rules.connection.store_states import WORKING_STATES, StoreState
from portal.rules.sync.freshness import Freshness
from portal.rules.webhooks.liveness import WebhookHealth


class Standing(StrEnum):
    """Name how a section stands, the best first."""

    COMPLETE = "complete"
    NEEDS_ATTENTION = "needs_attention"  # it works, but not as it should, or not yet in full
    BLOCKED = "blocked"  # it doesn't work until somebody does something


@dataclass(frozen=True)
class Section:
    """Hold how one section stands, and why in a sentence."""

    standing: Standing
    detail: str


_CONNECTIONS: dict[str, str] = {
    StoreState.RECONNECT: "Ecwid no longer accepts our access: the merchant has to reconnect.",
    StoreState.DISCONNECTED: "The store is disconnected.",
    StoreState.SUSPENDED: "Ecwid has suspended the store: the merchant has to settle it there.",
}
# The worst first.
_SYNCS: dict[Freshness, str] = {
    Freshness.STOPPED: "Nothing is read until the connection is mended.",
    Freshness.FAILING: "The last attempts to read failed; they are repeated by themselves.",
    Freshness.NEVER: "Not everything has been copied in full.",
    Freshness.PAUSED: "Reading is paused for a part of the store.",
    Freshness.LATE: "A part of the store was not compared for longer than it should be.",
    Freshness.FIRST_COPY: "The first full copy is under way.",
}


def connection_section(state: str) -> Section:
    """Judge whether Ecwid lets us in at all."""
    problem = _CONNECTIONS.get(state)
    if problem is not None:
        return Section(Standing.BLOCKED, problem)
    if state == StoreState.CONNECTING:
        return Section(Standing.NEEDS_ATTENTION, "Access was granted; the store is being examined.")
    return Section(Standing.COMPLETE, "Ecwid accepts our access.")


def scopes_section(missing: Collection[str], *, is_granted: bool) -> Section:
    """Judge what the merchant has allowed; ``missing`` are the names of required scopes."""
    if not is_granted:
        return Section(Standing.BLOCKED, "No consent is in force.")
    if missing:
        return Section(Standing.BLOCKED, "Required permissions are missing.")
    return Section(Standing.COMPLETE, "All required permissions are granted.")


def plan_section(level: str) -> Section:
    """Judge whether the store's plan lets the portal work."""
    if level == PlanLevel.BLOCKED:
        return Section(Standing.BLOCKED, "The plan has no API access.")
    if level == PlanLevel.LIMITED:
        return Section(Standing.NEEDS_ATTENTION, "The plan lacks functions; all else works.")
    if level == PlanLevel.FULL:
        return Section(Standing.COMPLETE, "The plan has all that is needed.")
    return Section(Standing.NEEDS_ATTENTION, "The plan is not known yet.")


def sync_section(words: Iterable[Freshness], *, unreadable: int) -> Section:
    """Judge whether the copy is whole and fresh; ``words`` is one for each resource."""
    found = set(words)
    for word, detail in _SYNCS.items():
        if word in found:
            is_stopped = word is Freshness.STOPPED
            return Section(Standing.BLOCKED if is_stopped else Standing.NEEDS_ATTENTION, detail)
    if unreadable:
        return Section(Standing.NEEDS_ATTENTION, "Some records could not be read.")
    return Section(Standing.COMPLETE, "Everything is copied, and on time.")


def webhooks_section(state: str, health: str) -> Section:
    """Judge whether Ecwid tells us of changes; without that they are looked for."""
    if state not in WORKING_STATES:
        return Section(Standing.BLOCKED, "Messages wait until the connection is mended.")
    if health == WebhookHealth.VERIFIED:
        return Section(Standing.COMPLETE, "Ecwid's messages come.")
    if health == WebhookHealth.SILENT:
        detail = "Ecwid's messages have stopped; changes are looked for instead."
        return Section(Standing.NEEDS_ATTENTION, detail)
    return Section(Standing.NEEDS_ATTENTION, "No message has come from Ecwid yet.")


def issues_section(count: int) -> Section:
    """Judge what is open; ``count`` is how many issues are."""
    if count:
        return Section(Standing.NEEDS_ATTENTION, "There are open issues.")
    return Section(Standing.COMPLETE, "No issue is open.")


def worst_of(sections: Iterable[Section]) -> Standing:
    """Return how the store stands as a whole: as its worst section does."""
    order = list(Standing)
    return max((section.standing for section in sections), key=order.index)
