from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ProductSelection")


@_attrs_define
class ProductSelection:
    """Products of the store that you get; other channels have their own selection.

    Attributes:
        kind (str): Kind of a product selection. New values may be added.
        products (int): Number of the store's products.
        selected (int): Number of products that you get.
        unsellable (int | None): Number of those that you can't sell; null if nobody asked for it.
        is_applied (bool): Whether a change of the selection has reached all products.
    """

    kind: str
    products: int
    selected: int
    unsellable: int | None
    is_applied: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        products = self.products

        selected = self.selected

        unsellable: int | None
        unsellable = self.unsellable

        is_applied = self.is_applied

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "products": products,
                "selected": selected,
                "unsellable": unsellable,
                "is_applied": is_applied,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = d.pop("kind")

        products = d.pop("products")

        selected = d.pop("selected")

        def _parse_unsellable(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        unsellable = _parse_unsellable(d.pop("unsellable"))

        is_applied = d.pop("is_applied")

        product_selection = cls(
            kind=kind,
            products=products,
            selected=selected,
            unsellable=unsellable,
            is_applied=is_applied,
        )

        product_selection.additional_properties = d
        return product_selection

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
