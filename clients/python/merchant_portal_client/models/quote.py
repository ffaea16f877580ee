from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.named_amount import NamedAmount
    from ..models.quoted_coupon import QuotedCoupon
    from ..models.quoted_line import QuotedLine
    from ..models.quoted_tax import QuotedTax
    from ..models.shipping_option import ShippingOption
    from ..models.validation_message import ValidationMessage


T = TypeVar("T", bound="Quote")


@_attrs_define
class Quote:
    """The current price of an order and all its validation errors.

    Attributes:
        store_id (int):
        currency (str):
        is_orderable (bool): Whether the store would accept the order.
        lines (list[QuotedLine]):
        subtotal (str):
        coupon (None | QuotedCoupon):
        coupon_discount (str):
        shipping (None | ShippingOption):
        shipping_options (list[ShippingOption]):
        shipping_cost (str):
        tax (str):
        taxes (list[QuotedTax]):
        amounts (list[NamedAmount]): All parts of the total. They add up to it exactly. `unexplained` is a difference in
            the store's own calculation; the order is then refused. Empty in a quote from before 0.2.0.
        prices_include_tax (bool):
        total (str): The total by Ecwid's calculation.
        price_difference (str): How far prices are from the expected ones, without a sign: the sum by line, or the
            distance of `total` from `expected_total`, whichever is larger.
        validation_errors (list[ValidationMessage]): Validation errors. Empty if the order can be submitted.
        warnings (list[ValidationMessage]): Warnings. They don't prevent the order.
        created_at (datetime.datetime):
    """

    store_id: int
    currency: str
    is_orderable: bool
    lines: list[QuotedLine]
    subtotal: str
    coupon: None | QuotedCoupon
    coupon_discount: str
    shipping: None | ShippingOption
    shipping_options: list[ShippingOption]
    shipping_cost: str
    tax: str
    taxes: list[QuotedTax]
    amounts: list[NamedAmount]
    prices_include_tax: bool
    total: str
    price_difference: str
    validation_errors: list[ValidationMessage]
    warnings: list[ValidationMessage]
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.quoted_coupon import QuotedCoupon  # noqa: PLC0415
        from ..models.shipping_option import ShippingOption  # noqa: PLC0415

        store_id = self.store_id

        currency = self.currency

        is_orderable = self.is_orderable

        lines = []
        for lines_item_data in self.lines:
            lines_item = lines_item_data.to_dict()
            lines.append(lines_item)

        subtotal = self.subtotal

        coupon: dict[str, Any] | None
        if isinstance(self.coupon, QuotedCoupon):
            coupon = self.coupon.to_dict()
        else:
            coupon = self.coupon

        coupon_discount = self.coupon_discount

        shipping: dict[str, Any] | None
        if isinstance(self.shipping, ShippingOption):
            shipping = self.shipping.to_dict()
        else:
            shipping = self.shipping

        shipping_options = []
        for shipping_options_item_data in self.shipping_options:
            shipping_options_item = shipping_options_item_data.to_dict()
            shipping_options.append(shipping_options_item)

        shipping_cost = self.shipping_cost

        tax = self.tax

        taxes = []
        for taxes_item_data in self.taxes:
            taxes_item = taxes_item_data.to_dict()
            taxes.append(taxes_item)

        amounts = []
        for amounts_item_data in self.amounts:
            amounts_item = amounts_item_data.to_dict()
            amounts.append(amounts_item)

        prices_include_tax = self.prices_include_tax

        total = self.total

        price_difference = self.price_difference

        validation_errors = []
        for validation_errors_item_data in self.validation_errors:
            validation_errors_item = validation_errors_item_data.to_dict()
            validation_errors.append(validation_errors_item)

        warnings = []
        for warnings_item_data in self.warnings:
            warnings_item = warnings_item_data.to_dict()
            warnings.append(warnings_item)

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "store_id": store_id,
                "currency": currency,
                "is_orderable": is_orderable,
                "lines": lines,
                "subtotal": subtotal,
                "coupon": coupon,
                "coupon_discount": coupon_discount,
                "shipping": shipping,
                "shipping_options": shipping_options,
                "shipping_cost": shipping_cost,
                "tax": tax,
                "taxes": taxes,
                "amounts": amounts,
                "prices_include_tax": prices_include_tax,
                "total": total,
                "price_difference": price_difference,
                "validation_errors": validation_errors,
                "warnings": warnings,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.named_amount import NamedAmount  # noqa: PLC0415
        from ..models.quoted_coupon import QuotedCoupon  # noqa: PLC0415
        from ..models.quoted_line import QuotedLine  # noqa: PLC0415
        from ..models.quoted_tax import QuotedTax  # noqa: PLC0415
        from ..models.shipping_option import ShippingOption  # noqa: PLC0415
        from ..models.validation_message import ValidationMessage  # noqa: PLC0415

        d = dict(src_dict)
        store_id = d.pop("store_id")

        currency = d.pop("currency")

        is_orderable = d.pop("is_orderable")

        lines = []
        _lines = d.pop("lines")
        for lines_item_data in _lines:
            lines_item = QuotedLine.from_dict(lines_item_data)

            lines.append(lines_item)

        subtotal = d.pop("subtotal")

        def _parse_coupon(data: object) -> None | QuotedCoupon:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                coupon_type_0 = QuotedCoupon.from_dict(data)

                return coupon_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | QuotedCoupon, data)

        coupon = _parse_coupon(d.pop("coupon"))

        coupon_discount = d.pop("coupon_discount")

        def _parse_shipping(data: object) -> None | ShippingOption:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                shipping_type_0 = ShippingOption.from_dict(data)

                return shipping_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ShippingOption, data)

        shipping = _parse_shipping(d.pop("shipping"))

        shipping_options = []
        _shipping_options = d.pop("shipping_options")
        for shipping_options_item_data in _shipping_options:
            shipping_options_item = ShippingOption.from_dict(shipping_options_item_data)

            shipping_options.append(shipping_options_item)

        shipping_cost = d.pop("shipping_cost")

        tax = d.pop("tax")

        taxes = []
        _taxes = d.pop("taxes")
        for taxes_item_data in _taxes:
            taxes_item = QuotedTax.from_dict(taxes_item_data)

            taxes.append(taxes_item)

        amounts = []
        _amounts = d.pop("amounts")
        for amounts_item_data in _amounts:
            amounts_item = NamedAmount.from_dict(amounts_item_data)

            amounts.append(amounts_item)

        prices_include_tax = d.pop("prices_include_tax")

        total = d.pop("total")

        price_difference = d.pop("price_difference")

        validation_errors = []
        _validation_errors = d.pop("validation_errors")
        for validation_errors_item_data in _validation_errors:
            validation_errors_item = ValidationMessage.from_dict(validation_errors_item_data)

            validation_errors.append(validation_errors_item)

        warnings = []
        _warnings = d.pop("warnings")
        for warnings_item_data in _warnings:
            warnings_item = ValidationMessage.from_dict(warnings_item_data)

            warnings.append(warnings_item)

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        quote = cls(
            store_id=store_id,
            currency=currency,
            is_orderable=is_orderable,
            lines=lines,
            subtotal=subtotal,
            coupon=coupon,
            coupon_discount=coupon_discount,
            shipping=shipping,
            shipping_options=shipping_options,
            shipping_cost=shipping_cost,
            tax=tax,
            taxes=taxes,
            amounts=amounts,
            prices_include_tax=prices_include_tax,
            total=total,
            price_difference=price_difference,
            validation_errors=validation_errors,
            warnings=warnings,
            created_at=created_at,
        )

        quote.additional_properties = d
        return quote

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
