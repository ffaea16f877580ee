from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.choice import Choice


T = TypeVar("T", bound="ProductOption")


@_attrs_define
class ProductOption:
    """An option that a customer chooses or fills in, such as a size or an engraving.

    Attributes:
        name (str): Its key in the `options` of an order line.
        type_ (str): `SELECT`, `SIZE`, `RADIO` and `SWATCHES`: one of the choices. `CHECKBOX`: any of them. `TEXTFIELD`,
            `TEXTAREA` and `DATE`: a text. `FILES`: can't be ordered by API.
        is_required (bool): Whether an order line without it is refused.
        choices (list[Choice]): In the order of the store; empty for texts.
        default_choice (None | str): Choice that the storefront preselects. An order without it has none.
    """

    name: str
    type_: str
    is_required: bool
    choices: list[Choice]
    default_choice: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        type_ = self.type_

        is_required = self.is_required

        choices = []
        for choices_item_data in self.choices:
            choices_item = choices_item_data.to_dict()
            choices.append(choices_item)

        default_choice: None | str
        default_choice = self.default_choice

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "type": type_,
                "is_required": is_required,
                "choices": choices,
                "default_choice": default_choice,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.choice import Choice  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        type_ = d.pop("type")

        is_required = d.pop("is_required")

        choices = []
        _choices = d.pop("choices")
        for choices_item_data in _choices:
            choices_item = Choice.from_dict(choices_item_data)

            choices.append(choices_item)

        def _parse_default_choice(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        default_choice = _parse_default_choice(d.pop("default_choice"))

        product_option = cls(
            name=name,
            type_=type_,
            is_required=is_required,
            choices=choices,
            default_choice=default_choice,
        )

        product_option.additional_properties = d
        return product_option

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
