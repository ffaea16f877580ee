from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="OrderTax")


@_attrs_define
class OrderTax:
    """A tax of an order or of a part of it.

    Attributes:
        name (str):
        rate (None | str): In percent.
        amount (None | str): An amount in the store's currency.
        is_included (bool | None): Whether the prices include it; null if the store doesn't say it.
    """

    name: str
    rate: None | str
    amount: None | str
    is_included: bool | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        rate: None | str
        rate = self.rate

        amount: None | str
        amount = self.amount

        is_included: bool | None
        is_included = self.is_included

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "rate": rate,
                "amount": amount,
                "is_included": is_included,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_rate(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rate = _parse_rate(d.pop("rate"))

        def _parse_amount(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        amount = _parse_amount(d.pop("amount"))

        def _parse_is_included(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        is_included = _parse_is_included(d.pop("is_included"))

        order_tax = cls(
            name=name,
            rate=rate,
            amount=amount,
            is_included=is_included,
        )

        order_tax.additional_properties = d
        return order_tax

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
