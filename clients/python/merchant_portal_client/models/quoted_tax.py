from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="QuotedTax")


@_attrs_define
class QuotedTax:
    """A tax of the order.

    Attributes:
        name (str):
        rate (str): In percent; 0 if the store doesn't name it.
        amount (str):
        is_included (bool): Whether the prices include it. If not, it is also in `amounts`.
    """

    name: str
    rate: str
    amount: str
    is_included: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        rate = self.rate

        amount = self.amount

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

        rate = d.pop("rate")

        amount = d.pop("amount")

        is_included = d.pop("is_included")

        quoted_tax = cls(
            name=name,
            rate=rate,
            amount=amount,
            is_included=is_included,
        )

        quoted_tax.additional_properties = d
        return quoted_tax

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
