"""Name what channels are told of, and say which move of a store is which event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from portal.i18n import marked
from portal.rules.connection.store_states import WORKING_STATES, StoreState


class OutboundEvent(StrEnum):
    """Name one kind of message to channels."""

    STORE_CONNECTED = "store.connected"
    STORE_NEEDS_ATTENTION = "store.needs_attention"
    STORE_RECOVERED = "store.recovered"
    STORE_DISCONNECTED = "store.disconnected"
    PRODUCT_CREATED = "product.created"
    PRODUCT_UPDATED = "product.updated"
    PRODUCT_DELETED = "product.deleted"
    ORDER_CREATED = "order.created"
    ORDER_UPDATED = "order.updated"
    ORDER_DELETED = "order.deleted"
    PING = "ping"


# When each is sent, in words for the pages and the API's document.
PURPOSES: Mapping[OutboundEvent, str] = {
    OutboundEvent.STORE_CONNECTED: marked("A store is connected, or connected again after leaving"),
    OutboundEvent.STORE_NEEDS_ATTENTION: marked(
        "A store has stopped: permissions, plan or access are to be mended by its merchant"
    ),
    OutboundEvent.STORE_RECOVERED: marked("A store that had stopped works again"),
    OutboundEvent.STORE_DISCONNECTED: marked("A store has left, or our app was removed from it"),
    OutboundEvent.PRODUCT_CREATED: marked("A product is new, or there again"),
    OutboundEvent.PRODUCT_UPDATED: marked("A product has changed, its stock and price included"),
    OutboundEvent.PRODUCT_DELETED: marked("A product is gone"),
    OutboundEvent.ORDER_CREATED: marked("An order is new"),
    OutboundEvent.ORDER_UPDATED: marked("An order has changed, such as its statuses"),
    OutboundEvent.ORDER_DELETED: marked("An order is gone"),
    OutboundEvent.PING: marked("A test: by the test button, or when all has failed for long"),
}
# What can be chosen; a ping comes to every endpoint.
CHOOSABLE = tuple(event for event in OutboundEvent if event is not OutboundEvent.PING)


def known_events(names: Iterable[str]) -> tuple[OutboundEvent, ...]:
    """Return the events among ``names`` that can be chosen, each once, in their order."""
    wanted = set(names)
    return tuple(event for event in CHOOSABLE if event in wanted)


def event_of_move(before: StoreState | None, after: StoreState) -> OutboundEvent | None:
    """Return what a store's move is told as; None for what is no news.

    ``before`` is how the store stood when it was last looked at; None if it never was. Being looked
    at (`CONNECTING`) is no news in itself.
    """
    if after in (before, StoreState.CONNECTING):
        return None
    if after is StoreState.DISCONNECTED:
        return OutboundEvent.STORE_DISCONNECTED
    if after not in WORKING_STATES:
        return OutboundEvent.STORE_NEEDS_ATTENTION
    if before in WORKING_STATES:
        return None
    if before is None or before is StoreState.DISCONNECTED:
        return OutboundEvent.STORE_CONNECTED
    return OutboundEvent.STORE_RECOVERED
