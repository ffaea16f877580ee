"""Quotes of orders and the availability of their lines; nothing is stored or submitted."""

from __future__ import annotations

from typing import Any

import msgspec

from portal.models import Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.orders.order_request import OrderRequest
from portal.rules.orders.pricing import Currency
from portal.services.channels.sale_terms import catalog_terms_of
from portal.services.orders import availability
from portal.services.orders.quote_order import quote_order
from portal.web.api import availability_schemas, order_schemas
from portal.web.api.amount_spelling import with_spelled_amounts
from portal.web.api.authentication import current_consent, key_rate_limit
from portal.web.api.endpoints import endpoint
from portal.web.api.order_writes import errors_as_problems
from portal.web.outside_calls import calls_other_servers
from portal.web.runtime import current_runtime

QUOTE_PROBLEMS = ("store_not_working", "store_busy", "store_unreachable")


@endpoint(
    "POST",
    "/stores/<key:store_id>/quotes",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    body=OrderRequest,
    responses={200: order_schemas.Quote},
    problems=QUOTE_PROBLEMS,
)
@calls_other_servers
def create_quote(store: Store, body: OrderRequest) -> order_schemas.Quote:
    """Quote an order request at the store's current prices.

    Prices and stock are read from the store, which also calculates tax and shipping.
    `validation_errors` lists all validation errors. Nothing is stored or submitted. If the store's
    quota at Ecwid is used up, the response is 429 `store_busy` with the time to wait.
    """
    with errors_as_problems():
        terms = catalog_terms_of(current_consent())
        quote = quote_order(current_runtime(), store.id, body, terms=terms)
    return quote_schema(quote.document())


@endpoint(
    "POST",
    "/stores/<key:store_id>/availability",
    tag="Orders",
    scope=KeyScope.WRITE_ORDERS,
    limit=key_rate_limit,
    body=availability_schemas.AvailabilityRequest,
    responses={200: availability_schemas.Availability},
    problems=QUOTE_PROBLEMS,
)
@calls_other_servers
def check_availability(
    store: Store, body: availability_schemas.AvailabilityRequest
) -> availability_schemas.Availability:
    """Check price and stock of up to 100 lines.

    Reads them from the store with one call, and subtracts items that have just been sold through
    this API. Nothing is reserved.
    """
    with errors_as_problems():
        terms = catalog_terms_of(current_consent())
        found = availability.check_availability(current_runtime(), store.id, body.lines, terms)
    schema = msgspec.convert(found.document(), availability_schemas.Availability, strict=False)
    return with_spelled_amounts(schema, found.currency)


def quote_schema(document: dict[str, Any]) -> order_schemas.Quote:
    """Return the quote of a stored document, with amounts as the currency spells them."""
    # Whole amounts are numbers, not strings, in the stored JSON.
    quote = msgspec.convert(document, order_schemas.Quote, strict=False)
    return with_spelled_amounts(quote, Currency.of(quote.currency))
