"""Request and response structs of webhook endpoints, their deliveries and test events."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from portal.models import DeliveryState, EndpointState
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.web.api.channel_schemas import Mode, Name, OfOneStore, StoreId, Url
from portal.web.api.record_schemas import Moment


class WebhookEndpoint(Struct):
    """An endpoint, without its secret."""

    id: int
    name: str
    mode: Mode
    url: str
    event_types: list[str]
    store_id: OfOneStore
    state: EndpointState
    failures: Annotated[int, Meta(description="Failed attempts since the last success.")]
    created_at: Moment
    last_success_at: Moment | None


class WebhookEndpointList(Struct):
    """Endpoints of the channel, newest first."""

    items: list[WebhookEndpoint]


class NewWebhookEndpoint(Struct, forbid_unknown_fields=True):
    """Endpoint to create or to change. It gets only events that the calling key may read of."""

    name: Name
    url: Url
    event_types: Annotated[
        list[OutboundEventType],
        Meta(
            min_length=1,
            description="At least one beside `ping`, which each endpoint gets.",
            extra_json_schema={"contains": {"not": {"const": "ping"}}},
        ),
    ]
    store_id: StoreId | None = None


class WebhookEndpointSecret(Struct):
    """An endpoint with its secret, which is returned only this once."""

    endpoint: WebhookEndpoint
    secret: Annotated[str, Meta(description="Verifies the signatures of the deliveries.")]


class NewTestEvent(Struct, forbid_unknown_fields=True):
    """Test event to send."""

    type: OutboundEventType


class WebhookDelivery(Struct):
    """Delivery of an event to an endpoint."""

    id: int
    event_id: Annotated[str, Meta(description="Value of the header `webhook-id`.")]
    type: OutboundEventType
    test: Annotated[bool, Meta(description="True if it is a test event.")]
    state: Annotated[
        DeliveryState,
        Meta(
            description="`delivered`: your program answered 2xx. `failed`: it is repeated. "
            "`given_up`: it isn't repeated any more."
        ),
    ]
    attempts: Annotated[int, Meta(description="Number of attempts so far.")]
    error: Annotated[
        str | None, Meta(description="Code of the last failure, such as `http 500` or `timeout`.")
    ]
    created_at: Moment
    finished_at: Moment | None
