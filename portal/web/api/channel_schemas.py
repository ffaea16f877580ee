"""Request and response structs of channels: the calling key, keys, endpoints and connect links."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from portal.models import DeliveryState, EndpointState, KeyMode
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.channel_states import ChannelKind, ChannelStatus
from portal.rules.connection.onboarding_steps import OnboardingStatus
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.web.api.record_schemas import Moment, Page
from portal.web.translation import available_languages

Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"\S")]
Reference = Annotated[
    str, Meta(min_length=1, max_length=120, description="Your own reference of the merchant.")
]
# Web addresses without a password, with a host by name or IPv4, and with a port up to 65535.
_PORT = r"[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
URL_PATTERN = rf"^https?://{_HOST}(?::(?:{_PORT}))?(?:[/?#][!-\[\]-~]*)?$"
Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=2000,
        pattern=URL_PATTERN,
        extra={"must_be": "a whole address, such as https://example.com/webhooks"},
    ),
]
StoreId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
OfOneStore = Annotated[
    int | None, Meta(description="Store that it is for; null for all stores of its choice.")
]


Mode = Annotated[
    KeyMode,
    Meta(
        description="With `test`, only test stores. With `live`, only the others. The own programs "
        "of a merchant are `live` and have both."
    ),
]


class SaleRules(Struct):
    """Rules of what the channel can sell, which the operator sets; `sellable` follows them."""

    ignored_reasons: Annotated[
        list[str], Meta(description="Reasons of `sellable` that don't prevent a sale.")
    ]
    option_types: Annotated[
        list[str], Meta(description="Types of required options that the channel supports.")
    ]


class ApiChannel(Struct):
    """The channel that a key belongs to."""

    id: int
    name: Annotated[str, Meta(description="Empty for the own programs of a merchant.")]
    kind: ChannelKind
    status: ChannelStatus
    requested_scopes: list[str]
    return_urls: list[str]
    sale_rules: SaleRules


class ApiKey(Struct):
    """A key, without its secret."""

    id: int
    name: str
    prefix: str
    mode: Mode
    scopes: list[str]
    store_id: OfOneStore
    created_at: Moment
    expires_at: Moment | None
    rotated_at: Moment | None
    last_used_at: Moment | None
    revoked_at: Moment | None


class CallLimits(Struct):
    """Limits of the calls with a key."""

    per_store_per_minute: Annotated[
        int, Meta(description="Calls about one store; each store counts on its own.")
    ]
    other_per_minute: Annotated[int, Meta(description="Calls that are about no single store.")]


class Me(Struct):
    """The calling key, its channel, and what they may do."""

    channel: ApiChannel
    key: ApiKey
    stores: Annotated[int, Meta(description="Number of stores that the key has access to.")]
    limits: CallLimits


class ApiKeyList(Struct):
    """Keys of the channel, newest first; the last revoked ones are at the end."""

    items: list[ApiKey]


class NewApiKey(Struct, forbid_unknown_fields=True):
    """Key to create. It can have only scopes and stores of the calling key."""

    name: Name
    scopes: Annotated[list[KeyScope], Meta(min_length=1)]
    store_id: StoreId | None = None
    mode: Annotated[
        KeyMode | None, Meta(description="The mode of the calling key; no other is possible.")
    ] = None
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class ApiKeySecret(Struct):
    """A key with its text, which is returned only this once."""

    key: ApiKey
    secret: Annotated[str, Meta(description="Send it in the header `Authorization`.")]


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


class ConnectLink(Struct):
    """A link by which one merchant connects one store and consents to the channel."""

    id: int
    reference: str
    url: Annotated[str, Meta(description="Address that the merchant opens.")]
    status: Annotated[
        OnboardingStatus,
        Meta(
            description="`connected` and `imported`: the store is connected. `refused`: the last "
            "attempt failed, and the merchant may try again."
        ),
    ]
    failure_reason: str | None
    store_id: int | None
    return_url: str | None
    language: str
    created_at: Moment
    expires_at: Moment
    finished_at: Moment | None


class ConnectLinkPage(Page[ConnectLink]):
    """A page of connect links."""


class NewConnectLink(Struct, forbid_unknown_fields=True):
    """Connect link to create."""

    reference: Reference
    email: (
        Annotated[
            str,
            Meta(
                max_length=254,
                extra_json_schema={"format": "email"},
                description="The merchant gets up to two reminders there. Leave it out if you "
                "remind the merchant yourself.",
            ),
        ]
        | None
    ) = None
    return_url: (
        Annotated[
            Url,
            Meta(
                description="The merchant returns there with the parameters `outcome` "
                "(`completed` or `refused`) and `reference`. It must be on the allow list of your "
                "channel."
            ),
        ]
        | None
    ) = None
    expires_at: (
        Annotated[
            datetime, Meta(tz=True, description="Two weeks from now by default, 60 days at most.")
        ]
        | None
    ) = None
    language: (
        Annotated[
            str,
            Meta(
                description="Language of the pages. Defaults to English.",
                extra_json_schema={"enum": available_languages()},
            ),
        ]
        | None
    ) = None
