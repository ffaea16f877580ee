from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="StoreEventData")


@_attrs_define
class StoreEventData:
    """Current state of a store.

    Attributes:
        store_id (int):
        state (str): State of the store, as in `Store`.
        reason (str): Reason of the change, such as `token_dead`.
        url (str): URL to read it with an API key.
        external_reference (None | str | Unset): Your reference of the store, from its connect link.
    """

    store_id: int
    state: str
    reason: str
    url: str
    external_reference: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        store_id = self.store_id

        state = self.state

        reason = self.reason

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
                "state": state,
                "reason": reason,
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

        state = d.pop("state")

        reason = d.pop("reason")

        url = d.pop("url")

        def _parse_external_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        external_reference = _parse_external_reference(d.pop("external_reference", UNSET))

        store_event_data = cls(
            store_id=store_id,
            state=state,
            reason=reason,
            url=url,
            external_reference=external_reference,
        )

        store_event_data.additional_properties = d
        return store_event_data

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
