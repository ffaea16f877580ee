from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="OrderPickup")


@_attrs_define
class OrderPickup:
    """Pickup of an order by its customer.

    Attributes:
        method (None | str):
        pickup_at (datetime.datetime | None): The time that the customer chose.
        instruction (None | str):
        location_id (None | str):
    """

    method: None | str
    pickup_at: datetime.datetime | None
    instruction: None | str
    location_id: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        method: None | str
        method = self.method

        pickup_at: None | str
        if isinstance(self.pickup_at, datetime.datetime):
            pickup_at = self.pickup_at.isoformat()
        else:
            pickup_at = self.pickup_at

        instruction: None | str
        instruction = self.instruction

        location_id: None | str
        location_id = self.location_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "method": method,
                "pickup_at": pickup_at,
                "instruction": instruction,
                "location_id": location_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_method(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        method = _parse_method(d.pop("method"))

        def _parse_pickup_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                pickup_at_type_0 = datetime.datetime.fromisoformat(data)

                return pickup_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        pickup_at = _parse_pickup_at(d.pop("pickup_at"))

        def _parse_instruction(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        instruction = _parse_instruction(d.pop("instruction"))

        def _parse_location_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        location_id = _parse_location_id(d.pop("location_id"))

        order_pickup = cls(
            method=method,
            pickup_at=pickup_at,
            instruction=instruction,
            location_id=location_id,
        )

        order_pickup.additional_properties = d
        return order_pickup

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
