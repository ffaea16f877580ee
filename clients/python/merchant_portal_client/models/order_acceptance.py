from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="OrderAcceptance")


@_attrs_define
class OrderAcceptance:
    """Whether the store takes orders now.

    Attributes:
        accepts_orders (bool):
        reason (None | str): Why not: `paused` by the merchant or suspended by Ecwid, `disconnected`, `not_working`
            while the connection needs an action (see its health), `closed` while the merchant has closed the storefront, or
            `selling_paused` for your channel alone.
    """

    accepts_orders: bool
    reason: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        accepts_orders = self.accepts_orders

        reason: None | str
        reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "accepts_orders": accepts_orders,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        accepts_orders = d.pop("accepts_orders")

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        order_acceptance = cls(
            accepts_orders=accepts_orders,
            reason=reason,
        )

        order_acceptance.additional_properties = d
        return order_acceptance

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
