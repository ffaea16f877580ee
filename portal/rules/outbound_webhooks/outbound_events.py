"""Types of outbound events, and the event that each transition of a store publishes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from portal.i18n import N_
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.connection.store_states import WORKING_STATES, StoreState
from portal.rules.issues.issue_audience import ISSUE_SCOPES


class OutboundEventType(StrEnum):
    STORE_CONNECTED = "store.connected"
    STORE_NEEDS_ATTENTION = "store.needs_attention"
    STORE_RECOVERED = "store.recovered"
    STORE_DISCONNECTED = "store.disconnected"
    STORE_FIRST_IMPORT_COMPLETED = "store.first_import_completed"
    PRODUCT_CREATED = "product.created"
    PRODUCT_UPDATED = "product.updated"
    PRODUCT_DELETED = "product.deleted"
    ORDER_CREATED = "order.created"
    ORDER_UPDATED = "order.updated"
    ORDER_DELETED = "order.deleted"
    CHANNEL_CONSENTED = "channel.consented"
    CHANNEL_NARROWED = "channel.narrowed"
    CHANNEL_PAUSED = "channel.paused"
    CHANNEL_RESUMED = "channel.resumed"
    CHANNEL_REVOKED = "channel.revoked"
    CHANNEL_SELLING_PAUSED = "channel.selling_paused"
    CHANNEL_SELLING_RESUMED = "channel.selling_resumed"
    CHANNEL_STOCK_BUFFER_CHANGED = "channel.stock_buffer_changed"
    SUBMISSION_ACCEPTED = "submission.accepted"
    SUBMISSION_REJECTED = "submission.rejected"
    SUBMISSION_UNRESOLVED = "submission.unresolved"
    ORDER_UPDATE_SENT = "order_update.sent"
    ORDER_UPDATE_CONFLICT = "order_update.conflict"
    ORDER_UPDATE_FAILED = "order_update.failed"
    ISSUE_OPENED = "issue.opened"
    ISSUE_RESOLVED = "issue.resolved"
    CONNECT_LINK_COMPLETED = "connect_link.completed"
    CONNECT_LINK_REFUSED = "connect_link.refused"
    CONNECT_LINK_EXPIRED = "connect_link.expired"
    PING = "ping"


# Description of each event for the pages and the API document.
PURPOSES: Mapping[OutboundEventType, str] = {
    OutboundEventType.STORE_CONNECTED: N_("Store connected or reconnected"),
    OutboundEventType.STORE_NEEDS_ATTENTION: N_(
        "Store needs attention: paused, suspended, or without access, permissions or plan"
    ),
    OutboundEventType.STORE_RECOVERED: N_("Store works again"),
    OutboundEventType.STORE_DISCONNECTED: N_("Store disconnected, or our app was removed"),
    OutboundEventType.STORE_FIRST_IMPORT_COMPLETED: N_("First import of a store complete"),
    OutboundEventType.PRODUCT_CREATED: N_("Product created or restored"),
    OutboundEventType.PRODUCT_UPDATED: N_("Product updated, including stock and price"),
    OutboundEventType.PRODUCT_DELETED: N_("Product deleted"),
    OutboundEventType.ORDER_CREATED: N_("Order created"),
    OutboundEventType.ORDER_UPDATED: N_("Order updated, including its status"),
    OutboundEventType.ORDER_DELETED: N_("Order deleted"),
    OutboundEventType.CHANNEL_CONSENTED: N_("Store allowed the channel's access"),
    OutboundEventType.CHANNEL_NARROWED: N_("Store changed the channel's permissions"),
    OutboundEventType.CHANNEL_PAUSED: N_("Store paused the channel's access"),
    OutboundEventType.CHANNEL_RESUMED: N_("Store resumed the channel's access"),
    OutboundEventType.CHANNEL_REVOKED: N_("Store ended the channel's access"),
    OutboundEventType.CHANNEL_SELLING_PAUSED: N_(
        "Selling paused: the channel can't sell in a store"
    ),
    OutboundEventType.CHANNEL_SELLING_RESUMED: N_(
        "Selling resumed: the channel can sell in a store"
    ),
    OutboundEventType.CHANNEL_STOCK_BUFFER_CHANGED: N_(
        "Store changed how many items of each product it holds back"
    ),
    OutboundEventType.SUBMISSION_ACCEPTED: N_("Submitted order created in the store"),
    OutboundEventType.SUBMISSION_REJECTED: N_("Submitted order rejected, with the reasons"),
    OutboundEventType.SUBMISSION_UNRESOLVED: N_("Outcome of a submitted order not certain yet"),
    OutboundEventType.ORDER_UPDATE_SENT: N_("Order update saved in the store"),
    OutboundEventType.ORDER_UPDATE_CONFLICT: N_(
        "Order update not sent: the store changed the same fields"
    ),
    OutboundEventType.ORDER_UPDATE_FAILED: N_("Order update rejected or failed"),
    OutboundEventType.ISSUE_OPENED: N_("Store has an issue, such as rejected orders"),
    OutboundEventType.ISSUE_RESOLVED: N_("Issue of a store resolved"),
    OutboundEventType.CONNECT_LINK_COMPLETED: N_("Merchant used a link of the channel"),
    OutboundEventType.CONNECT_LINK_REFUSED: N_("Merchant declined a link, or couldn't use it"),
    OutboundEventType.CONNECT_LINK_EXPIRED: N_("Link of the channel expired unused"),
    OutboundEventType.PING: N_("Test event: by the test button, or after long failures"),
}
# Events that an endpoint can subscribe to; every endpoint gets the ping.
SUBSCRIBABLE_EVENTS = tuple(
    event for event in OutboundEventType if event is not OutboundEventType.PING
)


# Scopes of which a store's consent must include one for events about its records, and a key to
# subscribe to an event. `portal.rules.issues.issue_audience` restricts issues further.
_SCOPES: Mapping[str, frozenset[KeyScope]] = {
    "product": frozenset({KeyScope.READ_CATALOG}),
    "order": frozenset({KeyScope.READ_ORDERS}),
    "submission": frozenset({KeyScope.WRITE_ORDERS}),
    "order_update": frozenset({KeyScope.WRITE_ORDERS}),
    "issue": ISSUE_SCOPES,
    "connect_link": frozenset({KeyScope.MANAGE_LINKS}),
}


def is_visible(event: str, scopes: Iterable[str]) -> bool:
    """Return whether a consent or a key with these scopes includes the event."""
    needed = _SCOPES.get(event.partition(".")[0])
    return needed is None or not needed.isdisjoint(scopes)


def is_about_access(event: str) -> bool:
    """Return whether the event reports the channel's own access, so that it arrives without it."""
    return event.startswith(("channel.", "connect_link."))


