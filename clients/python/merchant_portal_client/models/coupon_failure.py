from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CouponFailure")


@_attrs_define
class CouponFailure:
    """A rule of the coupon that the order doesn't meet.

    Attributes:
        rule (str):
        message (str):
        shortfall (None | str):
    """

    rule: str
    message: str
    shortfall: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        rule = self.rule

        message = self.message

        shortfall: None | str
        shortfall = self.shortfall

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "rule": rule,
                "message": message,
                "shortfall": shortfall,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        rule = d.pop("rule")

        message = d.pop("message")

        def _parse_shortfall(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        shortfall = _parse_shortfall(d.pop("shortfall"))

        coupon_failure = cls(
            rule=rule,
            message=message,
            shortfall=shortfall,
        )

        coupon_failure.additional_properties = d
        return coupon_failure

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
