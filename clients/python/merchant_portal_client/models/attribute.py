from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Attribute")


@_attrs_define
class Attribute:
    """A named value, such as a material.

    Attributes:
        id (int | None): Ecwid's ID of the attribute.
        name (str): As the store calls it.
        type_ (None | str): Ecwid's type: `CUSTOM`, `UPC`, `BRAND` …
        value (str): Never empty.
        is_visible (bool): Whether the storefront shows it.
    """

    id: int | None
    name: str
    type_: None | str
    value: str
    is_visible: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id: int | None
        id = self.id

        name = self.name

        type_: None | str
        type_ = self.type_

        value = self.value

        is_visible = self.is_visible

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "type": type_,
                "value": value,
                "is_visible": is_visible,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        id = _parse_id(d.pop("id"))

        name = d.pop("name")

        def _parse_type_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        type_ = _parse_type_(d.pop("type"))

        value = d.pop("value")

        is_visible = d.pop("is_visible")

        attribute = cls(
            id=id,
            name=name,
            type_=type_,
            value=value,
            is_visible=is_visible,
        )

        attribute.additional_properties = d
        return attribute

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
