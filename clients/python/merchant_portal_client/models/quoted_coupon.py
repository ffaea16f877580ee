from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.coupon_failure import CouponFailure


T = TypeVar("T", bound="QuotedCoupon")


@_attrs_define
class QuotedCoupon:
    """The coupon's discount, or the reasons why the coupon doesn't apply.

    Attributes:
        code (str):
        is_accepted (bool):
        items_discount (str):
        shipping_discount (str):
        eligible_subtotal (str):
        failures (list[CouponFailure]):
        warning (None | str):
    """

    code: str
    is_accepted: bool
    items_discount: str
    shipping_discount: str
    eligible_subtotal: str
    failures: list[CouponFailure]
    warning: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        is_accepted = self.is_accepted

        items_discount = self.items_discount

        shipping_discount = self.shipping_discount

        eligible_subtotal = self.eligible_subtotal

        failures = []
        for failures_item_data in self.failures:
            failures_item = failures_item_data.to_dict()
            failures.append(failures_item)

        warning: None | str
        warning = self.warning

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "is_accepted": is_accepted,
                "items_discount": items_discount,
                "shipping_discount": shipping_discount,
                "eligible_subtotal": eligible_subtotal,
                "failures": failures,
                "warning": warning,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.coupon_failure import CouponFailure  # noqa: PLC0415

        d = dict(src_dict)
        code = d.pop("code")

        is_accepted = d.pop("is_accepted")

        items_discount = d.pop("items_discount")

        shipping_discount = d.pop("shipping_discount")

        eligible_subtotal = d.pop("eligible_subtotal")

        failures = []
        _failures = d.pop("failures")
        for failures_item_data in _failures:
            failures_item = CouponFailure.from_dict(failures_item_data)

            failures.append(failures_item)

        def _parse_warning(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        warning = _parse_warning(d.pop("warning"))

        quoted_coupon = cls(
            code=code,
            is_accepted=is_accepted,
            items_discount=items_discount,
            shipping_discount=shipping_discount,
            eligible_subtotal=eligible_subtotal,
            failures=failures,
            warning=warning,
        )

        quoted_coupon.additional_properties = d
        return quoted_coupon

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
