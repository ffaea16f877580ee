from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.address import Address
    from ..models.customer import Customer
    from ..models.named_amount import NamedAmount
    from ..models.noted_refund import NotedRefund
    from ..models.order_discount import OrderDiscount
    from ..models.order_extra_field import OrderExtraField
    from ..models.order_fee import OrderFee
    from ..models.order_item import OrderItem
    from ..models.order_payment import OrderPayment
    from ..models.order_pickup import OrderPickup
    from ..models.order_raw_type_0 import OrderRawType0
    from ..models.order_refund import OrderRefund
    from ..models.order_shipment import OrderShipment
    from ..models.order_shipping import OrderShipping
    from ..models.order_tax import OrderTax
    from ..models.parcel import Parcel
    from ..models.product import Product


T = TypeVar("T", bound="Order")


@_attrs_define
class Order:
    """An order of the store. Statuses have Ecwid's values.

    An order whose customer was erased keeps its amounts, statuses and items.

    Attributes:
        id (int): Ecwid's internal ID.
        updated_at (datetime.datetime | Unset):
        number (str | Unset): Order number that customers see.
        payment_status (None | str | Unset):
        fulfillment_status (None | str | Unset):
        total (None | str | Unset): An amount in the store's currency.
        subtotal (None | str | Unset): An amount in the store's currency.
        tax (None | str | Unset): An amount in the store's currency.
        shipping_cost (None | str | Unset): An amount in the store's currency.
        coupon_discount (None | str | Unset): An amount in the store's currency.
        discount (None | str | Unset): All discounts without the coupon; see `discounts`.
        refunded (None | str | Unset): An amount in the store's currency.
        email (None | str | Unset):
        customer_id (int | None | Unset): Null for a guest's order.
        buyer_name (None | str | Unset):
        coupon_code (None | str | Unset):
        external_id (None | str | Unset): Reference that the order was submitted with.
        referer_id (None | str | Unset):
        tracking_number (None | str | Unset):
        item_count (int | Unset):
        created_at (datetime.datetime | Unset):
        synced_at (datetime.datetime | Unset):
        payment_status_name (None | str | Unset): The store's own name of a custom status, else null.
        fulfillment_status_name (None | str | Unset): The store's own name of a custom status, else null.
        items (list[OrderItem] | Unset):
        billing_person (Address | None | Unset): The billing address.
        shipping_person (Address | None | Unset): The shipping address.
        customer_tax_id (None | str | Unset):
        is_customer_tax_id_valid (bool | None | Unset):
        is_tax_exempt (bool | Unset):
        is_tax_reversed (bool | Unset): Whether the customer owes the tax (reverse charge).
        prices_include_tax (bool | None | Unset): Null in orders of old stores.
        customer_group (None | str | Unset): Name of the group when it ordered.
        discounts (list[OrderDiscount] | Unset): Discounts by kind, as positive amounts.
        fees (list[OrderFee] | Unset):
        taxes (list[OrderTax] | Unset): Taxes by name and rate, which add up to `tax`. One without a name is what the
            named ones don't explain.
        refunds (list[OrderRefund] | Unset):
        gift_card_amount (None | str | Unset): Part paid by a gift card.
        shipping (None | OrderShipping | Unset):
        pickup (None | OrderPickup | Unset): Null unless it is picked up.
        shipments (list[OrderShipment] | Unset):
        parcels (list[Parcel] | Unset): Parcels that programs reported by `PATCH`, kept by the portal and not by the
            store. Empty once the store has another tracking number than the first one's.
        noted_refunds (list[NotedRefund] | Unset): Refunds that programs reported by `PATCH`, kept by the portal alone.
        payment (OrderPayment | Unset): Payment method of an order, and its transaction.
        comment (None | str | Unset): The customer's comment.
        private_notes (None | str | Unset): Notes of the merchant that the customer doesn't see.
        extra_fields (list[OrderExtraField] | Unset):
        language (None | str | Unset): Language code of the order, such as `de`.
        accepts_marketing (bool | None | Unset): Null if the customer wasn't asked.
        amounts (list[NamedAmount] | Unset): All parts of the total. They add up to it exactly. `unexplained` is a
            difference that the store doesn't itemize, `rounding` a small one. Returned only if `fields` names it.
        customer (Customer | None | Unset): Returned only if `include` names it.
        products (list[Product] | Unset): Products of the items. Returned only if `include` names it.
        raw (None | OrderRawType0 | Unset): The record as Ecwid sent it, with Ecwid's names. Returned only if `fields`
            names it.
        deleted_at (datetime.datetime | None | Unset): When it was deleted. Returned only with `include_deleted`.
    """

    id: int
    updated_at: datetime.datetime | Unset = UNSET
    number: str | Unset = UNSET
    payment_status: None | str | Unset = UNSET
    fulfillment_status: None | str | Unset = UNSET
    total: None | str | Unset = UNSET
    subtotal: None | str | Unset = UNSET
    tax: None | str | Unset = UNSET
    shipping_cost: None | str | Unset = UNSET
    coupon_discount: None | str | Unset = UNSET
    discount: None | str | Unset = UNSET
    refunded: None | str | Unset = UNSET
    email: None | str | Unset = UNSET
    customer_id: int | None | Unset = UNSET
    buyer_name: None | str | Unset = UNSET
    coupon_code: None | str | Unset = UNSET
    external_id: None | str | Unset = UNSET
    referer_id: None | str | Unset = UNSET
    tracking_number: None | str | Unset = UNSET
    item_count: int | Unset = UNSET
    created_at: datetime.datetime | Unset = UNSET
    synced_at: datetime.datetime | Unset = UNSET
    payment_status_name: None | str | Unset = UNSET
    fulfillment_status_name: None | str | Unset = UNSET
    items: list[OrderItem] | Unset = UNSET
    billing_person: Address | None | Unset = UNSET
    shipping_person: Address | None | Unset = UNSET
    customer_tax_id: None | str | Unset = UNSET
    is_customer_tax_id_valid: bool | None | Unset = UNSET
    is_tax_exempt: bool | Unset = UNSET
    is_tax_reversed: bool | Unset = UNSET
    prices_include_tax: bool | None | Unset = UNSET
    customer_group: None | str | Unset = UNSET
    discounts: list[OrderDiscount] | Unset = UNSET
    fees: list[OrderFee] | Unset = UNSET
    taxes: list[OrderTax] | Unset = UNSET
    refunds: list[OrderRefund] | Unset = UNSET
    gift_card_amount: None | str | Unset = UNSET
    shipping: None | OrderShipping | Unset = UNSET
    pickup: None | OrderPickup | Unset = UNSET
    shipments: list[OrderShipment] | Unset = UNSET
    parcels: list[Parcel] | Unset = UNSET
    noted_refunds: list[NotedRefund] | Unset = UNSET
    payment: OrderPayment | Unset = UNSET
    comment: None | str | Unset = UNSET
    private_notes: None | str | Unset = UNSET
    extra_fields: list[OrderExtraField] | Unset = UNSET
    language: None | str | Unset = UNSET
    accepts_marketing: bool | None | Unset = UNSET
    amounts: list[NamedAmount] | Unset = UNSET
    customer: Customer | None | Unset = UNSET
    products: list[Product] | Unset = UNSET
    raw: None | OrderRawType0 | Unset = UNSET
    deleted_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.address import Address  # noqa: PLC0415
        from ..models.customer import Customer  # noqa: PLC0415
        from ..models.order_pickup import OrderPickup  # noqa: PLC0415
        from ..models.order_raw_type_0 import OrderRawType0  # noqa: PLC0415
        from ..models.order_shipping import OrderShipping  # noqa: PLC0415

        id = self.id

        updated_at: str | Unset = UNSET
        if not isinstance(self.updated_at, Unset):
            updated_at = self.updated_at.isoformat()

        number = self.number

        payment_status: None | str | Unset
        if isinstance(self.payment_status, Unset):
            payment_status = UNSET
        else:
            payment_status = self.payment_status

        fulfillment_status: None | str | Unset
        if isinstance(self.fulfillment_status, Unset):
            fulfillment_status = UNSET
        else:
            fulfillment_status = self.fulfillment_status

        total: None | str | Unset
        if isinstance(self.total, Unset):
            total = UNSET
        else:
            total = self.total

        subtotal: None | str | Unset
        if isinstance(self.subtotal, Unset):
            subtotal = UNSET
        else:
            subtotal = self.subtotal

        tax: None | str | Unset
        if isinstance(self.tax, Unset):
            tax = UNSET
        else:
            tax = self.tax

        shipping_cost: None | str | Unset
        if isinstance(self.shipping_cost, Unset):
            shipping_cost = UNSET
        else:
            shipping_cost = self.shipping_cost

        coupon_discount: None | str | Unset
        if isinstance(self.coupon_discount, Unset):
            coupon_discount = UNSET
        else:
            coupon_discount = self.coupon_discount

        discount: None | str | Unset
        if isinstance(self.discount, Unset):
            discount = UNSET
        else:
            discount = self.discount

        refunded: None | str | Unset
        if isinstance(self.refunded, Unset):
            refunded = UNSET
        else:
            refunded = self.refunded

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        customer_id: int | None | Unset
        if isinstance(self.customer_id, Unset):
            customer_id = UNSET
        else:
            customer_id = self.customer_id

        buyer_name: None | str | Unset
        if isinstance(self.buyer_name, Unset):
            buyer_name = UNSET
        else:
            buyer_name = self.buyer_name

        coupon_code: None | str | Unset
        if isinstance(self.coupon_code, Unset):
            coupon_code = UNSET
        else:
            coupon_code = self.coupon_code

        external_id: None | str | Unset
        if isinstance(self.external_id, Unset):
            external_id = UNSET
        else:
            external_id = self.external_id

        referer_id: None | str | Unset
        if isinstance(self.referer_id, Unset):
            referer_id = UNSET
        else:
            referer_id = self.referer_id

        tracking_number: None | str | Unset
        if isinstance(self.tracking_number, Unset):
            tracking_number = UNSET
        else:
            tracking_number = self.tracking_number

        item_count = self.item_count

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        synced_at: str | Unset = UNSET
        if not isinstance(self.synced_at, Unset):
            synced_at = self.synced_at.isoformat()

        payment_status_name: None | str | Unset
        if isinstance(self.payment_status_name, Unset):
            payment_status_name = UNSET
        else:
            payment_status_name = self.payment_status_name

        fulfillment_status_name: None | str | Unset
        if isinstance(self.fulfillment_status_name, Unset):
            fulfillment_status_name = UNSET
        else:
            fulfillment_status_name = self.fulfillment_status_name

        items: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.items, Unset):
            items = []
            for items_item_data in self.items:
                items_item = items_item_data.to_dict()
                items.append(items_item)

        billing_person: dict[str, Any] | None | Unset
        if isinstance(self.billing_person, Unset):
            billing_person = UNSET
        elif isinstance(self.billing_person, Address):
            billing_person = self.billing_person.to_dict()
        else:
            billing_person = self.billing_person

        shipping_person: dict[str, Any] | None | Unset
        if isinstance(self.shipping_person, Unset):
            shipping_person = UNSET
        elif isinstance(self.shipping_person, Address):
            shipping_person = self.shipping_person.to_dict()
        else:
            shipping_person = self.shipping_person

        customer_tax_id: None | str | Unset
        if isinstance(self.customer_tax_id, Unset):
            customer_tax_id = UNSET
        else:
            customer_tax_id = self.customer_tax_id

        is_customer_tax_id_valid: bool | None | Unset
        if isinstance(self.is_customer_tax_id_valid, Unset):
            is_customer_tax_id_valid = UNSET
        else:
            is_customer_tax_id_valid = self.is_customer_tax_id_valid

        is_tax_exempt = self.is_tax_exempt

        is_tax_reversed = self.is_tax_reversed

        prices_include_tax: bool | None | Unset
        if isinstance(self.prices_include_tax, Unset):
            prices_include_tax = UNSET
        else:
            prices_include_tax = self.prices_include_tax

        customer_group: None | str | Unset
        if isinstance(self.customer_group, Unset):
            customer_group = UNSET
        else:
            customer_group = self.customer_group

        discounts: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.discounts, Unset):
            discounts = []
            for discounts_item_data in self.discounts:
                discounts_item = discounts_item_data.to_dict()
                discounts.append(discounts_item)

        fees: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.fees, Unset):
            fees = []
            for fees_item_data in self.fees:
                fees_item = fees_item_data.to_dict()
                fees.append(fees_item)

        taxes: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.taxes, Unset):
            taxes = []
            for taxes_item_data in self.taxes:
                taxes_item = taxes_item_data.to_dict()
                taxes.append(taxes_item)

        refunds: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.refunds, Unset):
            refunds = []
            for refunds_item_data in self.refunds:
                refunds_item = refunds_item_data.to_dict()
                refunds.append(refunds_item)

        gift_card_amount: None | str | Unset
        if isinstance(self.gift_card_amount, Unset):
            gift_card_amount = UNSET
        else:
            gift_card_amount = self.gift_card_amount

        shipping: dict[str, Any] | None | Unset
        if isinstance(self.shipping, Unset):
            shipping = UNSET
        elif isinstance(self.shipping, OrderShipping):
            shipping = self.shipping.to_dict()
        else:
            shipping = self.shipping

        pickup: dict[str, Any] | None | Unset
        if isinstance(self.pickup, Unset):
            pickup = UNSET
        elif isinstance(self.pickup, OrderPickup):
            pickup = self.pickup.to_dict()
        else:
            pickup = self.pickup

        shipments: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.shipments, Unset):
            shipments = []
            for shipments_item_data in self.shipments:
                shipments_item = shipments_item_data.to_dict()
                shipments.append(shipments_item)

        parcels: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.parcels, Unset):
            parcels = []
            for parcels_item_data in self.parcels:
                parcels_item = parcels_item_data.to_dict()
                parcels.append(parcels_item)

        noted_refunds: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.noted_refunds, Unset):
            noted_refunds = []
            for noted_refunds_item_data in self.noted_refunds:
                noted_refunds_item = noted_refunds_item_data.to_dict()
                noted_refunds.append(noted_refunds_item)

        payment: dict[str, Any] | Unset = UNSET
        if not isinstance(self.payment, Unset):
            payment = self.payment.to_dict()

        comment: None | str | Unset
        if isinstance(self.comment, Unset):
            comment = UNSET
        else:
            comment = self.comment

        private_notes: None | str | Unset
        if isinstance(self.private_notes, Unset):
            private_notes = UNSET
        else:
            private_notes = self.private_notes

        extra_fields: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.extra_fields, Unset):
            extra_fields = []
            for extra_fields_item_data in self.extra_fields:
                extra_fields_item = extra_fields_item_data.to_dict()
                extra_fields.append(extra_fields_item)

        language: None | str | Unset
        if isinstance(self.language, Unset):
            language = UNSET
        else:
            language = self.language

        accepts_marketing: bool | None | Unset
        if isinstance(self.accepts_marketing, Unset):
            accepts_marketing = UNSET
        else:
            accepts_marketing = self.accepts_marketing

        amounts: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.amounts, Unset):
            amounts = []
            for amounts_item_data in self.amounts:
                amounts_item = amounts_item_data.to_dict()
                amounts.append(amounts_item)

        customer: dict[str, Any] | None | Unset
        if isinstance(self.customer, Unset):
            customer = UNSET
        elif isinstance(self.customer, Customer):
            customer = self.customer.to_dict()
        else:
            customer = self.customer

        products: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.products, Unset):
            products = []
            for products_item_data in self.products:
                products_item = products_item_data.to_dict()
                products.append(products_item)

        raw: dict[str, Any] | None | Unset
        if isinstance(self.raw, Unset):
            raw = UNSET
        elif isinstance(self.raw, OrderRawType0):
            raw = self.raw.to_dict()
        else:
            raw = self.raw

        deleted_at: None | str | Unset
        if isinstance(self.deleted_at, Unset):
            deleted_at = UNSET
        elif isinstance(self.deleted_at, datetime.datetime):
            deleted_at = self.deleted_at.isoformat()
        else:
            deleted_at = self.deleted_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if number is not UNSET:
            field_dict["number"] = number
        if payment_status is not UNSET:
            field_dict["payment_status"] = payment_status
        if fulfillment_status is not UNSET:
            field_dict["fulfillment_status"] = fulfillment_status
        if total is not UNSET:
            field_dict["total"] = total
        if subtotal is not UNSET:
            field_dict["subtotal"] = subtotal
        if tax is not UNSET:
            field_dict["tax"] = tax
        if shipping_cost is not UNSET:
            field_dict["shipping_cost"] = shipping_cost
        if coupon_discount is not UNSET:
            field_dict["coupon_discount"] = coupon_discount
        if discount is not UNSET:
            field_dict["discount"] = discount
        if refunded is not UNSET:
            field_dict["refunded"] = refunded
        if email is not UNSET:
            field_dict["email"] = email
        if customer_id is not UNSET:
            field_dict["customer_id"] = customer_id
        if buyer_name is not UNSET:
            field_dict["buyer_name"] = buyer_name
        if coupon_code is not UNSET:
            field_dict["coupon_code"] = coupon_code
        if external_id is not UNSET:
            field_dict["external_id"] = external_id
        if referer_id is not UNSET:
            field_dict["referer_id"] = referer_id
        if tracking_number is not UNSET:
            field_dict["tracking_number"] = tracking_number
        if item_count is not UNSET:
            field_dict["item_count"] = item_count
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if synced_at is not UNSET:
            field_dict["synced_at"] = synced_at
        if payment_status_name is not UNSET:
            field_dict["payment_status_name"] = payment_status_name
        if fulfillment_status_name is not UNSET:
            field_dict["fulfillment_status_name"] = fulfillment_status_name
        if items is not UNSET:
            field_dict["items"] = items
        if billing_person is not UNSET:
            field_dict["billing_person"] = billing_person
        if shipping_person is not UNSET:
            field_dict["shipping_person"] = shipping_person
        if customer_tax_id is not UNSET:
            field_dict["customer_tax_id"] = customer_tax_id
        if is_customer_tax_id_valid is not UNSET:
            field_dict["is_customer_tax_id_valid"] = is_customer_tax_id_valid
        if is_tax_exempt is not UNSET:
            field_dict["is_tax_exempt"] = is_tax_exempt
        if is_tax_reversed is not UNSET:
            field_dict["is_tax_reversed"] = is_tax_reversed
        if prices_include_tax is not UNSET:
            field_dict["prices_include_tax"] = prices_include_tax
        if customer_group is not UNSET:
            field_dict["customer_group"] = customer_group
        if discounts is not UNSET:
            field_dict["discounts"] = discounts
        if fees is not UNSET:
            field_dict["fees"] = fees
        if taxes is not UNSET:
            field_dict["taxes"] = taxes
        if refunds is not UNSET:
            field_dict["refunds"] = refunds
        if gift_card_amount is not UNSET:
            field_dict["gift_card_amount"] = gift_card_amount
        if shipping is not UNSET:
            field_dict["shipping"] = shipping
        if pickup is not UNSET:
            field_dict["pickup"] = pickup
        if shipments is not UNSET:
            field_dict["shipments"] = shipments
        if parcels is not UNSET:
            field_dict["parcels"] = parcels
        if noted_refunds is not UNSET:
            field_dict["noted_refunds"] = noted_refunds
        if payment is not UNSET:
            field_dict["payment"] = payment
        if comment is not UNSET:
            field_dict["comment"] = comment
        if private_notes is not UNSET:
            field_dict["private_notes"] = private_notes
        if extra_fields is not UNSET:
            field_dict["extra_fields"] = extra_fields
        if language is not UNSET:
            field_dict["language"] = language
        if accepts_marketing is not UNSET:
            field_dict["accepts_marketing"] = accepts_marketing
        if amounts is not UNSET:
            field_dict["amounts"] = amounts
        if customer is not UNSET:
            field_dict["customer"] = customer
        if products is not UNSET:
            field_dict["products"] = products
        if raw is not UNSET:
            field_dict["raw"] = raw
        if deleted_at is not UNSET:
            field_dict["deleted_at"] = deleted_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.address import Address  # noqa: PLC0415
        from ..models.customer import Customer  # noqa: PLC0415
        from ..models.named_amount import NamedAmount  # noqa: PLC0415
        from ..models.noted_refund import NotedRefund  # noqa: PLC0415
        from ..models.order_discount import OrderDiscount  # noqa: PLC0415
        from ..models.order_extra_field import OrderExtraField  # noqa: PLC0415
        from ..models.order_fee import OrderFee  # noqa: PLC0415
        from ..models.order_item import OrderItem  # noqa: PLC0415
        from ..models.order_payment import OrderPayment  # noqa: PLC0415
        from ..models.order_pickup import OrderPickup  # noqa: PLC0415
        from ..models.order_raw_type_0 import OrderRawType0  # noqa: PLC0415
        from ..models.order_refund import OrderRefund  # noqa: PLC0415
        from ..models.order_shipment import OrderShipment  # noqa: PLC0415
        from ..models.order_shipping import OrderShipping  # noqa: PLC0415
        from ..models.order_tax import OrderTax  # noqa: PLC0415
        from ..models.parcel import Parcel  # noqa: PLC0415
        from ..models.product import Product  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        _updated_at = d.pop("updated_at", UNSET)
        updated_at: datetime.datetime | Unset
        if isinstance(_updated_at, Unset):
            updated_at = UNSET
        else:
            updated_at = datetime.datetime.fromisoformat(_updated_at)

        number = d.pop("number", UNSET)

        def _parse_payment_status(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        payment_status = _parse_payment_status(d.pop("payment_status", UNSET))

        def _parse_fulfillment_status(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        fulfillment_status = _parse_fulfillment_status(d.pop("fulfillment_status", UNSET))

        def _parse_total(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        total = _parse_total(d.pop("total", UNSET))

        def _parse_subtotal(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        subtotal = _parse_subtotal(d.pop("subtotal", UNSET))

        def _parse_tax(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        tax = _parse_tax(d.pop("tax", UNSET))

        def _parse_shipping_cost(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        shipping_cost = _parse_shipping_cost(d.pop("shipping_cost", UNSET))

        def _parse_coupon_discount(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        coupon_discount = _parse_coupon_discount(d.pop("coupon_discount", UNSET))

        def _parse_discount(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        discount = _parse_discount(d.pop("discount", UNSET))

        def _parse_refunded(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        refunded = _parse_refunded(d.pop("refunded", UNSET))

        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))

        def _parse_customer_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        customer_id = _parse_customer_id(d.pop("customer_id", UNSET))

        def _parse_buyer_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        buyer_name = _parse_buyer_name(d.pop("buyer_name", UNSET))

        def _parse_coupon_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        coupon_code = _parse_coupon_code(d.pop("coupon_code", UNSET))

        def _parse_external_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        external_id = _parse_external_id(d.pop("external_id", UNSET))

        def _parse_referer_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        referer_id = _parse_referer_id(d.pop("referer_id", UNSET))

        def _parse_tracking_number(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        tracking_number = _parse_tracking_number(d.pop("tracking_number", UNSET))

        item_count = d.pop("item_count", UNSET)

        _created_at = d.pop("created_at", UNSET)
        created_at: datetime.datetime | Unset
        if isinstance(_created_at, Unset):
            created_at = UNSET
        else:
            created_at = datetime.datetime.fromisoformat(_created_at)

        _synced_at = d.pop("synced_at", UNSET)
        synced_at: datetime.datetime | Unset
        if isinstance(_synced_at, Unset):
            synced_at = UNSET
        else:
            synced_at = datetime.datetime.fromisoformat(_synced_at)

        def _parse_payment_status_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        payment_status_name = _parse_payment_status_name(d.pop("payment_status_name", UNSET))

        def _parse_fulfillment_status_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        fulfillment_status_name = _parse_fulfillment_status_name(
            d.pop("fulfillment_status_name", UNSET)
        )

        _items = d.pop("items", UNSET)
        items: list[OrderItem] | Unset = UNSET
        if _items is not UNSET:
            items = []
            for items_item_data in _items:
                items_item = OrderItem.from_dict(items_item_data)

                items.append(items_item)

        def _parse_billing_person(data: object) -> Address | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                billing_person_type_0 = Address.from_dict(data)

                return billing_person_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Address | None | Unset, data)

        billing_person = _parse_billing_person(d.pop("billing_person", UNSET))

        def _parse_shipping_person(data: object) -> Address | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                shipping_person_type_0 = Address.from_dict(data)

                return shipping_person_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Address | None | Unset, data)

        shipping_person = _parse_shipping_person(d.pop("shipping_person", UNSET))

        def _parse_customer_tax_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        customer_tax_id = _parse_customer_tax_id(d.pop("customer_tax_id", UNSET))

        def _parse_is_customer_tax_id_valid(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        is_customer_tax_id_valid = _parse_is_customer_tax_id_valid(
            d.pop("is_customer_tax_id_valid", UNSET)
        )

        is_tax_exempt = d.pop("is_tax_exempt", UNSET)

        is_tax_reversed = d.pop("is_tax_reversed", UNSET)

        def _parse_prices_include_tax(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        prices_include_tax = _parse_prices_include_tax(d.pop("prices_include_tax", UNSET))

        def _parse_customer_group(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        customer_group = _parse_customer_group(d.pop("customer_group", UNSET))

        _discounts = d.pop("discounts", UNSET)
        discounts: list[OrderDiscount] | Unset = UNSET
        if _discounts is not UNSET:
            discounts = []
            for discounts_item_data in _discounts:
                discounts_item = OrderDiscount.from_dict(discounts_item_data)

                discounts.append(discounts_item)

        _fees = d.pop("fees", UNSET)
        fees: list[OrderFee] | Unset = UNSET
        if _fees is not UNSET:
            fees = []
            for fees_item_data in _fees:
                fees_item = OrderFee.from_dict(fees_item_data)

                fees.append(fees_item)

        _taxes = d.pop("taxes", UNSET)
        taxes: list[OrderTax] | Unset = UNSET
        if _taxes is not UNSET:
            taxes = []
            for taxes_item_data in _taxes:
                taxes_item = OrderTax.from_dict(taxes_item_data)

                taxes.append(taxes_item)

        _refunds = d.pop("refunds", UNSET)
        refunds: list[OrderRefund] | Unset = UNSET
        if _refunds is not UNSET:
            refunds = []
            for refunds_item_data in _refunds:
                refunds_item = OrderRefund.from_dict(refunds_item_data)

                refunds.append(refunds_item)

        def _parse_gift_card_amount(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        gift_card_amount = _parse_gift_card_amount(d.pop("gift_card_amount", UNSET))

        def _parse_shipping(data: object) -> None | OrderShipping | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                shipping_type_0 = OrderShipping.from_dict(data)

                return shipping_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderShipping | Unset, data)

        shipping = _parse_shipping(d.pop("shipping", UNSET))

        def _parse_pickup(data: object) -> None | OrderPickup | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                pickup_type_0 = OrderPickup.from_dict(data)

                return pickup_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderPickup | Unset, data)

        pickup = _parse_pickup(d.pop("pickup", UNSET))

        _shipments = d.pop("shipments", UNSET)
        shipments: list[OrderShipment] | Unset = UNSET
        if _shipments is not UNSET:
            shipments = []
            for shipments_item_data in _shipments:
                shipments_item = OrderShipment.from_dict(shipments_item_data)

                shipments.append(shipments_item)

        _parcels = d.pop("parcels", UNSET)
        parcels: list[Parcel] | Unset = UNSET
        if _parcels is not UNSET:
            parcels = []
            for parcels_item_data in _parcels:
                parcels_item = Parcel.from_dict(parcels_item_data)

                parcels.append(parcels_item)

        _noted_refunds = d.pop("noted_refunds", UNSET)
        noted_refunds: list[NotedRefund] | Unset = UNSET
        if _noted_refunds is not UNSET:
            noted_refunds = []
            for noted_refunds_item_data in _noted_refunds:
                noted_refunds_item = NotedRefund.from_dict(noted_refunds_item_data)

                noted_refunds.append(noted_refunds_item)

        _payment = d.pop("payment", UNSET)
        payment: OrderPayment | Unset
        if isinstance(_payment, Unset):
            payment = UNSET
        else:
            payment = OrderPayment.from_dict(_payment)

        def _parse_comment(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        comment = _parse_comment(d.pop("comment", UNSET))

        def _parse_private_notes(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        private_notes = _parse_private_notes(d.pop("private_notes", UNSET))

        _extra_fields = d.pop("extra_fields", UNSET)
        extra_fields: list[OrderExtraField] | Unset = UNSET
        if _extra_fields is not UNSET:
            extra_fields = []
            for extra_fields_item_data in _extra_fields:
                extra_fields_item = OrderExtraField.from_dict(extra_fields_item_data)

                extra_fields.append(extra_fields_item)

        def _parse_language(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        language = _parse_language(d.pop("language", UNSET))

        def _parse_accepts_marketing(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        accepts_marketing = _parse_accepts_marketing(d.pop("accepts_marketing", UNSET))

        _amounts = d.pop("amounts", UNSET)
        amounts: list[NamedAmount] | Unset = UNSET
        if _amounts is not UNSET:
            amounts = []
            for amounts_item_data in _amounts:
                amounts_item = NamedAmount.from_dict(amounts_item_data)

                amounts.append(amounts_item)

        def _parse_customer(data: object) -> Customer | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                customer_type_0 = Customer.from_dict(data)

                return customer_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Customer | None | Unset, data)

        customer = _parse_customer(d.pop("customer", UNSET))

        _products = d.pop("products", UNSET)
        products: list[Product] | Unset = UNSET
        if _products is not UNSET:
            products = []
            for products_item_data in _products:
                products_item = Product.from_dict(products_item_data)

                products.append(products_item)

        def _parse_raw(data: object) -> None | OrderRawType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                raw_type_0 = OrderRawType0.from_dict(data)

                return raw_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderRawType0 | Unset, data)

        raw = _parse_raw(d.pop("raw", UNSET))

        def _parse_deleted_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deleted_at_type_0 = datetime.datetime.fromisoformat(data)

                return deleted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        deleted_at = _parse_deleted_at(d.pop("deleted_at", UNSET))

        order = cls(
            id=id,
            updated_at=updated_at,
            number=number,
            payment_status=payment_status,
            fulfillment_status=fulfillment_status,
            total=total,
            subtotal=subtotal,
            tax=tax,
            shipping_cost=shipping_cost,
            coupon_discount=coupon_discount,
            discount=discount,
            refunded=refunded,
            email=email,
            customer_id=customer_id,
            buyer_name=buyer_name,
            coupon_code=coupon_code,
            external_id=external_id,
            referer_id=referer_id,
            tracking_number=tracking_number,
            item_count=item_count,
            created_at=created_at,
            synced_at=synced_at,
            payment_status_name=payment_status_name,
            fulfillment_status_name=fulfillment_status_name,
            items=items,
            billing_person=billing_person,
            shipping_person=shipping_person,
            customer_tax_id=customer_tax_id,
            is_customer_tax_id_valid=is_customer_tax_id_valid,
            is_tax_exempt=is_tax_exempt,
            is_tax_reversed=is_tax_reversed,
            prices_include_tax=prices_include_tax,
            customer_group=customer_group,
            discounts=discounts,
            fees=fees,
            taxes=taxes,
            refunds=refunds,
            gift_card_amount=gift_card_amount,
            shipping=shipping,
            pickup=pickup,
            shipments=shipments,
            parcels=parcels,
            noted_refunds=noted_refunds,
            payment=payment,
            comment=comment,
            private_notes=private_notes,
            extra_fields=extra_fields,
            language=language,
            accepts_marketing=accepts_marketing,
            amounts=amounts,
            customer=customer,
            products=products,
            raw=raw,
            deleted_at=deleted_at,
        )

        order.additional_properties = d
        return order

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
