from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="HealthResource")


@_attrs_define
class HealthResource:
    """Sync status of one resource of the store.

    Attributes:
        resource (str):
        freshness (str): How fresh a resource is; `DEFINITIONS` explains each value. New values may be added.
        records (int):
        quarantined (int):
        minutes_behind (int | None):
        last_success_at (datetime.datetime | None):
        check_interval_s (int): Seconds between two checks; more while nothing changes.
        unchanged_checks (int): Checks since `unchanged_since` that found nothing new.
        unchanged_since (datetime.datetime | None):
        is_paused (bool):
    """

    resource: str
    freshness: str
    records: int
    quarantined: int
    minutes_behind: int | None
    last_success_at: datetime.datetime | None
    check_interval_s: int
    unchanged_checks: int
    unchanged_since: datetime.datetime | None
    is_paused: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        resource = self.resource

        freshness = self.freshness

        records = self.records

        quarantined = self.quarantined

        minutes_behind: int | None
        minutes_behind = self.minutes_behind

        last_success_at: None | str
        if isinstance(self.last_success_at, datetime.datetime):
            last_success_at = self.last_success_at.isoformat()
        else:
            last_success_at = self.last_success_at

        check_interval_s = self.check_interval_s

        unchanged_checks = self.unchanged_checks

        unchanged_since: None | str
        if isinstance(self.unchanged_since, datetime.datetime):
            unchanged_since = self.unchanged_since.isoformat()
        else:
            unchanged_since = self.unchanged_since

        is_paused = self.is_paused

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "resource": resource,
                "freshness": freshness,
                "records": records,
                "quarantined": quarantined,
                "minutes_behind": minutes_behind,
                "last_success_at": last_success_at,
                "check_interval_s": check_interval_s,
                "unchanged_checks": unchanged_checks,
                "unchanged_since": unchanged_since,
                "is_paused": is_paused,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        resource = d.pop("resource")

        freshness = d.pop("freshness")

        records = d.pop("records")

        quarantined = d.pop("quarantined")

        def _parse_minutes_behind(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        minutes_behind = _parse_minutes_behind(d.pop("minutes_behind"))

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

        check_interval_s = d.pop("check_interval_s")

        unchanged_checks = d.pop("unchanged_checks")

        def _parse_unchanged_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                unchanged_since_type_0 = datetime.datetime.fromisoformat(data)

                return unchanged_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        unchanged_since = _parse_unchanged_since(d.pop("unchanged_since"))

        is_paused = d.pop("is_paused")

        health_resource = cls(
            resource=resource,
            freshness=freshness,
            records=records,
            quarantined=quarantined,
            minutes_behind=minutes_behind,
            last_success_at=last_success_at,
            check_interval_s=check_interval_s,
            unchanged_checks=unchanged_checks,
            unchanged_since=unchanged_since,
            is_paused=is_paused,
        )

        health_resource.additional_properties = d
        return health_resource

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
