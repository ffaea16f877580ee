from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ProductDimensions")


@_attrs_define
class ProductDimensions:
    """Size of one piece in the store's unit. A side that isn't set is null.

    Attributes:
        length (None | str): In the store's unit. A number such as `0.4`.
        width (None | str): In the store's unit. A number such as `0.4`.
        height (None | str): In the store's unit. A number such as `0.4`.
    """

    length: None | str
    width: None | str
    height: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        length: None | str
        length = self.length

        width: None | str
        width = self.width

        height: None | str
        height = self.height

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "length": length,
                "width": width,
                "height": height,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_length(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        length = _parse_length(d.pop("length"))

        def _parse_width(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        width = _parse_width(d.pop("width"))

        def _parse_height(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        height = _parse_height(d.pop("height"))

        product_dimensions = cls(
            length=length,
            width=width,
            height=height,
        )

        product_dimensions.additional_properties = d
        return product_dimensions

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
