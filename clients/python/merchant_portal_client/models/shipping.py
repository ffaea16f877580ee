from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Shipping")


@_attrs_define
class Shipping:
    """Shipping settings of the product.

    Attributes:
        is_required (bool): False for services and downloads.
        type_ (None | str): `GLOBAL_METHODS`: the store's methods. `SELECTED_METHODS`: some of them. `FLAT_RATE`:
            `flat_rate` for each piece. `FREE_SHIPPING`. Null: the store's methods.
        flat_rate (None | str): An amount in the store's currency.
        method_markup (None | str): Amount added to the store's rate for each piece.
        enabled_method_ids (list[str]): Shipping methods of a product with `SELECTED_METHODS`.
        disabled_method_ids (list[str]): Shipping methods that the product excludes.
    """

    is_required: bool
    type_: None | str
    flat_rate: None | str
    method_markup: None | str
    enabled_method_ids: list[str]
    disabled_method_ids: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        is_required = self.is_required

        type_: None | str
        type_ = self.type_

        flat_rate: None | str
        flat_rate = self.flat_rate

        method_markup: None | str
        method_markup = self.method_markup

        enabled_method_ids = self.enabled_method_ids

        disabled_method_ids = self.disabled_method_ids

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "is_required": is_required,
                "type": type_,
                "flat_rate": flat_rate,
                "method_markup": method_markup,
                "enabled_method_ids": enabled_method_ids,
                "disabled_method_ids": disabled_method_ids,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        is_required = d.pop("is_required")

        def _parse_type_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        type_ = _parse_type_(d.pop("type"))

        def _parse_flat_rate(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        flat_rate = _parse_flat_rate(d.pop("flat_rate"))

        def _parse_method_markup(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        method_markup = _parse_method_markup(d.pop("method_markup"))

        enabled_method_ids = cast(list[str], d.pop("enabled_method_ids"))

        disabled_method_ids = cast(list[str], d.pop("disabled_method_ids"))

        shipping = cls(
            is_required=is_required,
            type_=type_,
            flat_rate=flat_rate,
            method_markup=method_markup,
            enabled_method_ids=enabled_method_ids,
            disabled_method_ids=disabled_method_ids,
        )

        shipping.additional_properties = d
        return shipping

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