def is_about_connection(event: str) -> bool:
    """Return whether the event reports a store's connection, so that it arrives without one."""
    return event.startswith("store.")


def is_about_issue(event: str) -> bool:
    """Return whether the event reports an issue; not each channel may know of it."""
    return event.startswith("issue.")


def known_events(names: Iterable[str]) -> tuple[OutboundEventType, ...]:
    """Return the subscribable events among ``names``, without duplicates, in their order."""
    wanted = set(names)
    return tuple(event for event in SUBSCRIBABLE_EVENTS if event in wanted)


def event_of_transition(before: StoreState | None, after: StoreState) -> OutboundEventType | None:
    """Return the event that a store's transition publishes, or None.

    ``before`` is the store's last checked state, or None if it was never checked. Entering
    `CONNECTING` publishes nothing, because the check that follows decides the state.
    """
    if after in (before, StoreState.CONNECTING):
        return None
    if after is StoreState.DISCONNECTED:
        return OutboundEventType.STORE_DISCONNECTED
    if after not in WORKING_STATES:
        return OutboundEventType.STORE_NEEDS_ATTENTION
    if before in WORKING_STATES:
        return None
    if before is None or before is StoreState.DISCONNECTED:
        return OutboundEventType.STORE_CONNECTED
    return OutboundEventType.STORE_RECOVERED
