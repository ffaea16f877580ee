from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.selling_side import SellingSide, check_selling_side

T = TypeVar("T", bound="Selling")


@_attrs_define
class Selling:
    """Terms on which your channel sells the store's products; other channels have their own.

    Attributes:
        stock_buffer (int): Pieces of each stock that are held back for the store's own shop. The quantities that you
            get, and may order, are without them.
        is_paused (bool): While it is true, nothing can be ordered, and everything be read.
        paused_at (datetime.datetime | None):
        paused_by (None | SellingSide): `store`: only the store's owner can resume. `channel`: you can, too.
        pause_reason (None | str):
    """

    stock_buffer: int
    is_paused: bool
    paused_at: datetime.datetime | None
    paused_by: None | SellingSide
    pause_reason: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        stock_buffer = self.stock_buffer

        is_paused = self.is_paused

        paused_at: None | str
        if isinstance(self.paused_at, datetime.datetime):
            paused_at = self.paused_at.isoformat()
        else:
            paused_at = self.paused_at

        paused_by: None | str
        if isinstance(self.paused_by, str):
            paused_by = self.paused_by
        else:
            paused_by = self.paused_by

        pause_reason: None | str
        pause_reason = self.pause_reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "stock_buffer": stock_buffer,
                "is_paused": is_paused,
                "paused_at": paused_at,
                "paused_by": paused_by,
                "pause_reason": pause_reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        stock_buffer = d.pop("stock_buffer")

        is_paused = d.pop("is_paused")

        def _parse_paused_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                paused_at_type_0 = datetime.datetime.fromisoformat(data)

                return paused_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        paused_at = _parse_paused_at(d.pop("paused_at"))

        def _parse_paused_by(data: object) -> None | SellingSide:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                paused_by_type_0 = check_selling_side(data)

                return paused_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SellingSide, data)

        paused_by = _parse_paused_by(d.pop("paused_by"))

        def _parse_pause_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        pause_reason = _parse_pause_reason(d.pop("pause_reason"))

        selling = cls(
            stock_buffer=stock_buffer,
            is_paused=is_paused,
            paused_at=paused_at,
            paused_by=paused_by,
            pause_reason=pause_reason,
        )

        selling.additional_properties = d
        return selling

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
