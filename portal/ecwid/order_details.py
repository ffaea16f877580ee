"""Details of an order: persons, shipping, pickup, payment, shipments and extra fields.

The customer's IP address is none of them.

Source of the fields: REST docs, "Get order" and "Search orders" (orderExtraFields); the official
Kotlin client, FetchedOrder, which also has ``shipments``, ``trackingUrl`` and the instruction of a
pickup.
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.ecwid.order_discounts import order_discounts, order_fees, order_refunds, order_taxes
from portal.ecwid.order_item_details import order_items
from portal.ecwid.record_details import (
    DetailReader,
    Details,
    amount,
    flag,
    named_values,
    person_details,
)
from portal.ecwid.values import Record


def order_shipping(record: Record) -> Details | None:
    """Return the shipping method; None without one.

    A docs sample spells the type ``fulfilmentType``.
    """
    option = record.part("shippingOption")
    found = {
        "method_id": option.text("shippingMethodId"),
        "method": option.text("shippingMethodName"),
        "carrier": option.text("shippingCarrierName"),
        "type": option.text("fulfillmentType") or option.text("fulfilmentType"),
        "rate": amount(option, "shippingRate"),
        "rate_without_tax": amount(option, "shippingRateWithoutTax"),
        "estimated_delivery": option.text("estimatedTransitTime"),
        "ship_by": record.moment("latestShipDate"),
        "deliver_by": record.moment("latestDeliveryDate"),
    }
    return found if any(value is not None for value in found.values()) else None


def order_pickup(record: Record) -> Details | None:
    """Return method and time of a pickup; None if the order is not picked up."""
    option = record.part("shippingOption")
    at = record.moment("pickupTime")
    is_pickup = option.boolean("isPickup", default=False)
    if not (is_pickup or at or option.text("fulfillmentType") == "PICKUP"):
        return None
    return {
        "method": option.text("shippingMethodName"),
        "pickup_at": at,
        "instruction": option.text("pickupInstruction"),
        "location_id": option.text("locationId"),
    }


def order_shipments(record: Record) -> list[Details]:
    """Return the shipments.

    An order with a tracking number and without shipments has one shipment of its shipping carrier.
    """
    shipments = [_shipment(part) for part in record.parts("shipments")]
    tracking_number, url = record.text("trackingNumber"), record.text("trackingUrl")
    known = {shipment["tracking_number"] for shipment in shipments}
    if (tracking_number or url) and tracking_number not in known:
        carrier = record.part("shippingOption").text("shippingCarrierName")
        shipments.append(
            {
                "id": None,
                "carrier": carrier,
                "service": None,
                "tracking_number": tracking_number,
                "tracking_url": url,
                "created_at": None,
            }
        )
    return shipments


def order_payment(record: Record) -> Details:
    """Return the payment method and its transaction; no parameters, which may be secret."""
    return {
        "method": record.text("paymentMethod"),
        "module": record.text("paymentModule"),
        "message": record.text("paymentMessage"),
        "transaction_id": record.text("externalTransactionId"),
        "transaction_url": record.text("externalTransactionUrl"),
    }


def order_extra_fields(record: Record) -> list[Details]:
    """Return the extra fields: those of the checkout with their titles, then those of programs."""
    titled = [
        {
            "name": part.text_or_empty("id"),
            "title": part.text("title"),
            "value": part.text_or_empty("value"),
        }
        for part in record.parts("orderExtraFields")
    ]
    known = {part["name"] for part in titled}
    values = named_values(record.payload.get("extraFields"))
    return titled + [
        {"name": name, "title": None, "value": value}
        for name, value in values.items()
        if name not in known
    ]


def _shipment(part: Record) -> Details:
    service, tracking = part.part("shippingService"), part.part("tracking")
    return {
        "id": part.text("id"),
        "carrier": service.text("carrierName") or service.text("carrier"),
        "service": service.text("carrierServiceName"),
        "tracking_number": tracking.text("trackingNumber"),
        "tracking_url": tracking.text("trackingUrl"),
        "created_at": part.moment("created"),
    }


ORDER_DETAILS: Mapping[str, DetailReader] = {
    "items": order_items,
    "billing_person": lambda order: person_details(order.part("billingPerson")),
    "shipping_person": lambda order: person_details(order.part("shippingPerson")),
    "customer_tax_id": lambda order: order.text("customerTaxId") or None,
    "is_customer_tax_id_valid": lambda order: flag(order, "customerTaxIdValid"),
    "is_tax_exempt": lambda order: order.boolean("customerTaxExempt", default=False),
    "is_tax_reversed": lambda order: order.boolean("reversedTaxApplied", default=False),
    "prices_include_tax": lambda order: flag(order, "pricesIncludeTax"),
    "customer_group": lambda order: order.text("customerGroup") or None,
    "discounts": order_discounts,
    "fees": order_fees,
    "taxes": order_taxes,
    "refunds": order_refunds,
    "gift_card_amount": lambda order: amount(order, "giftCardRedemption"),
    "shipping": order_shipping,
    "pickup": order_pickup,
    "shipments": order_shipments,
    "payment": order_payment,
    "comment": lambda order: order.text("orderComments") or None,
    "private_notes": lambda order: order.text("privateAdminNotes") or None,
    "extra_fields": order_extra_fields,
    "language": lambda order: order.text("lang") or None,
    "accepts_marketing": lambda order: flag(order, "acceptMarketing"),
}
