from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.key_mode import KeyMode, check_key_mode
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewApiKey")


@_attrs_define
class NewApiKey:
    """Key to create. It can have only scopes and stores of the calling key.

    Attributes:
        name (str):
        scopes (list[str]):
        store_id (int | None | Unset):
        mode (KeyMode | None | Unset): The mode of the calling key; no other is possible.
        expires_at (datetime.datetime | None | Unset):
        allowed_networks (list[str] | None | Unset): Networks that it may be used from, in CIDR notation or as single
            addresses. Null for those of the calling key, empty for all addresses.
    """

    name: str
    scopes: list[str]
    store_id: int | None | Unset = UNSET
    mode: KeyMode | None | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    allowed_networks: list[str] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        scopes = self.scopes

        store_id: int | None | Unset
        if isinstance(self.store_id, Unset):
            store_id = UNSET
        else:
            store_id = self.store_id

        mode: None | str | Unset
        if isinstance(self.mode, Unset):
            mode = UNSET
        elif isinstance(self.mode, str):
            mode = self.mode
        else:
            mode = self.mode

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        allowed_networks: list[str] | None | Unset
        if isinstance(self.allowed_networks, Unset):
            allowed_networks = UNSET
        elif isinstance(self.allowed_networks, list):
            allowed_networks = self.allowed_networks

        else:
            allowed_networks = self.allowed_networks

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "scopes": scopes,
            }
        )
        if store_id is not UNSET:
            field_dict["store_id"] = store_id
        if mode is not UNSET:
            field_dict["mode"] = mode
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if allowed_networks is not UNSET:
            field_dict["allowed_networks"] = allowed_networks

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        scopes = cast(list[str], d.pop("scopes"))

        def _parse_store_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        store_id = _parse_store_id(d.pop("store_id", UNSET))

        def _parse_mode(data: object) -> KeyMode | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                mode_type_0 = check_key_mode(data)

                return mode_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(KeyMode | None | Unset, data)

        mode = _parse_mode(d.pop("mode", UNSET))

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        def _parse_allowed_networks(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                allowed_networks_type_0 = cast(list[str], data)

                return allowed_networks_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        allowed_networks = _parse_allowed_networks(d.pop("allowed_networks", UNSET))

        new_api_key = cls(
            name=name,
            scopes=scopes,
            store_id=store_id,
            mode=mode,
            expires_at=expires_at,
            allowed_networks=allowed_networks,
        )

        return new_api_key
