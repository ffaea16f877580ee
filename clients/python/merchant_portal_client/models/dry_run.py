from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.dry_run_order_type_0 import DryRunOrderType0
    from ..models.quote import Quote


T = TypeVar("T", bound="DryRun")


@_attrs_define
class DryRun:
    """Outcome that an order would have now. Nothing was stored, reserved or sent.

    Attributes:
        is_accepted (bool): Whether the order would be sent; `quote` has the reasons if not.
        quote (Quote): The current price of an order and all its validation errors.
        order (DryRunOrderType0 | None): The order in Ecwid's own format; null if it would be rejected. Without the
            reference, which is made with the order, and without what only the store knows about the customer and the
            coupon.
    """

    is_accepted: bool
    quote: Quote
    order: DryRunOrderType0 | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.dry_run_order_type_0 import DryRunOrderType0  # noqa: PLC0415

        is_accepted = self.is_accepted

        quote = self.quote.to_dict()

        order: dict[str, Any] | None
        if isinstance(self.order, DryRunOrderType0):
            order = self.order.to_dict()
        else:
            order = self.order

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "is_accepted": is_accepted,
                "quote": quote,
                "order": order,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dry_run_order_type_0 import DryRunOrderType0  # noqa: PLC0415
        from ..models.quote import Quote  # noqa: PLC0415

        d = dict(src_dict)
        is_accepted = d.pop("is_accepted")

        quote = Quote.from_dict(d.pop("quote"))

        def _parse_order(data: object) -> DryRunOrderType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                order_type_0 = DryRunOrderType0.from_dict(data)

                return order_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DryRunOrderType0 | None, data)

        order = _parse_order(d.pop("order"))

        dry_run = cls(
            is_accepted=is_accepted,
            quote=quote,
            order=order,
        )

        dry_run.additional_properties = d
        return dry_run

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
