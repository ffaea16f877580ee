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
    SELLING_PAUSED = "selling_paused"  # over this channel, by the merchant or by the channel


def refusal_reason(
    state: str, *, is_closed: bool, is_selling_paused: bool = False
) -> RefusalReason | None:
    """Return why a store takes no orders from a channel; None if it does."""
    if state == StoreState.SUSPENDED:
        return RefusalReason.PAUSED
    if state == StoreState.DISCONNECTED:
        return RefusalReason.DISCONNECTED
    if state not in WORKING_STATES:
        return RefusalReason.NOT_WORKING
    if is_closed:
        return RefusalReason.CLOSED
    return RefusalReason.SELLING_PAUSED if is_selling_paused else None
