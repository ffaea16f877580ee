from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.validation_message import ValidationMessage


T = TypeVar("T", bound="AvailableLine")


@_attrs_define
class AvailableLine:
    """Price and stock of one line; null if the store has no such product.

    Attributes:
        position (int): Index of the line, starting at 0.
        is_available (bool): Whether the line can be ordered now.
        product_id (int | None):
        variation_id (int | None):
        sku (None | str):
        name (None | str):
        price (None | str): Price of one piece at this quantity.
        stock (int | None): Items in stock; null if unlimited.
        validation_errors (list[ValidationMessage]):
    """

    position: int
    is_available: bool
    product_id: int | None
    variation_id: int | None
    sku: None | str
    name: None | str
    price: None | str
    stock: int | None
    validation_errors: list[ValidationMessage]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        position = self.position

        is_available = self.is_available

        product_id: int | None
        product_id = self.product_id

        variation_id: int | None
        variation_id = self.variation_id

        sku: None | str
        sku = self.sku

        name: None | str
        name = self.name

        price: None | str
        price = self.price

        stock: int | None
        stock = self.stock

        validation_errors = []
        for validation_errors_item_data in self.validation_errors:
            validation_errors_item = validation_errors_item_data.to_dict()
            validation_errors.append(validation_errors_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "position": position,
                "is_available": is_available,
                "product_id": product_id,
                "variation_id": variation_id,
                "sku": sku,
                "name": name,
                "price": price,
                "stock": stock,
                "validation_errors": validation_errors,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.validation_message import ValidationMessage  # noqa: PLC0415

        d = dict(src_dict)
        position = d.pop("position")

        is_available = d.pop("is_available")

        def _parse_product_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        product_id = _parse_product_id(d.pop("product_id"))

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

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        def _parse_price(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        price = _parse_price(d.pop("price"))

        def _parse_stock(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        stock = _parse_stock(d.pop("stock"))

        validation_errors = []
        _validation_errors = d.pop("validation_errors")
        for validation_errors_item_data in _validation_errors:
            validation_errors_item = ValidationMessage.from_dict(validation_errors_item_data)

            validation_errors.append(validation_errors_item)

        available_line = cls(
            position=position,
            is_available=is_available,
            product_id=product_id,
            variation_id=variation_id,
            sku=sku,
            name=name,
            price=price,
            stock=stock,
            validation_errors=validation_errors,
        )

        available_line.additional_properties = d
        return available_line

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
