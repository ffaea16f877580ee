from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.consent_status import ConsentStatus, check_consent_status
from ..models.selling_side import SellingSide, check_selling_side
from ..types import UNSET, Unset

T = TypeVar("T", bound="ChannelEventData")


@_attrs_define
class ChannelEventData:
    """Access that the store allows your channel from now on.

    Attributes:
        store_id (int):
        status (ConsentStatus): Whether a channel has access to one store.
        scopes (list[str]): Scopes that the store allows.
        stock_buffer (int): Pieces of each stock that are held back for the store's own shop.
        selling_paused (bool): While it is true, orders are refused.
        selling_paused_by (None | SellingSide):
        selling_pause_reason (None | str):
        url (str): URL to read it with an API key.
        external_reference (None | str | Unset): Your reference of the store, from its connect link.
    """

    store_id: int
    status: ConsentStatus
    scopes: list[str]
    stock_buffer: int
    selling_paused: bool
    selling_paused_by: None | SellingSide
    selling_pause_reason: None | str
    url: str
    external_reference: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        store_id = self.store_id

        status: str = self.status

        scopes = self.scopes

        stock_buffer = self.stock_buffer

        selling_paused = self.selling_paused

        selling_paused_by: None | str
        if isinstance(self.selling_paused_by, str):
            selling_paused_by = self.selling_paused_by
        else:
            selling_paused_by = self.selling_paused_by

        selling_pause_reason: None | str
        selling_pause_reason = self.selling_pause_reason

        url = self.url

        external_reference: None | str | Unset
        if isinstance(self.external_reference, Unset):
            external_reference = UNSET
        else:
            external_reference = self.external_reference

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "store_id": store_id,
                "status": status,
                "scopes": scopes,
                "stock_buffer": stock_buffer,
                "selling_paused": selling_paused,
                "selling_paused_by": selling_paused_by,
                "selling_pause_reason": selling_pause_reason,
                "url": url,
            }
        )
        if external_reference is not UNSET:
            field_dict["external_reference"] = external_reference

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        store_id = d.pop("store_id")

        status = check_consent_status(d.pop("status"))

        scopes = cast(list[str], d.pop("scopes"))

        stock_buffer = d.pop("stock_buffer")

        selling_paused = d.pop("selling_paused")

        def _parse_selling_paused_by(data: object) -> None | SellingSide:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                selling_paused_by_type_0 = check_selling_side(data)

                return selling_paused_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SellingSide, data)

        selling_paused_by = _parse_selling_paused_by(d.pop("selling_paused_by"))

        def _parse_selling_pause_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        selling_pause_reason = _parse_selling_pause_reason(d.pop("selling_pause_reason"))

        url = d.pop("url")

        def _parse_external_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        external_reference = _parse_external_reference(d.pop("external_reference", UNSET))

        channel_event_data = cls(
            store_id=store_id,
            status=status,
            scopes=scopes,
            stock_buffer=stock_buffer,
            selling_paused=selling_paused,
            selling_paused_by=selling_paused_by,
            selling_pause_reason=selling_pause_reason,
            url=url,
            external_reference=external_reference,
        )

        channel_event_data.additional_properties = d
        return channel_event_data

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
