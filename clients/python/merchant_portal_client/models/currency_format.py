from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CurrencyFormat")


@_attrs_define
class CurrencyFormat:
    """The store's own format of amounts, as its customers see it.

    It is for display: amounts in the API are plain decimals.

    Attributes:
        prefix (str):
        suffix (str):
        decimals (int): Number of decimals that the store charges.
        group_separator (str):
        decimal_separator (str):
        hides_zero_fraction (bool): Whether 5.00 is shown as 5.
    """

    prefix: str
    suffix: str
    decimals: int
    group_separator: str
    decimal_separator: str
    hides_zero_fraction: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        prefix = self.prefix

        suffix = self.suffix

        decimals = self.decimals

        group_separator = self.group_separator

        decimal_separator = self.decimal_separator

        hides_zero_fraction = self.hides_zero_fraction

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "prefix": prefix,
                "suffix": suffix,
                "decimals": decimals,
                "group_separator": group_separator,
                "decimal_separator": decimal_separator,
                "hides_zero_fraction": hides_zero_fraction,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        prefix = d.pop("prefix")

        suffix = d.pop("suffix")

        decimals = d.pop("decimals")

        group_separator = d.pop("group_separator")

        decimal_separator = d.pop("decimal_separator")

        hides_zero_fraction = d.pop("hides_zero_fraction")

        currency_format = cls(
            prefix=prefix,
            suffix=suffix,
            decimals=decimals,
            group_separator=group_separator,
            decimal_separator=decimal_separator,
            hides_zero_fraction=hides_zero_fraction,
        )

        currency_format.additional_properties = d
        return currency_format

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
