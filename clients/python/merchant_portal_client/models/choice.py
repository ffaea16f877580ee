from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.choice_price_modifier_type import (
    ChoicePriceModifierType,
    check_choice_price_modifier_type,
)

T = TypeVar("T", bound="Choice")


@_attrs_define
class Choice:
    """One choice of an option.

    Attributes:
        text (str): To send in an order.
        price_modifier (str): Change of the price of one piece: an amount, or a percentage of the price before any
            changes. Negative if the choice is cheaper.
        price_modifier_type (ChoicePriceModifierType): Whether `price_modifier` is an amount or a percentage.
    """

    text: str
    price_modifier: str
    price_modifier_type: ChoicePriceModifierType
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        text = self.text

        price_modifier = self.price_modifier

        price_modifier_type: str = self.price_modifier_type

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "text": text,
                "price_modifier": price_modifier,
                "price_modifier_type": price_modifier_type,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        text = d.pop("text")

        price_modifier = d.pop("price_modifier")

        price_modifier_type = check_choice_price_modifier_type(d.pop("price_modifier_type"))

        choice = cls(
            text=text,
            price_modifier=price_modifier,
            price_modifier_type=price_modifier_type,
        )

        choice.additional_properties = d
        return choice

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
