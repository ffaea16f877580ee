from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ConnectLink")


@_attrs_define
class ConnectLink:
    """A link by which one merchant connects one store and consents to the channel.

    Attributes:
        id (int):
        reference (str):
        url (str): Address that the merchant opens.
        status (str): Status of an onboarding; each onboarding has exactly one. New values may be added.
        failure_reason (None | str):
        store_id (int | None):
        return_url (None | str):
        language (str):
        created_at (datetime.datetime):
        expires_at (datetime.datetime):
        finished_at (datetime.datetime | None):
    """

    id: int
    reference: str
    url: str
    status: str
    failure_reason: None | str
    store_id: int | None
    return_url: None | str
    language: str
    created_at: datetime.datetime
    expires_at: datetime.datetime
    finished_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        reference = self.reference

        url = self.url

        status = self.status

        failure_reason: None | str
        failure_reason = self.failure_reason

        store_id: int | None
        store_id = self.store_id

        return_url: None | str
        return_url = self.return_url

        language = self.language

        created_at = self.created_at.isoformat()

        expires_at = self.expires_at.isoformat()

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "reference": reference,
                "url": url,
                "status": status,
                "failure_reason": failure_reason,
                "store_id": store_id,
                "return_url": return_url,
                "language": language,
                "created_at": created_at,
                "expires_at": expires_at,
                "finished_at": finished_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        reference = d.pop("reference")

        url = d.pop("url")

        status = d.pop("status")

        def _parse_failure_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        failure_reason = _parse_failure_reason(d.pop("failure_reason"))

        def _parse_store_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        store_id = _parse_store_id(d.pop("store_id"))

        def _parse_return_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        return_url = _parse_return_url(d.pop("return_url"))

        language = d.pop("language")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        connect_link = cls(
            id=id,
            reference=reference,
            url=url,
            status=status,
            failure_reason=failure_reason,
            store_id=store_id,
            return_url=return_url,
            language=language,
            created_at=created_at,
            expires_at=expires_at,
            finished_at=finished_at,
        )

        connect_link.additional_properties = d
        return connect_link

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
