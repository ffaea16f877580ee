from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Parcel")


@_attrs_define
class Parcel:
    """One parcel of an order.

    Attributes:
        tracking_number (str):
        carrier (None | str | Unset):
        tracking_url (None | str | Unset):
    """

    tracking_number: str
    carrier: None | str | Unset = UNSET
    tracking_url: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        tracking_number = self.tracking_number

        carrier: None | str | Unset
        if isinstance(self.carrier, Unset):
            carrier = UNSET
        else:
            carrier = self.carrier

        tracking_url: None | str | Unset
        if isinstance(self.tracking_url, Unset):
            tracking_url = UNSET
        else:
            tracking_url = self.tracking_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "tracking_number": tracking_number,
            }
        )
        if carrier is not UNSET:
            field_dict["carrier"] = carrier
        if tracking_url is not UNSET:
            field_dict["tracking_url"] = tracking_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        tracking_number = d.pop("tracking_number")

        def _parse_carrier(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        carrier = _parse_carrier(d.pop("carrier", UNSET))

        def _parse_tracking_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        tracking_url = _parse_tracking_url(d.pop("tracking_url", UNSET))

        parcel = cls(
            tracking_number=tracking_number,
            carrier=carrier,
            tracking_url=tracking_url,
        )

        return parcel
