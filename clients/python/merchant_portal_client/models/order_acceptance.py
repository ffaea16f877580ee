from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.refusal_reason import RefusalReason, check_refusal_reason

T = TypeVar("T", bound="OrderAcceptance")


@_attrs_define
class OrderAcceptance:
    """Whether the store takes orders now.

    Attributes:
        accepts_orders (bool):
        reason (None | RefusalReason): Why not: `paused` by the merchant or suspended by Ecwid, `disconnected`,
            `not_working` while the connection needs somebody (see its health), `closed` while the merchant has closed the
            storefront, or `selling_paused` for your channel alone.
    """

    accepts_orders: bool
    reason: None | RefusalReason
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        accepts_orders = self.accepts_orders

        reason: None | str
        if isinstance(self.reason, str):
            reason = self.reason
        else:
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

        def _parse_reason(data: object) -> None | RefusalReason:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_type_0 = check_refusal_reason(data)

                return reason_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RefusalReason, data)

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
