"""Response structs of stores, their events and their runs."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.product_selection import SelectionKind
from portal.rules.connection.order_acceptance import RefusalReason
from portal.rules.orders.sale_terms import STOCK_BUFFER_LIMIT, SellingPauseReason, SellingSide
from portal.rules.sync.first_import import FirstImportState
from portal.web.api.record_schemas import Moment, Page

ExternalReference = Annotated[
    str | None, Meta(description="Your reference of the store, from its connect link.")
]


class CurrencyFormat(Struct):
    """The store's own format of amounts, as its customers see it.

    It is for display: amounts in the API are plain decimals.
    """

    prefix: str
    suffix: str
    decimals: Annotated[int, Meta(description="Number of decimals that the store charges.")]
    group_separator: str
    decimal_separator: str
    hides_zero_fraction: Annotated[bool, Meta(description="Whether 5.00 is shown as 5.")]


class OrderAcceptance(Struct):
    """Whether the store takes orders now."""

    accepts_orders: bool
    reason: Annotated[
        RefusalReason | None,
        Meta(
            description="Why not: `paused` by the merchant or suspended by Ecwid, `disconnected`, "
            "`not_working` while the connection needs an action (see its health), `closed` while "
            "the merchant has closed the storefront, or `selling_paused` for your channel alone."
        ),
    ]


class Selling(Struct):
    """Terms on which your channel sells the store's products; other channels have their own."""

    stock_buffer: Annotated[
        int,
        Meta(
            ge=0,
            le=STOCK_BUFFER_LIMIT,
            description="Pieces of each stock that are held back for the store's own shop. The "
            "quantities that you get, and may order, are without them.",
        ),
    ]
    is_paused: Annotated[
        bool, Meta(description="While it is true, nothing can be ordered, and everything be read.")
    ]
    paused_at: Moment | None
    paused_by: Annotated[
        SellingSide | None,
        Meta(description="`store`: only the store's owner can resume. `channel`: you can, too."),
    ]
    pause_reason: SellingPauseReason | None


class SellingChange(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Changed terms; omitted ones stay."""

    stock_buffer: (
        Annotated[
            int, Meta(ge=0, le=STOCK_BUFFER_LIMIT, description="At least the present number.")
        ]
        | None
    ) = None
    is_paused: bool | None = None
    pause_reason: SellingPauseReason | None = None


class ProductSelection(Struct):
    """Products of the store that you get; other channels have their own selection."""

    kind: Annotated[
        SelectionKind,
        Meta(description="How the store's merchant has selected them."),
    ]
    products: Annotated[int, Meta(description="Number of the store's products.")]
    selected: Annotated[int, Meta(description="Number of products that you get.")]
    unsellable: Annotated[
        int | None,
        Meta(description="Number of those that you can't sell; null if nobody asked for it."),
    ]
    is_applied: Annotated[
        bool, Meta(description="Whether a change of the selection has reached all products.")
    ]


class FirstImport(Struct):
    """Progress of the first import of a store's records."""

    state: Annotated[
        FirstImportState,
        Meta(
            description="`completed`: every resource was read once, so the lists are complete. "
            "`waiting`: nothing is read at the moment."
        ),
    ]
    percent: Annotated[int, Meta(ge=0, le=100, description="Percentage of records that were read.")]


class Store(Struct):
    """A store that the key has access to. Values that the store hasn't sent yet are null."""

    id: Annotated[int, Meta(description="Ecwid's store ID.")]
    name: str
    url: Annotated[str, Meta(description="Canonical URL of the storefront.")]
    logo_url: str | None
    country_code: Annotated[str | None, Meta(description="The company's country.")]
    languages: Annotated[list[str], Meta(description="Enabled languages of the storefront.")]
    default_language: str | None
    currency: Annotated[str, Meta(description="Code by ISO 4217.")]
    currency_format: CurrencyFormat | None
    prices_include_tax: Annotated[
        bool | None, Meta(description="Whether the prices of products include the tax.")
    ]
    weight_unit: Annotated[
        str | None, Meta(description="`CARAT`, `GRAM`, `OUNCE`, `POUND` or `KILOGRAM`.")
    ]
    dimensions_unit: Annotated[str | None, Meta(description="`MM`, `CM`, `IN` or `YD`.")]
    timezone: str
    plan: Annotated[str, Meta(description="Name of the plan at Ecwid; empty if it is unknown.")]
    state: str
    closed: Annotated[
        bool,
        Meta(description="Whether the storefront is closed at Ecwid: orders are refused then."),
    ]
    is_test: Annotated[
        bool, Meta(description="Whether it is a test store, which channels reach with test keys.")
    ]
    orders: OrderAcceptance
    product_selection: ProductSelection
    selling: Selling
    connected_at: Moment
    first_import: FirstImport
    external_reference: ExternalReference
    scopes: Annotated[list[KeyScope], Meta(description="Scopes of the key that the store allows.")]


class StorePage(Page[Store]):
    """A page of stores."""


class WebhookEvent(Struct):
    """A webhook event from Ecwid and its processing state."""

    event_id: str
    type: str
    entity_id: str | None
    state: str
    attempts: int
    created_at: Moment
    received_at: Moment
    processed_at: Moment | None
    error: str | None


class WebhookEventPage(Page[WebhookEvent]):
    """A page of events."""


class SyncRun(Struct):
    """A sync run of one resource of the store.

    A scheduled run that found nothing new has no entry; it counts in `unchanged_checks`.
    """

    id: int
    resource: str
    kind: str
    state: str
    total: int | None
    seen: int
    saved: int
    unchanged: int
    deleted: int
    quarantined: int
    requests: int
    error: str | None
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    mismatches: Annotated[
        int | None,
        Meta(description="Differences that a reconciliation found; null for other runs."),
    ]


class SyncRunPage(Page[SyncRun]):
    """A page of runs."""
