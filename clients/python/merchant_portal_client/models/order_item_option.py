from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.option_selection import OptionSelection


T = TypeVar("T", bound="OrderItemOption")


@_attrs_define
class OrderItemOption:
    """A chosen option of an item.

    Attributes:
        name (str):
        type_ (None | str): `CHOICE`, `CHOICES`, `TEXT`, `DATE` or `FILES`.
        values (list[str]): The chosen or typed values.
        selections (list[OptionSelection]):
    """

    name: str
    type_: None | str
    values: list[str]
    selections: list[OptionSelection]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        type_: None | str
        type_ = self.type_

        values = self.values

        selections = []
        for selections_item_data in self.selections:
            selections_item = selections_item_data.to_dict()
            selections.append(selections_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "type": type_,
                "values": values,
                "selections": selections,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.option_selection import OptionSelection  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        def _parse_type_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        type_ = _parse_type_(d.pop("type"))

        values = cast(list[str], d.pop("values"))

        selections = []
        _selections = d.pop("selections")
        for selections_item_data in _selections:
            selections_item = OptionSelection.from_dict(selections_item_data)

            selections.append(selections_item)

        order_item_option = cls(
            name=name,
            type_=type_,
            values=values,
            selections=selections,
        )

        order_item_option.additional_properties = d
        return order_item_option

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
