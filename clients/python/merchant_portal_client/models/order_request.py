from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.order_request_fulfillment_status import (
    OrderRequestFulfillmentStatus,
    check_order_request_fulfillment_status,
)
from ..models.order_request_payment_status import (
    OrderRequestPaymentStatus,
    check_order_request_payment_status,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.line_request import LineRequest
    from ..models.order_request_extra_fields_type_0 import OrderRequestExtraFieldsType0
    from ..models.person import Person


T = TypeVar("T", bound="OrderRequest")


@_attrs_define
class OrderRequest:
    """Order to quote or to submit.

    Attributes:
        lines (list[LineRequest]):
        email (None | str | Unset): Required to order.
        shipping_person (None | Person | Unset):
        billing_person (None | Person | Unset):
        shipping_method (None | str | Unset): The id or the name of an option of the quote.
        coupon_code (None | str | Unset):
        expected_total (None | str | Unset):
        price_tolerance (None | str | Unset): How far prices may differ from the expected ones, in total.
        payment_status (OrderRequestPaymentStatus | Unset): `AWAITING_PAYMENT` by default.
        fulfillment_status (OrderRequestFulfillmentStatus | Unset): `AWAITING_PROCESSING` by default.
        payment_method (None | str | Unset):
        comment (None | str | Unset): The customer's comment.
        private_notes (None | str | Unset):
        channel_reference (None | str | Unset): Your own number of the order. Ecwid then shows the order as fulfilled by
            your system.
        notify_customer (bool | Unset): `false` by default.
        accept_marketing (bool | None | Unset): Whether the customer has agreed to marketing emails. Without `true` the
            order says that they haven't.
        customer_tax_id (None | str | Unset): Such as a VAT number.
        ip_address (Any | None | Unset): The customer's address.
        language (None | str | Unset): The customer's language, such as `en`.
        created_at (datetime.datetime | None | Unset): When the customer ordered, to import an order.
        pickup_time (datetime.datetime | None | Unset):
        payment_option_id (None | str | Unset): The id of one of the store's payment options; its surcharge is part of
            the total.
        payment_transaction_id (None | str | Unset): The payment's number at its processor.
        extra_fields (None | OrderRequestExtraFieldsType0 | Unset): Fields of your own by name, together up to 8,000
            bytes.
    """

    lines: list[LineRequest]
    email: None | str | Unset = UNSET
    shipping_person: None | Person | Unset = UNSET
    billing_person: None | Person | Unset = UNSET
    shipping_method: None | str | Unset = UNSET
    coupon_code: None | str | Unset = UNSET
    expected_total: None | str | Unset = UNSET
    price_tolerance: None | str | Unset = UNSET
    payment_status: OrderRequestPaymentStatus | Unset = UNSET
    fulfillment_status: OrderRequestFulfillmentStatus | Unset = UNSET
    payment_method: None | str | Unset = UNSET
    comment: None | str | Unset = UNSET
    private_notes: None | str | Unset = UNSET
    channel_reference: None | str | Unset = UNSET
    notify_customer: bool | Unset = UNSET
    accept_marketing: bool | None | Unset = UNSET
    customer_tax_id: None | str | Unset = UNSET
    ip_address: Any | None | Unset = UNSET
    language: None | str | Unset = UNSET
    created_at: datetime.datetime | None | Unset = UNSET
    pickup_time: datetime.datetime | None | Unset = UNSET
    payment_option_id: None | str | Unset = UNSET
    payment_transaction_id: None | str | Unset = UNSET
    extra_fields: None | OrderRequestExtraFieldsType0 | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.order_request_extra_fields_type_0 import (
            OrderRequestExtraFieldsType0,  # noqa: PLC0415
        )
        from ..models.person import Person  # noqa: PLC0415

        lines = []
        for lines_item_data in self.lines:
            lines_item = lines_item_data.to_dict()
            lines.append(lines_item)

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        shipping_person: dict[str, Any] | None | Unset
        if isinstance(self.shipping_person, Unset):
            shipping_person = UNSET
        elif isinstance(self.shipping_person, Person):
            shipping_person = self.shipping_person.to_dict()
        else:
            shipping_person = self.shipping_person

        billing_person: dict[str, Any] | None | Unset
        if isinstance(self.billing_person, Unset):
            billing_person = UNSET
        elif isinstance(self.billing_person, Person):
            billing_person = self.billing_person.to_dict()
        else:
            billing_person = self.billing_person

        shipping_method: None | str | Unset
        if isinstance(self.shipping_method, Unset):
            shipping_method = UNSET
        else:
            shipping_method = self.shipping_method

        coupon_code: None | str | Unset
        if isinstance(self.coupon_code, Unset):
            coupon_code = UNSET
        else:
            coupon_code = self.coupon_code

        expected_total: None | str | Unset
        if isinstance(self.expected_total, Unset):
            expected_total = UNSET
        else:
            expected_total = self.expected_total

        price_tolerance: None | str | Unset
        if isinstance(self.price_tolerance, Unset):
            price_tolerance = UNSET
        else:
            price_tolerance = self.price_tolerance

        payment_status: str | Unset = UNSET
        if not isinstance(self.payment_status, Unset):
            payment_status = self.payment_status

        fulfillment_status: str | Unset = UNSET
        if not isinstance(self.fulfillment_status, Unset):
            fulfillment_status = self.fulfillment_status

        payment_method: None | str | Unset
        if isinstance(self.payment_method, Unset):
            payment_method = UNSET
        else:
            payment_method = self.payment_method

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

        channel_reference: None | str | Unset
        if isinstance(self.channel_reference, Unset):
            channel_reference = UNSET
        else:
            channel_reference = self.channel_reference

        notify_customer = self.notify_customer

        accept_marketing: bool | None | Unset
        if isinstance(self.accept_marketing, Unset):
            accept_marketing = UNSET
        else:
            accept_marketing = self.accept_marketing

        customer_tax_id: None | str | Unset
        if isinstance(self.customer_tax_id, Unset):
            customer_tax_id = UNSET
        else:
            customer_tax_id = self.customer_tax_id

        ip_address: Any | None | Unset
        if isinstance(self.ip_address, Unset):
            ip_address = UNSET
        else:
            ip_address = self.ip_address

        language: None | str | Unset
        if isinstance(self.language, Unset):
            language = UNSET
        else:
            language = self.language

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        elif isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        pickup_time: None | str | Unset
        if isinstance(self.pickup_time, Unset):
            pickup_time = UNSET
        elif isinstance(self.pickup_time, datetime.datetime):
            pickup_time = self.pickup_time.isoformat()
        else:
            pickup_time = self.pickup_time

        payment_option_id: None | str | Unset
        if isinstance(self.payment_option_id, Unset):
            payment_option_id = UNSET
        else:
            payment_option_id = self.payment_option_id

        payment_transaction_id: None | str | Unset
        if isinstance(self.payment_transaction_id, Unset):
            payment_transaction_id = UNSET
        else:
            payment_transaction_id = self.payment_transaction_id

        extra_fields: dict[str, Any] | None | Unset
        if isinstance(self.extra_fields, Unset):
            extra_fields = UNSET
        elif isinstance(self.extra_fields, OrderRequestExtraFieldsType0):
            extra_fields = self.extra_fields.to_dict()
        else:
            extra_fields = self.extra_fields

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "lines": lines,
            }
        )
        if email is not UNSET:
            field_dict["email"] = email
        if shipping_person is not UNSET:
            field_dict["shipping_person"] = shipping_person
        if billing_person is not UNSET:
            field_dict["billing_person"] = billing_person
        if shipping_method is not UNSET:
            field_dict["shipping_method"] = shipping_method
        if coupon_code is not UNSET:
            field_dict["coupon_code"] = coupon_code
        if expected_total is not UNSET:
            field_dict["expected_total"] = expected_total
        if price_tolerance is not UNSET:
            field_dict["price_tolerance"] = price_tolerance
        if payment_status is not UNSET:
            field_dict["payment_status"] = payment_status
        if fulfillment_status is not UNSET:
            field_dict["fulfillment_status"] = fulfillment_status
        if payment_method is not UNSET:
            field_dict["payment_method"] = payment_method
        if comment is not UNSET:
            field_dict["comment"] = comment
        if private_notes is not UNSET:
            field_dict["private_notes"] = private_notes
        if channel_reference is not UNSET:
            field_dict["channel_reference"] = channel_reference
        if notify_customer is not UNSET:
            field_dict["notify_customer"] = notify_customer
        if accept_marketing is not UNSET:
            field_dict["accept_marketing"] = accept_marketing
        if customer_tax_id is not UNSET:
            field_dict["customer_tax_id"] = customer_tax_id
        if ip_address is not UNSET:
            field_dict["ip_address"] = ip_address
        if language is not UNSET:
            field_dict["language"] = language
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if pickup_time is not UNSET:
            field_dict["pickup_time"] = pickup_time
        if payment_option_id is not UNSET:
            field_dict["payment_option_id"] = payment_option_id
        if payment_transaction_id is not UNSET:
            field_dict["payment_transaction_id"] = payment_transaction_id
        if extra_fields is not UNSET:
            field_dict["extra_fields"] = extra_fields

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.line_request import LineRequest  # noqa: PLC0415
        from ..models.order_request_extra_fields_type_0 import (
            OrderRequestExtraFieldsType0,  # noqa: PLC0415
        )
        from ..models.person import Person  # noqa: PLC0415

        d = dict(src_dict)
        lines = []
        _lines = d.pop("lines")
        for lines_item_data in _lines:
            lines_item = LineRequest.from_dict(lines_item_data)

            lines.append(lines_item)

        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))

        def _parse_shipping_person(data: object) -> None | Person | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                shipping_person_type_0 = Person.from_dict(data)

                return shipping_person_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Person | Unset, data)

        shipping_person = _parse_shipping_person(d.pop("shipping_person", UNSET))

        def _parse_billing_person(data: object) -> None | Person | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                billing_person_type_0 = Person.from_dict(data)

                return billing_person_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Person | Unset, data)

        billing_person = _parse_billing_person(d.pop("billing_person", UNSET))

        def _parse_shipping_method(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        shipping_method = _parse_shipping_method(d.pop("shipping_method", UNSET))

        def _parse_coupon_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        coupon_code = _parse_coupon_code(d.pop("coupon_code", UNSET))

        def _parse_expected_total(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        expected_total = _parse_expected_total(d.pop("expected_total", UNSET))

        def _parse_price_tolerance(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        price_tolerance = _parse_price_tolerance(d.pop("price_tolerance", UNSET))

        _payment_status = d.pop("payment_status", UNSET)
        payment_status: OrderRequestPaymentStatus | Unset
        if isinstance(_payment_status, Unset):
            payment_status = UNSET
        else:
            payment_status = check_order_request_payment_status(_payment_status)

        _fulfillment_status = d.pop("fulfillment_status", UNSET)
        fulfillment_status: OrderRequestFulfillmentStatus | Unset
        if isinstance(_fulfillment_status, Unset):
            fulfillment_status = UNSET
        else:
            fulfillment_status = check_order_request_fulfillment_status(_fulfillment_status)

        def _parse_payment_method(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        payment_method = _parse_payment_method(d.pop("payment_method", UNSET))

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

        def _parse_channel_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        channel_reference = _parse_channel_reference(d.pop("channel_reference", UNSET))

        notify_customer = d.pop("notify_customer", UNSET)

        def _parse_accept_marketing(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        accept_marketing = _parse_accept_marketing(d.pop("accept_marketing", UNSET))

        def _parse_customer_tax_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        customer_tax_id = _parse_customer_tax_id(d.pop("customer_tax_id", UNSET))

        def _parse_ip_address(data: object) -> Any | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(Any | None | Unset, data)

        ip_address = _parse_ip_address(d.pop("ip_address", UNSET))

        def _parse_language(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        language = _parse_language(d.pop("language", UNSET))

        def _parse_created_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = datetime.datetime.fromisoformat(data)

                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        def _parse_pickup_time(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                pickup_time_type_0 = datetime.datetime.fromisoformat(data)

                return pickup_time_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        pickup_time = _parse_pickup_time(d.pop("pickup_time", UNSET))

        def _parse_payment_option_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        payment_option_id = _parse_payment_option_id(d.pop("payment_option_id", UNSET))

        def _parse_payment_transaction_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        payment_transaction_id = _parse_payment_transaction_id(
            d.pop("payment_transaction_id", UNSET)
        )

        def _parse_extra_fields(data: object) -> None | OrderRequestExtraFieldsType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                extra_fields_type_0 = OrderRequestExtraFieldsType0.from_dict(data)

                return extra_fields_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderRequestExtraFieldsType0 | Unset, data)

        extra_fields = _parse_extra_fields(d.pop("extra_fields", UNSET))

        order_request = cls(
            lines=lines,
            email=email,
            shipping_person=shipping_person,
            billing_person=billing_person,
            shipping_method=shipping_method,
            coupon_code=coupon_code,
            expected_total=expected_total,
            price_tolerance=price_tolerance,
            payment_status=payment_status,
            fulfillment_status=fulfillment_status,
            payment_method=payment_method,
            comment=comment,
            private_notes=private_notes,
            channel_reference=channel_reference,
            notify_customer=notify_customer,
            accept_marketing=accept_marketing,
            customer_tax_id=customer_tax_id,
            ip_address=ip_address,
            language=language,
            created_at=created_at,
            pickup_time=pickup_time,
            payment_option_id=payment_option_id,
            payment_transaction_id=payment_transaction_id,
            extra_fields=extra_fields,
        )

        return order_request
