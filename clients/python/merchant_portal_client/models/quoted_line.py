from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.quoted_line_options import QuotedLineOptions


T = TypeVar("T", bound="QuotedLine")


@_attrs_define
class QuotedLine:
    """One line of a quote with the store's current price.

    Attributes:
        position (int):
        product_id (int):
        variation_id (int | None):
        sku (None | str):
        name (str):
        options (QuotedLineOptions):
        quantity (int):
        price (str):
        total (str):
        expected_price (None | str):
        price_difference (None | str): `price` minus `expected_price`; null if you sent none.
        stock (int | None): Items in stock; null if unlimited.
        coupon_amount (str): Coupon discount on this line.
    """

    position: int
    product_id: int
    variation_id: int | None
    sku: None | str
    name: str
    options: QuotedLineOptions
    quantity: int
    price: str
    total: str
    expected_price: None | str
    price_difference: None | str
    stock: int | None
    coupon_amount: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        position = self.position

        product_id = self.product_id

        variation_id: int | None
        variation_id = self.variation_id

        sku: None | str
        sku = self.sku

        name = self.name

        options = self.options.to_dict()

        quantity = self.quantity

        price = self.price

        total = self.total

        expected_price: None | str
        expected_price = self.expected_price

        price_difference: None | str
        price_difference = self.price_difference

        stock: int | None
        stock = self.stock

        coupon_amount = self.coupon_amount

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "position": position,
                "product_id": product_id,
                "variation_id": variation_id,
                "sku": sku,
                "name": name,
                "options": options,
                "quantity": quantity,
                "price": price,
                "total": total,
                "expected_price": expected_price,
                "price_difference": price_difference,
                "stock": stock,
                "coupon_amount": coupon_amount,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quoted_line_options import QuotedLineOptions  # noqa: PLC0415

        d = dict(src_dict)
        position = d.pop("position")

        product_id = d.pop("product_id")

        def _parse_variation_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        variation_id = _parse_variation_id(d.pop("variation_id"))

        def _parse_sku(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        sku = _parse_sku(d.pop("sku"))

        name = d.pop("name")

        options = QuotedLineOptions.from_dict(d.pop("options"))

        quantity = d.pop("quantity")

        price = d.pop("price")

        total = d.pop("total")

        def _parse_expected_price(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        expected_price = _parse_expected_price(d.pop("expected_price"))

        def _parse_price_difference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        price_difference = _parse_price_difference(d.pop("price_difference"))

        def _parse_stock(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        stock = _parse_stock(d.pop("stock"))

        coupon_amount = d.pop("coupon_amount")

        quoted_line = cls(
            position=position,
            product_id=product_id,
            variation_id=variation_id,
            sku=sku,
            name=name,
            options=options,
            quantity=quantity,
            price=price,
            total=total,
            expected_price=expected_price,
            price_difference=price_difference,
            stock=stock,
            coupon_amount=coupon_amount,
        )

        quoted_line.additional_properties = d
        return quoted_line

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
