from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.product import Product
    from ..models.record_count import RecordCount


T = TypeVar("T", bound="ProductPage")


@_attrs_define
class ProductPage:
    """A page of products.

    Attributes:
        items (list[Product]):
        next_ (None | str): Cursor of the next page, to send as `after`; null on the last page.
        count (RecordCount | Unset): Number of records on all pages of a list.
        missing (list[int] | Unset): IDs in `ids` of which the store has no record. Returned only with it.
    """

    items: list[Product]
    next_: None | str
    count: RecordCount | Unset = UNSET
    missing: list[int] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_: None | str
        next_ = self.next_

        count: dict[str, Any] | Unset = UNSET
        if not isinstance(self.count, Unset):
            count = self.count.to_dict()

        missing: list[int] | Unset = UNSET
        if not isinstance(self.missing, Unset):
            missing = self.missing

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "next": next_,
            }
        )
        if count is not UNSET:
            field_dict["count"] = count
        if missing is not UNSET:
            field_dict["missing"] = missing

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.product import Product  # noqa: PLC0415
        from ..models.record_count import RecordCount  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = Product.from_dict(items_item_data)

            items.append(items_item)

        def _parse_next_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_ = _parse_next_(d.pop("next"))

        _count = d.pop("count", UNSET)
        count: RecordCount | Unset
        if isinstance(_count, Unset):
            count = UNSET
        else:
            count = RecordCount.from_dict(_count)

        missing = cast(list[int], d.pop("missing", UNSET))

        product_page = cls(
            items=items,
            next_=next_,
            count=count,
            missing=missing,
        )

        product_page.additional_properties = d
        return product_page

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
