from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.severity import Severity, check_severity
from ..types import UNSET, Unset

T = TypeVar("T", bound="IssueEventData")


@_attrs_define
class IssueEventData:
    """Issue that has opened or ended. Read what it counts at `url`.

    Attributes:
        store_id (int):
        id (int): ID of the issue.
        kind (str): Kind of the issue, such as `orders_rejected` or `token_dead`.
        severity (Severity): Severity of an issue or alert, most severe first.
        opened_at (datetime.datetime):
        url (str): URL to read it with an API key.
        count (int | None | Unset): How many orders, events or records it counts; of orders only your own. Absent for an
            issue of the connection.
        resolved_at (datetime.datetime | None | Unset): Only with `issue.resolved`, and only if the issue has ended for
            everybody.
        external_reference (None | str | Unset): Your reference of the store, from its connect link.
    """

    store_id: int
    id: int
    kind: str
    severity: Severity
    opened_at: datetime.datetime
    url: str
    count: int | None | Unset = UNSET
    resolved_at: datetime.datetime | None | Unset = UNSET
    external_reference: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        store_id = self.store_id

        id = self.id

        kind = self.kind

        severity: str = self.severity

        opened_at = self.opened_at.isoformat()

        url = self.url

        count: int | None | Unset
        if isinstance(self.count, Unset):
            count = UNSET
        else:
            count = self.count

        resolved_at: None | str | Unset
        if isinstance(self.resolved_at, Unset):
            resolved_at = UNSET
        elif isinstance(self.resolved_at, datetime.datetime):
            resolved_at = self.resolved_at.isoformat()
        else:
            resolved_at = self.resolved_at

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
                "id": id,
                "kind": kind,
                "severity": severity,
                "opened_at": opened_at,
                "url": url,
            }
        )
        if count is not UNSET:
            field_dict["count"] = count
        if resolved_at is not UNSET:
            field_dict["resolved_at"] = resolved_at
        if external_reference is not UNSET:
            field_dict["external_reference"] = external_reference

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        store_id = d.pop("store_id")

        id = d.pop("id")

        kind = d.pop("kind")

        severity = check_severity(d.pop("severity"))

        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))

        url = d.pop("url")

        def _parse_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        count = _parse_count(d.pop("count", UNSET))

        def _parse_resolved_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolved_at_type_0 = datetime.datetime.fromisoformat(data)

                return resolved_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        resolved_at = _parse_resolved_at(d.pop("resolved_at", UNSET))

        def _parse_external_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        external_reference = _parse_external_reference(d.pop("external_reference", UNSET))

        issue_event_data = cls(
            store_id=store_id,
            id=id,
            kind=kind,
            severity=severity,
            opened_at=opened_at,
            url=url,
            count=count,
            resolved_at=resolved_at,
            external_reference=external_reference,
        )

        issue_event_data.additional_properties = d
        return issue_event_data

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
