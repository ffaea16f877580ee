"""Whether a store takes orders now, by what the merchant and the connection allow."""

from __future__ import annotations

from enum import StrEnum

from portal.rules.connection.store_states import WORKING_STATES, StoreState


class RefusalReason(StrEnum):
    """Reason why a store takes no orders, the first that applies."""

    PAUSED = "paused"  # by the merchant, or suspended by Ecwid, which reports both alike
    DISCONNECTED = "disconnected"
    NOT_WORKING = "not_working"  # the connection needs somebody: scopes, token or plan
    CLOSED = "closed"  # the merchant has closed the storefront


def refusal_reason(state: str, *, is_closed: bool) -> RefusalReason | None:
    """Return why a store takes no orders; None if it does."""
    if state == StoreState.SUSPENDED:
        return RefusalReason.PAUSED
    if state == StoreState.DISCONNECTED:
        return RefusalReason.DISCONNECTED
    if state not in WORKING_STATES:
        return RefusalReason.NOT_WORKING
    return RefusalReason.CLOSED if is_closed else None
