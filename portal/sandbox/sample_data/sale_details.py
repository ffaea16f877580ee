"""Details of sample orders and customers: companies, shipments, pickup, payment, notes and limits.

They have random numbers of their own, so that names and amounts don't depend on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from portal.sandbox.dates import format_date
from portal.sandbox.sample_data.amounts import included_tax

HOUR_S = 3600
COMPANIES = ("Adler & Sons", "Bakker BV", "Studio Costa", "Kaya Interiors", "Moreau SARL")
CARRIERS = (
    ("DHL", "https://www.dhl.example/track?id={number}"),
    ("UPS", "https://www.ups.example/track?id={number}"),
)
ONLINE_METHODS = ("Card", "PayPal")
SHIPPED = ("SHIPPED", "DELIVERED")
LANGUAGES = ("en", "de", "fr")
Fields = dict[str, Any]


def add_order_details(rng: Random, fields: Fields, created: int) -> None:
    """Add the details of an order that was created at this time, in Unix seconds."""
    # Source (documented): REST docs, "Get order": the fields.
    # Source (client): ecwid-java-api-client, FetchedOrder: shipments, trackingUrl, lang,
    # latestShipDate, latestDeliveryDate and the instruction of a pickup.
    fields["lang"] = rng.choice(LANGUAGES)
    fields["acceptMarketing"] = rng.random() < 0.3  # noqa: PLR2004 - share of the records
    if rng.random() < 0.15:  # noqa: PLR2004
        _add_company(rng, fields)
    if fields["paymentMethod"] in ONLINE_METHODS:
        number = rng.randrange(10**9)
        fields["externalTransactionId"] = f"txn_{number:09}"
        fields["externalTransactionUrl"] = f"https://payments.example/{number:09}"
    if rng.random() < 0.1:  # noqa: PLR2004
        fields["privateAdminNotes"] = "Regular customer: add a sample."
    if not fields["shippingOption"]["shippingRate"] and rng.random() < 0.3:  # noqa: PLR2004
        _make_pickup(rng, fields, created)
    else:
        _add_delivery(rng, fields, created)
    if not _has_own_amounts(fields) and rng.random() < 0.05:  # noqa: PLR2004
        _add_custom_discount(fields)


def add_customer_details(rng: Random, fields: Fields, customer_id: int) -> None:
    """Add addresses, and the facts of a company for some customers."""
    # Source (client): ecwid-java-api-client, FetchedCustomer: defaultAddress of an address.
    person = fields["billingPerson"]
    fields["lang"] = rng.choice(LANGUAGES)
    fields["shippingAddresses"] = [{"id": customer_id + 1, "defaultAddress": True, **person}]
    if rng.random() < 0.15:  # noqa: PLR2004
        company = rng.choice(COMPANIES)
        fields["billingPerson"] = {**person, "companyName": company}
        fields |= {"taxId": _tax_id(rng), "taxIdValid": True, "b2b_b2c": "b2b"}
        fields["taxExempt"] = rng.random() < 0.3  # noqa: PLR2004
        fields["privateAdminNotes"] = "Orders on account."


def coupon_limits(n: int, kind: str, products: Sequence[int], categories: Sequence[int]) -> Fields:
    """Return the limits of the coupon number ``n``; some have none."""
    # Source (documented): REST docs, "Get discount coupon": catalogLimit and shippingLimit.
    limits: Fields = {}
    if kind == "SHIPPING":
        limits["shippingLimit"] = {"shippingMethods": ["standard"]}
    elif n % 5 == 3:  # noqa: PLR2004 - every fifth
        limits["catalogLimit"] = {"products": list(products[:3]), "categories": []}
    elif n % 5 == 4:  # noqa: PLR2004
        limits["catalogLimit"] = {"products": [], "categories": list(categories[:2])}
    if n % 6 == 5:  # noqa: PLR2004
        limits["applicationLimit"] = "NEW_CUSTOMER_ONLY" if n % 12 == 5 else "REPEAT_CUSTOMER_ONLY"  # noqa: PLR2004
    return limits


def selections(product: Fields, options: Sequence[Fields]) -> list[Fields]:
    """Return the chosen options of an item with their effect on the price."""
    # Source (documented): REST docs, "Get order", selectedOptions.
    known = {
        (option["name"], choice["text"]): choice
        for option in product.get("options", ())
        for choice in option.get("choices", ())
    }
    found = []
    for option in options:
        choice = known.get((option["name"], option["value"]), {})
        selection = {
            "selectionTitle": option["value"],
            "selectionModifier": choice.get("priceModifier", 0),
            "selectionModifierType": choice.get("priceModifierType", "ABSOLUTE"),
        }
        found.append(
            {
                "name": option["name"],
                "value": option["value"],
                "valuesArray": [option["value"]],
                "type": "CHOICE",
                "selections": [selection],
            }
        )
    return found


def _add_company(rng: Random, fields: Fields) -> None:
    company = {"companyName": rng.choice(COMPANIES), "stateOrProvinceCode": "BE"}
    for name in ("billingPerson", "shippingPerson"):
        fields[name] = {**fields[name], **company, "stateOrProvinceName": "Berlin"}
    fields["customerTaxId"], fields["customerTaxIdValid"] = _tax_id(rng), True


def _make_pickup(rng: Random, fields: Fields, created: int) -> None:
    fields["shippingOption"] = {
        "shippingMethodId": "pickup",
        "shippingMethodName": "Pick up in the shop",
        "shippingRate": 0,
        "isPickup": True,
        "fulfillmentType": "PICKUP",
        "pickupInstruction": "Ring at the workshop door.",
    }
    fields["pickupTime"] = format_date(created + rng.randrange(24, 96) * HOUR_S)


def _add_delivery(rng: Random, fields: Fields, created: int) -> None:
    carrier, url = rng.choice(CARRIERS)
    fields["shippingOption"] = {
        **fields["shippingOption"],
        "shippingMethodId": "standard",
        "shippingCarrierName": carrier,
        "estimatedTransitTime": "2-4",
    }
    fields["latestShipDate"] = format_date(created + 48 * HOUR_S)
    fields["latestDeliveryDate"] = format_date(created + 144 * HOUR_S)
    if fields["fulfillmentStatus"] not in SHIPPED:
        return
    numbers = [f"RX{rng.randrange(10**8):08}" for _ in range(rng.choice((1, 1, 1, 2)))]
    fields["trackingNumber"], fields["trackingUrl"] = numbers[0], url.format(number=numbers[0])
    fields["shipments"] = [
        {
            "id": f"ship-{number}",
            "created": format_date(created + 24 * HOUR_S),
            "shippingService": {"carrier": carrier.lower(), "carrierName": carrier},
            "tracking": {"trackingNumber": number, "trackingUrl": url.format(number=number)},
        }
        for number in numbers
    ]


def _has_own_amounts(fields: Fields) -> bool:
    names = ("discount", "couponDiscount", "giftCardRedemption", "refunds", "taxesOnShipping")
    return any(fields.get(name) for name in names)


def _add_custom_discount(fields: Fields) -> None:
    # Source (assumed): A merchant's own discount is in customDiscount and a part of discount.
    info = {"value": 1, "type": "ABS", "base": "CUSTOM", "description": "Sorry for the wait"}
    fields |= {"customDiscount": [1], "discountInfo": [info], "discount": 1}
    fields["total"] = round(fields["total"] - 1, 2)
    fields["tax"] = included_tax(fields["total"])


def _tax_id(rng: Random) -> str:
    return f"DE{rng.randrange(10**9):09}"
