from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.endpoint_state import EndpointState, check_endpoint_state
from ..models.key_mode import KeyMode, check_key_mode

T = TypeVar("T", bound="WebhookEndpoint")


@_attrs_define
class WebhookEndpoint:
    """An endpoint, without its secret.

    Attributes:
        id (int):
        name (str):
        mode (KeyMode): Stores that a key or an endpoint of the marketplace's channels is for.
        url (str):
        event_types (list[str]):
        store_id (int | None): Store that it is for; null for all stores of its choice.
        state (EndpointState): Whether deliveries are sent to an endpoint.
        failures (int): Failed attempts since the last success.
        created_at (datetime.datetime):
        last_success_at (datetime.datetime | None):
    """

    id: int
    name: str
    mode: KeyMode
    url: str
    event_types: list[str]
    store_id: int | None
    state: EndpointState
    failures: int
    created_at: datetime.datetime
    last_success_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        mode: str = self.mode

        url = self.url

        event_types = self.event_types

        store_id: int | None
        store_id = self.store_id

        state: str = self.state

        failures = self.failures

        created_at = self.created_at.isoformat()

        last_success_at: None | str
        if isinstance(self.last_success_at, datetime.datetime):
            last_success_at = self.last_success_at.isoformat()
        else:
            last_success_at = self.last_success_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "mode": mode,
                "url": url,
                "event_types": event_types,
                "store_id": store_id,
                "state": state,
                "failures": failures,
                "created_at": created_at,
                "last_success_at": last_success_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        mode = check_key_mode(d.pop("mode"))

        url = d.pop("url")

        event_types = cast(list[str], d.pop("event_types"))

        def _parse_store_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        store_id = _parse_store_id(d.pop("store_id"))

        state = check_endpoint_state(d.pop("state"))

        failures = d.pop("failures")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_last_success_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_success_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_success_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_success_at = _parse_last_success_at(d.pop("last_success_at"))

        webhook_endpoint = cls(
            id=id,
            name=name,
            mode=mode,
            url=url,
            event_types=event_types,
            store_id=store_id,
            state=state,
            failures=failures,
            created_at=created_at,
            last_success_at=last_success_at,
        )

        webhook_endpoint.additional_properties = d
        return webhook_endpoint

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
