"""JSON of orders in the REST API."""

from __future__ import annotations

from portal.sandbox.dates import format_date, parse_date
from portal.sandbox.resource_specs import Body
from portal.sandbox.resources.extra_fields import extra_field_list
from portal.sandbox.validation import is_id

PAYMENT_STATUSES = (
    "AWAITING_PAYMENT",
    "PAID",
    "CANCELLED",
    "REFUNDED",
    "PARTIALLY_REFUNDED",
    "INCOMPLETE",
    "CUSTOM_PAYMENT_STATUS_1",
    "CUSTOM_PAYMENT_STATUS_2",
    "CUSTOM_PAYMENT_STATUS_3",
)
FULFILLMENT_STATUSES = (
    "AWAITING_PROCESSING",
    "PROCESSING",
    "SHIPPED",
    "DELIVERED",
    "WILL_NOT_DELIVER",
    "RETURNED",
    "READY_FOR_PICKUP",
    "OUT_FOR_DELIVERY",
    "CUSTOM_FULFILLMENT_STATUS_1",
    "CUSTOM_FULFILLMENT_STATUS_2",
    "CUSTOM_FULFILLMENT_STATUS_3",
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# The stride shares no factor with 26, so that different ids get different letters.
_STRIDE = 7_654_321


def public_number(internal_id: int) -> str:
    """Return the public number of an order, for example ``EBJFTA``."""
    # Source (assumed): The public number of an order has six letters.
    size = len(LETTERS) ** 5
    lead, rest = divmod(internal_id, size)
    scattered = rest * _STRIDE % size
    letters = LETTERS[lead % 26]
    for _ in range(5):
        scattered, letter = divmod(scattered, 26)
        letters += LETTERS[letter]
    return letters


def order_body(fields: Body, *, internal_id: int, created: int, updated: int) -> Body:
    """Return the complete JSON of an order, as ``GET /orders/{id}`` sends it.

    Amounts are taken as they were sent. The items of ``fields`` have their ids already.
    """
    # Source (documented): REST docs, "Get order": the fields.
    # Source (client): ecwid-java-api-client, OrdersTest: an order without a status isn't
    # INCOMPLETE.
    number = public_number(internal_id)
    total = fields.get("total", 0)
    return {
        "subtotal": 0,
        "total": total,
        "tax": 0,
        "usdTotal": total,
        "refundedAmount": 0,
        "email": "",
        "paymentMethod": "Bank transfer",
        "paymentModule": "CUSTOM",
        "paymentStatus": "AWAITING_PAYMENT",
        "fulfillmentStatus": "AWAITING_PROCESSING",
        "couponDiscount": 0,
        "volumeDiscount": 0,
        "membershipBasedDiscount": 0,
        "totalAndMembershipBasedDiscount": 0,
        "discount": 0,
        "discountInfo": [],
        "customDiscount": [],
        "customSurcharges": [],
        "giftCardRedemption": 0,
        "taxesOnShipping": [],
        "reversedTaxApplied": False,
        "paymentParams": {},
        "shipments": [],
        "externalFulfillment": False,
        "disableAllCustomerNotifications": False,
        "refunds": [],
        "extraFields": {},
        "additionalInfo": {},
        "hidden": False,
        "pricesIncludeTax": True,
        "globalReferer": "",
        "acceptMarketing": False,
        **fields,
        "id": number,
        "internalId": internal_id,
        "orderNumber": internal_id,
        "vendorOrderNumber": number,
        "publicUid": number,
        "createDate": format_date(created),
        "updateDate": format_date(updated),
        "createTimestamp": created,
        "updateTimestamp": updated,
        "orderExtraFields": extra_field_list(fields),
        "items": [_item(item) for item in fields.get("items", [])],
    }


def creation_time(fields: Body, otherwise: int) -> int:
    """Return the time of the ``createDate`` that was sent, or else ``otherwise``."""
    # Source (client): ecwid-java-api-client, OrdersTest: createDate is taken from a new order and
    # from an update.
    return parse_date(fields["createDate"]) if "createDate" in fields else otherwise


def merge_items(known: list[Body], given: list[Body]) -> list[Body]:
    """Return the items after an update.

    An item with a known id keeps the fields that aren't sent. Any other item is new: its id isn't
    taken.
    """
    by_id = {item["id"]: item for item in known}
    return [
        {**by_id[item["id"]], **item}
        if is_id(item.get("id")) and item["id"] in by_id
        else {name: value for name, value in item.items() if name != "id"}
        for item in given
    ]


def _item(item: Body) -> Body:
    price = item.get("price", 0)
    return {
        "categoryId": 0,
        "productPrice": price,
        "price": price,
        "quantity": 1,
        "tax": 0,
        "taxes": [],
        "shipping": 0,
        "weight": 0,
        "isShippingRequired": True,
        "trackQuantity": True,
        "couponApplied": False,
        "digital": False,
        "selectedOptions": [],
        **item,
    }
