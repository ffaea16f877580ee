from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Sellable")


@_attrs_define
class Sellable:
    """Whether you can sell it, and all reasons if you can't.

    Attributes:
        is_sellable (bool): True if there are no reasons against it.
        reasons (list[str]): `selling_paused`, `product_disabled`, `gift_card`, `subscription_only`,
            `price_set_by_customer`, `option_needs_file`, `option_unsupported`, `price_missing` and `out_of_stock`: an order
            is refused. `price_zero`, `no_image` and `weight_missing`: it is probably not finished. A product with
            variations can be sold if one of them can; otherwise it has the reasons of all.
    """

    is_sellable: bool
    reasons: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        is_sellable = self.is_sellable

        reasons = self.reasons

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "is_sellable": is_sellable,
                "reasons": reasons,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        is_sellable = d.pop("is_sellable")

        reasons = cast(list[str], d.pop("reasons"))

        sellable = cls(
            is_sellable=is_sellable,
            reasons=reasons,
        )

        sellable.additional_properties = d
        return sellable

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
