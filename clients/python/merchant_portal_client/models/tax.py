from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Tax")


@_attrs_define
class Tax:
    """How the product is taxed. Rates depend on the customer's address: quote the order.

    Attributes:
        is_taxable (bool): Whether taxes apply at all.
        class_code (None | str): Ecwid's tax class; null if none is set.
        enabled_manual_tax_ids (list[int]): IDs of the store's taxes that are for some products only.
        included_rate (None | str): Tax in the price at the store's own location, in percent. A number such as `0.4`.
    """

    is_taxable: bool
    class_code: None | str
    enabled_manual_tax_ids: list[int]
    included_rate: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        is_taxable = self.is_taxable

        class_code: None | str
        class_code = self.class_code

        enabled_manual_tax_ids = self.enabled_manual_tax_ids

        included_rate: None | str
        included_rate = self.included_rate

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "is_taxable": is_taxable,
                "class_code": class_code,
                "enabled_manual_tax_ids": enabled_manual_tax_ids,
                "included_rate": included_rate,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        is_taxable = d.pop("is_taxable")

        def _parse_class_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        class_code = _parse_class_code(d.pop("class_code"))

        enabled_manual_tax_ids = cast(list[int], d.pop("enabled_manual_tax_ids"))

        def _parse_included_rate(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        included_rate = _parse_included_rate(d.pop("included_rate"))

        tax = cls(
            is_taxable=is_taxable,
            class_code=class_code,
            enabled_manual_tax_ids=enabled_manual_tax_ids,
            included_rate=included_rate,
        )

        tax.additional_properties = d
        return tax

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
