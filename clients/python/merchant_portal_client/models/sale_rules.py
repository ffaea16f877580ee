from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SaleRules")


@_attrs_define
class SaleRules:
    """Rules of what the channel can sell, which the operator sets; `sellable` follows them.

    Attributes:
        ignored_reasons (list[str]): Reasons of `sellable` that don't prevent a sale.
        option_types (list[str]): Types of required options that the channel supports.
    """

    ignored_reasons: list[str]
    option_types: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        ignored_reasons = self.ignored_reasons

        option_types = self.option_types

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "ignored_reasons": ignored_reasons,
                "option_types": option_types,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        ignored_reasons = cast(list[str], d.pop("ignored_reasons"))

        option_types = cast(list[str], d.pop("option_types"))

        sale_rules = cls(
            ignored_reasons=ignored_reasons,
            option_types=option_types,
        )

        sale_rules.additional_properties = d
        return sale_rules

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
