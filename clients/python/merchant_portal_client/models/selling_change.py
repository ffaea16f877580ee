from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SellingChange")


@_attrs_define
class SellingChange:
    """Changed terms; omitted ones stay.

    Attributes:
        stock_buffer (int | None | Unset): At least the present number.
        is_paused (bool | None | Unset):
        pause_reason (None | str | Unset):
    """

    stock_buffer: int | None | Unset = UNSET
    is_paused: bool | None | Unset = UNSET
    pause_reason: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        stock_buffer: int | None | Unset
        if isinstance(self.stock_buffer, Unset):
            stock_buffer = UNSET
        else:
            stock_buffer = self.stock_buffer

        is_paused: bool | None | Unset
        if isinstance(self.is_paused, Unset):
            is_paused = UNSET
        else:
            is_paused = self.is_paused

        pause_reason: None | str | Unset
        if isinstance(self.pause_reason, Unset):
            pause_reason = UNSET
        else:
            pause_reason = self.pause_reason

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if stock_buffer is not UNSET:
            field_dict["stock_buffer"] = stock_buffer
        if is_paused is not UNSET:
            field_dict["is_paused"] = is_paused
        if pause_reason is not UNSET:
            field_dict["pause_reason"] = pause_reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_stock_buffer(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        stock_buffer = _parse_stock_buffer(d.pop("stock_buffer", UNSET))

        def _parse_is_paused(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        is_paused = _parse_is_paused(d.pop("is_paused", UNSET))

        def _parse_pause_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        pause_reason = _parse_pause_reason(d.pop("pause_reason", UNSET))

        selling_change = cls(
            stock_buffer=stock_buffer,
            is_paused=is_paused,
            pause_reason=pause_reason,
        )

        return selling_change
