"""Payload structs of outbound events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from portal.models import OrderUpdateState
from portal.rules.alerts.severities import Severity
from portal.rules.channels.channel_states import ConsentStatus
from portal.rules.orders.sale_terms import SellingPauseReason, SellingSide
from portal.rules.orders.submission_states import SubmissionState
from portal.web.api.record_schemas import Moment
from portal.web.api.store_schemas import ExternalReference

Address = Annotated[str, Meta(description="URL to read it with an API key.")]
IsTest = Annotated[
    bool, Meta(description="True in test events, whose data are an example; absent in others.")
]
HappenedAt = Annotated[Moment, Meta(description="When the portal recorded the event.")]


class RecordEventData(Struct):
    """Identifies the changed record. Read its current content at `url`."""

    store_id: int
    id: Annotated[int, Meta(description="ID of the record in this API.")]
    url: Address
    updated_at: Annotated[
        Moment | None,
        Meta(description="Update time of the record in the store; absent for deleted records."),
    ] = None
    external_reference: ExternalReference = None


class RecordEvent(Struct):
    """A product or an order was created, updated or deleted."""

    type: Literal[
        "product.created",
        "product.updated",
        "product.deleted",
        "order.created",
        "order.updated",
        "order.deleted",
    ]
    timestamp: HappenedAt
    data: RecordEventData
    test: IsTest = False


class StoreEventData(Struct):
    """Current state of a store."""

    store_id: int
    state: Annotated[str, Meta(description="State of the store, as in `Store`.")]
    reason: Annotated[str, Meta(description="Reason of the change, such as `token_dead`.")]
    url: Address
    external_reference: ExternalReference = None


class StoreEvent(Struct):
    """The connection of a store has changed, or its first import is completed."""

    type: Literal[
        "store.connected",
        "store.needs_attention",
        "store.recovered",
        "store.disconnected",
        "store.first_import_completed",
    ]
    timestamp: HappenedAt
    data: StoreEventData
    test: IsTest = False


class ChannelEventData(Struct):
    """Access that the store allows your channel from now on."""

    store_id: int
    status: Annotated[
        ConsentStatus, Meta(description="Only while it is `active` can you read the store.")
    ]
    scopes: Annotated[list[str], Meta(description="Scopes that the store allows.")]
    stock_buffer: Annotated[
        int, Meta(description="Pieces of each stock that are held back for the store's own shop.")
    ]
    selling_paused: Annotated[bool, Meta(description="While it is true, orders are refused.")]
    selling_paused_by: SellingSide | None
    selling_pause_reason: SellingPauseReason | None
    url: Address
    external_reference: ExternalReference = None


class ChannelEvent(Struct):
    """Your access to a store or your terms of sale have changed. Also sent when the access ends."""

    type: Literal[
        "channel.consented",
        "channel.narrowed",
        "channel.paused",
        "channel.resumed",
        "channel.revoked",
        "channel.selling_paused",
        "channel.selling_resumed",
        "channel.stock_buffer_changed",
    ]
    timestamp: HappenedAt
    data: ChannelEventData
    test: IsTest = False


class SubmissionEventData(Struct, omit_defaults=True):
    """Outcome of a submitted order. Read its reasons and its quote at `url`."""

    store_id: int
    id: Annotated[int, Meta(description="ID of the submission.")]
    state: SubmissionState
    reference: str
    channel_reference: str | None
    order_id: Annotated[int | None, Meta(description="ID of the order; null while it isn't known.")]
    order_number: str | None
    url: Address
    codes: Annotated[
        list[str], Meta(description="Codes of the validation errors; only if it was rejected.")
    ] = []
    external_reference: ExternalReference = None


class SubmissionEvent(Struct):
    """A submitted order is in the store, was rejected, or may be in the store."""

    type: Literal["submission.accepted", "submission.rejected", "submission.unresolved"]
    timestamp: HappenedAt
    data: SubmissionEventData
    test: IsTest = False


class OrderUpdateEventData(Struct):
    """Outcome of an order update. Read both values at `url`."""

    store_id: int
    id: Annotated[int, Meta(description="ID of the order update.")]
    state: OrderUpdateState
    order_id: int
    order_number: str
    fields: Annotated[list[str], Meta(description="Names of the updated fields.")]
    url: Address
    external_reference: ExternalReference = None


class OrderUpdateEvent(Struct):
    """An order update is in the store, is in conflict with it, or has failed."""

    type: Literal["order_update.sent", "order_update.conflict", "order_update.failed"]
    timestamp: HappenedAt
    data: OrderUpdateEventData
    test: IsTest = False


class IssueEventData(Struct, omit_defaults=True):
    """Issue that has opened or ended. Read what it counts at `url`."""

    store_id: int
    id: Annotated[int, Meta(description="ID of the issue.")]
    kind: Annotated[
        str, Meta(description="Kind of the issue, such as `orders_rejected` or `token_dead`.")
    ]
    severity: Severity
    opened_at: Moment
    url: Address
    count: Annotated[
        int | None,
        Meta(
            description="How many orders, events or records it counts; of orders only your own. "
            "Absent for an issue of the connection."
        ),
    ] = None
    resolved_at: Annotated[
        Moment | None,
        Meta(
            description="Only with `issue.resolved`, and only if the issue has ended for everybody."
        ),
    ] = None
    external_reference: ExternalReference = None


class IssueEvent(Struct):
    """A store has an issue, or the issue has ended. Orders of other channels are no issue."""

    type: Literal["issue.opened", "issue.resolved"]
    timestamp: HappenedAt
    data: IssueEventData
    test: IsTest = False


class ConnectLinkEventData(Struct):
    """Outcome of a connect link of your channel."""

    id: Annotated[int, Meta(description="ID of the connect link.")]
    reference: Annotated[str, Meta(description="Your reference, as you sent it.")]
    url: Address
    store_id: Annotated[int | None, Meta(description="Only with `connect_link.completed`.")] = None
    reason: Annotated[
        str | None, Meta(description="Only with `connect_link.refused`, such as `denied`.")
    ] = None
    external_reference: ExternalReference = None


class ConnectLinkEvent(Struct):
    """A merchant has finished or refused a connect link, or it has expired."""

    type: Literal["connect_link.completed", "connect_link.refused", "connect_link.expired"]
    timestamp: HappenedAt
    data: ConnectLinkEventData
    test: IsTest = False


class PingEventData(Struct):
    """Empty object."""


class PingEvent(Struct):
    """A test event. Respond to it as to any other event."""

    type: Literal["ping"]
    timestamp: HappenedAt
    data: PingEventData
    test: IsTest = False


WEBHOOK_SCHEMAS: Sequence[type] = (
    StoreEvent,
    RecordEvent,
    SubmissionEvent,
    OrderUpdateEvent,
    IssueEvent,
    ChannelEvent,
    ConnectLinkEvent,
    PingEvent,
)
