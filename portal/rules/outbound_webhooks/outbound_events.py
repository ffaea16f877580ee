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
    OutboundEventType.STORE_CONNECTED: N_("A store is connected, or connected again after leaving"),
    OutboundEventType.STORE_NEEDS_ATTENTION: N_(
        "A store has stopped: it is paused or suspended, or lacks access, permissions or a plan"
    ),
    OutboundEventType.STORE_RECOVERED: N_("A store that had stopped works again"),
    OutboundEventType.STORE_DISCONNECTED: N_("A store has left, or our app was removed from it"),
    OutboundEventType.STORE_FIRST_IMPORT_COMPLETED: N_(
        "All records of a store have been read for the first time"
    ),
    OutboundEventType.PRODUCT_CREATED: N_("A product is new, or there again"),
    OutboundEventType.PRODUCT_UPDATED: N_("A product has changed, its stock and price included"),
    OutboundEventType.PRODUCT_DELETED: N_("A product is gone"),
    OutboundEventType.ORDER_CREATED: N_("An order is new"),
    OutboundEventType.ORDER_UPDATED: N_("An order has changed, such as its statuses"),
    OutboundEventType.ORDER_DELETED: N_("An order is gone"),
    OutboundEventType.CHANNEL_CONSENTED: N_("A store allows the channel to work with it"),
    OutboundEventType.CHANNEL_NARROWED: N_("A store has changed what the channel may do"),
    OutboundEventType.CHANNEL_PAUSED: N_("A store has paused the channel's access"),
    OutboundEventType.CHANNEL_RESUMED: N_("A store has resumed the channel's access"),
    OutboundEventType.CHANNEL_REVOKED: N_("A store has ended the channel's access"),
    OutboundEventType.CHANNEL_SELLING_PAUSED: N_("The channel can't sell a store's products"),
    OutboundEventType.CHANNEL_SELLING_RESUMED: N_("The channel can sell a store's products again"),
    OutboundEventType.CHANNEL_STOCK_BUFFER_CHANGED: N_(
        "A store holds back another number of pieces of each stock"
    ),
    OutboundEventType.SUBMISSION_ACCEPTED: N_("A submitted order is in the store"),
    OutboundEventType.SUBMISSION_REJECTED: N_("A submitted order was refused, with the reasons"),
    OutboundEventType.SUBMISSION_UNRESOLVED: N_(
        "It isn't certain yet whether a submitted order is in the store"
    ),
    OutboundEventType.ORDER_UPDATE_SENT: N_("An update of an order is in the store"),
    OutboundEventType.ORDER_UPDATE_CONFLICT: N_(
        "An update of an order was not sent: the store has changed the same fields"
    ),
    OutboundEventType.ORDER_UPDATE_FAILED: N_("An update of an order was refused or given up"),
    OutboundEventType.ISSUE_OPENED: N_("A store has an issue, such as rejected orders"),
    OutboundEventType.ISSUE_RESOLVED: N_("An issue of a store is over"),
    OutboundEventType.CONNECT_LINK_COMPLETED: N_("A merchant has used a link of the channel"),
    OutboundEventType.CONNECT_LINK_REFUSED: N_("A merchant could not or would not use a link"),
    OutboundEventType.CONNECT_LINK_EXPIRED: N_("Nobody has used a link of the channel in time"),
    OutboundEventType.PING: N_("A test: by the test button, or when all has failed for long"),
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
