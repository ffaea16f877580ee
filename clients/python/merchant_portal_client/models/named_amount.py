from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="NamedAmount")


@_attrs_define
class NamedAmount:
    """A part of the total. A reduction is negative.

    Attributes:
        kind (str): Kind of an amount, in the order in which the amounts are listed.

                ``UNEXPLAINED`` is the difference of Ecwid's total from the sum of all other amounts; a new
                order with one is refused. ``ROUNDING`` is a small difference in an order of the store. New values may be
            added.
        name (str): The store's text, such as the name of a fee; empty if it has none.
        amount (str):
    """

    kind: str
    name: str
    amount: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        name = self.name

        amount = self.amount

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "name": name,
                "amount": amount,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = d.pop("kind")

        name = d.pop("name")

        amount = d.pop("amount")

        named_amount = cls(
            kind=kind,
            name=name,
            amount=amount,
        )

        named_amount.additional_properties = d
        return named_amount

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
