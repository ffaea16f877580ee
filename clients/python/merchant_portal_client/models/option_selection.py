from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="OptionSelection")


@_attrs_define
class OptionSelection:
    """A selected choice of an option, and its effect on the price.

    Attributes:
        title (str):
        price_modifier (None | str): Amount added to the price.
        price_modifier_percent (None | str): Percentage added to the price.
    """

    title: str
    price_modifier: None | str
    price_modifier_percent: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        title = self.title

        price_modifier: None | str
        price_modifier = self.price_modifier

        price_modifier_percent: None | str
        price_modifier_percent = self.price_modifier_percent

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "title": title,
                "price_modifier": price_modifier,
                "price_modifier_percent": price_modifier_percent,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        title = d.pop("title")

        def _parse_price_modifier(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        price_modifier = _parse_price_modifier(d.pop("price_modifier"))

        def _parse_price_modifier_percent(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        price_modifier_percent = _parse_price_modifier_percent(d.pop("price_modifier_percent"))

        option_selection = cls(
            title=title,
            price_modifier=price_modifier,
            price_modifier_percent=price_modifier_percent,
        )

        option_selection.additional_properties = d
        return option_selection

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
