from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="OrderShipping")


@_attrs_define
class OrderShipping:
    """Shipping or pickup method of an order.

    Attributes:
        method_id (None | str):
        method (None | str): Name of the method.
        carrier (None | str):
        type_ (None | str): `SHIPPING`, `PICKUP` or `DELIVERY`.
        rate (None | str): An amount in the store's currency.
        rate_without_tax (None | str): An amount in the store's currency.
        estimated_delivery (None | str): The store's text, such as `2-4 days`.
        ship_by (datetime.datetime | None): When it has to be shipped at the latest.
        deliver_by (datetime.datetime | None): When it has to be delivered at the latest.
    """

    method_id: None | str
    method: None | str
    carrier: None | str
    type_: None | str
    rate: None | str
    rate_without_tax: None | str
    estimated_delivery: None | str
    ship_by: datetime.datetime | None
    deliver_by: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        method_id: None | str
        method_id = self.method_id

        method: None | str
        method = self.method

        carrier: None | str
        carrier = self.carrier

        type_: None | str
        type_ = self.type_

        rate: None | str
        rate = self.rate

        rate_without_tax: None | str
        rate_without_tax = self.rate_without_tax

        estimated_delivery: None | str
        estimated_delivery = self.estimated_delivery

        ship_by: None | str
        if isinstance(self.ship_by, datetime.datetime):
            ship_by = self.ship_by.isoformat()
        else:
            ship_by = self.ship_by

        deliver_by: None | str
        if isinstance(self.deliver_by, datetime.datetime):
            deliver_by = self.deliver_by.isoformat()
        else:
            deliver_by = self.deliver_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "method_id": method_id,
                "method": method,
                "carrier": carrier,
                "type": type_,
                "rate": rate,
                "rate_without_tax": rate_without_tax,
                "estimated_delivery": estimated_delivery,
                "ship_by": ship_by,
                "deliver_by": deliver_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_method_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        method_id = _parse_method_id(d.pop("method_id"))

        def _parse_method(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        method = _parse_method(d.pop("method"))

        def _parse_carrier(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        carrier = _parse_carrier(d.pop("carrier"))

        def _parse_type_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        type_ = _parse_type_(d.pop("type"))

        def _parse_rate(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rate = _parse_rate(d.pop("rate"))

        def _parse_rate_without_tax(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        rate_without_tax = _parse_rate_without_tax(d.pop("rate_without_tax"))

        def _parse_estimated_delivery(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        estimated_delivery = _parse_estimated_delivery(d.pop("estimated_delivery"))

        def _parse_ship_by(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ship_by_type_0 = datetime.datetime.fromisoformat(data)

                return ship_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ship_by = _parse_ship_by(d.pop("ship_by"))

        def _parse_deliver_by(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deliver_by_type_0 = datetime.datetime.fromisoformat(data)

                return deliver_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        deliver_by = _parse_deliver_by(d.pop("deliver_by"))

        order_shipping = cls(
            method_id=method_id,
            method=method,
            carrier=carrier,
            type_=type_,
            rate=rate,
            rate_without_tax=rate_without_tax,
            estimated_delivery=estimated_delivery,
            ship_by=ship_by,
            deliver_by=deliver_by,
        )

        order_shipping.additional_properties = d
        return order_shipping

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
