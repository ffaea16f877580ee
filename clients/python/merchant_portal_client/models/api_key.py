from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.key_mode import KeyMode, check_key_mode

T = TypeVar("T", bound="ApiKey")


@_attrs_define
class ApiKey:
    """A key, without its secret.

    Attributes:
        id (int):
        name (str):
        prefix (str):
        mode (KeyMode): Stores that a key or an endpoint of the marketplace's channels is for.
        scopes (list[str]):
        store_id (int | None): Store that it is for; null for all stores of its choice.
        allowed_networks (list[str]): Networks that it may be used from, such as `203.0.113.0/24` or `2001:db8::/32`;
            empty for all addresses.
        created_at (datetime.datetime):
        expires_at (datetime.datetime | None):
        rotated_at (datetime.datetime | None):
        last_used_at (datetime.datetime | None):
        last_used_from (str): Network of the address of that call, such as `203.0.113.0/24`.
        suspended_at (datetime.datetime | None): Since when it is refused until it is resumed on its page.
        revoked_at (datetime.datetime | None):
    """

    id: int
    name: str
    prefix: str
    mode: KeyMode
    scopes: list[str]
    store_id: int | None
    allowed_networks: list[str]
    created_at: datetime.datetime
    expires_at: datetime.datetime | None
    rotated_at: datetime.datetime | None
    last_used_at: datetime.datetime | None
    last_used_from: str
    suspended_at: datetime.datetime | None
    revoked_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        prefix = self.prefix

        mode: str = self.mode

        scopes = self.scopes

        store_id: int | None
        store_id = self.store_id

        allowed_networks = self.allowed_networks

        created_at = self.created_at.isoformat()

        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        rotated_at: None | str
        if isinstance(self.rotated_at, datetime.datetime):
            rotated_at = self.rotated_at.isoformat()
        else:
            rotated_at = self.rotated_at

        last_used_at: None | str
        if isinstance(self.last_used_at, datetime.datetime):
            last_used_at = self.last_used_at.isoformat()
        else:
            last_used_at = self.last_used_at

        last_used_from = self.last_used_from

        suspended_at: None | str
        if isinstance(self.suspended_at, datetime.datetime):
            suspended_at = self.suspended_at.isoformat()
        else:
            suspended_at = self.suspended_at

        revoked_at: None | str
        if isinstance(self.revoked_at, datetime.datetime):
            revoked_at = self.revoked_at.isoformat()
        else:
            revoked_at = self.revoked_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "prefix": prefix,
                "mode": mode,
                "scopes": scopes,
                "store_id": store_id,
                "allowed_networks": allowed_networks,
                "created_at": created_at,
                "expires_at": expires_at,
                "rotated_at": rotated_at,
                "last_used_at": last_used_at,
                "last_used_from": last_used_from,
                "suspended_at": suspended_at,
                "revoked_at": revoked_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        prefix = d.pop("prefix")

        mode = check_key_mode(d.pop("mode"))

        scopes = cast(list[str], d.pop("scopes"))

        def _parse_store_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        store_id = _parse_store_id(d.pop("store_id"))

        allowed_networks = cast(list[str], d.pop("allowed_networks"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))

        def _parse_rotated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rotated_at_type_0 = datetime.datetime.fromisoformat(data)

                return rotated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        rotated_at = _parse_rotated_at(d.pop("rotated_at"))

        def _parse_last_used_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_used_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_used_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_used_at = _parse_last_used_at(d.pop("last_used_at"))

        last_used_from = d.pop("last_used_from")

        def _parse_suspended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                suspended_at_type_0 = datetime.datetime.fromisoformat(data)

                return suspended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        suspended_at = _parse_suspended_at(d.pop("suspended_at"))

        def _parse_revoked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                revoked_at_type_0 = datetime.datetime.fromisoformat(data)

                return revoked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        revoked_at = _parse_revoked_at(d.pop("revoked_at"))

        api_key = cls(
            id=id,
            name=name,
            prefix=prefix,
            mode=mode,
            scopes=scopes,
            store_id=store_id,
            allowed_networks=allowed_networks,
            created_at=created_at,
            expires_at=expires_at,
            rotated_at=rotated_at,
            last_used_at=last_used_at,
            last_used_from=last_used_from,
            suspended_at=suspended_at,
            revoked_at=revoked_at,
        )

        api_key.additional_properties = d
        return api_key

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
