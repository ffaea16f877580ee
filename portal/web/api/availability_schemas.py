"""Request and response structs of the availability check."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from portal.rules.orders.order_request import LineRequest
from portal.web.api.order_schemas import ValidationMessage
from portal.web.api.record_schemas import Moment

MAX_LINES = 100


class AvailabilityRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Lines to check."""

    lines: Annotated[tuple[LineRequest, ...], Meta(min_length=1, max_length=MAX_LINES)]


class AvailableLine(Struct):
    """Price and stock of one line; null if the store has no such product."""

    position: Annotated[int, Meta(description="Index of the line, starting at 0.")]
    is_available: Annotated[bool, Meta(description="Whether the line can be ordered now.")]
    product_id: int | None
    variation_id: int | None
    sku: str | None
    name: str | None
    price: Annotated[Decimal | None, Meta(description="Price of one piece at this quantity.")]
    stock: Annotated[int | None, Meta(description="Items in stock; null if unlimited.")]
    validation_errors: list[ValidationMessage]


class Availability(Struct):
    """Price and stock of lines."""

    store_id: int
    currency: str
    lines: list[AvailableLine]
    validation_errors: Annotated[
        list[ValidationMessage],
        Meta(description="Reasons that concern the whole store, such as `store_closed`."),
    ]
    read_at: Annotated[Moment, Meta(description="When the store was asked.")]
