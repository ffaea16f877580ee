from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.order_tax import OrderTax


T = TypeVar("T", bound="OrderFee")


@_attrs_define
class OrderFee:
    """A handling fee, a surcharge or a tip.

    Attributes:
        kind (str): `handling_fee`, `surcharge` or `tip`.
        name (str):
        description (None | str):
        amount (None | str): An amount in the store's currency.
        amount_without_tax (None | str): An amount in the store's currency.
        taxes (list[OrderTax]):
    """

    kind: str
    name: str
    description: None | str
    amount: None | str
    amount_without_tax: None | str
    taxes: list[OrderTax]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        name = self.name

        description: None | str
        description = self.description

        amount: None | str
        amount = self.amount

        amount_without_tax: None | str
        amount_without_tax = self.amount_without_tax

        taxes = []
        for taxes_item_data in self.taxes:
            taxes_item = taxes_item_data.to_dict()
            taxes.append(taxes_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "name": name,
                "description": description,
                "amount": amount,
                "amount_without_tax": amount_without_tax,
                "taxes": taxes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.order_tax import OrderTax  # noqa: PLC0415

        d = dict(src_dict)
        kind = d.pop("kind")

        name = d.pop("name")

        def _parse_description(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        description = _parse_description(d.pop("description"))

        def _parse_amount(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        amount = _parse_amount(d.pop("amount"))

        def _parse_amount_without_tax(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        amount_without_tax = _parse_amount_without_tax(d.pop("amount_without_tax"))

        taxes = []
        _taxes = d.pop("taxes")
        for taxes_item_data in _taxes:
            taxes_item = OrderTax.from_dict(taxes_item_data)

            taxes.append(taxes_item)

        order_fee = cls(
            kind=kind,
            name=name,
            description=description,
            amount=amount,
            amount_without_tax=amount_without_tax,
            taxes=taxes,
        )

        order_fee.additional_properties = d
        return order_fee

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
