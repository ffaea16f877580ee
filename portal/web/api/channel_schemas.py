"""Request and response structs of a channel, the calling key and the channel's other keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from portal.models import KeyMode
from portal.rules.api_keys.allowed_networks import LONGEST_TEXT, NETWORKS_LIMIT
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.channel_states import ChannelKind, ChannelStatus
from portal.web.api.record_schemas import Moment

Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"\S")]
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


Networks = Annotated[
    list[str],
    Meta(
        description="Networks that it may be used from, such as `203.0.113.0/24` or "
        "`2001:db8::/32`; empty for all addresses."
    ),
]
NetworkText = Annotated[str, Meta(max_length=LONGEST_TEXT)]


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
    alert_emails: Annotated[
        bool,
        Meta(
            description="Whether the contact gets an email about issues of stores, at most one an "
            "hour. The operator decides it."
        ),
    ]


class ApiKey(Struct):
    """A key, without its secret."""

    id: int
    name: str
    prefix: str
    mode: Mode
    scopes: list[str]
    store_id: OfOneStore
    allowed_networks: Networks
    created_at: Moment
    expires_at: Moment | None
    rotated_at: Moment | None
    last_used_at: Moment | None
    last_used_from: Annotated[
        str,
        Meta(description="Network of the address of that call, such as `203.0.113.0/24`."),
    ]
    suspended_at: Annotated[
        Moment | None, Meta(description="Since when it is refused until it is resumed on its page.")
    ]
    revoked_at: Moment | None


class CallLimits(Struct):
    """Limits of the calls with a key, in the long run and at once."""

    per_store_per_minute: Annotated[
        int, Meta(description="Calls about one store; each store counts on its own.")
    ]
    other_per_minute: Annotated[int, Meta(description="Calls that are about no single store.")]
    burst: Annotated[
        int, Meta(description="Calls of either kind that may be made at once after a pause.")
    ]


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
    allowed_networks: (
        Annotated[
            list[NetworkText],
            Meta(
                max_length=NETWORKS_LIMIT,
                description="Networks that it may be used from, in CIDR notation or as single "
                "addresses. Null for those of the calling key, empty for all addresses.",
            ),
        ]
        | None
    ) = None


class ApiKeySecret(Struct):
    """A key with its text, which is returned only this once."""

    key: ApiKey
    secret: Annotated[str, Meta(description="Send it in the header `Authorization`.")]
