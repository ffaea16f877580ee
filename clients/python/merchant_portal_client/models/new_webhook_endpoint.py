from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewWebhookEndpoint")


@_attrs_define
class NewWebhookEndpoint:
    """Endpoint to create or to change. It gets only events that the calling key may read of.

    Attributes:
        name (str):
        url (str):
        event_types (list[str]): At least one beside `ping`, which each endpoint gets.
        store_id (int | None | Unset):
    """

    name: str
    url: str
    event_types: list[str]
    store_id: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        url = self.url

        event_types = self.event_types

        store_id: int | None | Unset
        if isinstance(self.store_id, Unset):
            store_id = UNSET
        else:
            store_id = self.store_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "url": url,
                "event_types": event_types,
            }
        )
        if store_id is not UNSET:
            field_dict["store_id"] = store_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        url = d.pop("url")

        event_types = cast(list[str], d.pop("event_types"))

        def _parse_store_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        store_id = _parse_store_id(d.pop("store_id", UNSET))

        new_webhook_endpoint = cls(
            name=name,
            url=url,
            event_types=event_types,
            store_id=store_id,
        )

        return new_webhook_endpoint
