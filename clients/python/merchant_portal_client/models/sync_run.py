from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SyncRun")


@_attrs_define
class SyncRun:
    """A sync run of one resource of the store.

    A scheduled run that found nothing new has no entry; it counts in `unchanged_checks`.

    Attributes:
        id (int):
        resource (str):
        kind (str):
        state (str):
        total (int | None):
        seen (int):
        saved (int):
        unchanged (int):
        deleted (int):
        quarantined (int):
        requests (int):
        error (None | str):
        created_at (datetime.datetime):
        started_at (datetime.datetime | None):
        finished_at (datetime.datetime | None):
        mismatches (int | None): Differences that a reconciliation found; null for other runs.
    """

    id: int
    resource: str
    kind: str
    state: str
    total: int | None
    seen: int
    saved: int
    unchanged: int
    deleted: int
    quarantined: int
    requests: int
    error: None | str
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    mismatches: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        resource = self.resource

        kind = self.kind

        state = self.state

        total: int | None
        total = self.total

        seen = self.seen

        saved = self.saved

        unchanged = self.unchanged

        deleted = self.deleted

        quarantined = self.quarantined

        requests = self.requests

        error: None | str
        error = self.error

        created_at = self.created_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        mismatches: int | None
        mismatches = self.mismatches

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "resource": resource,
                "kind": kind,
                "state": state,
                "total": total,
                "seen": seen,
                "saved": saved,
                "unchanged": unchanged,
                "deleted": deleted,
                "quarantined": quarantined,
                "requests": requests,
                "error": error,
                "created_at": created_at,
                "started_at": started_at,
                "finished_at": finished_at,
                "mismatches": mismatches,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        resource = d.pop("resource")

        kind = d.pop("kind")

        state = d.pop("state")

        def _parse_total(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        total = _parse_total(d.pop("total"))

        seen = d.pop("seen")

        saved = d.pop("saved")

        unchanged = d.pop("unchanged")

        deleted = d.pop("deleted")

        quarantined = d.pop("quarantined")

        requests = d.pop("requests")

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))

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

        def _parse_mismatches(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        mismatches = _parse_mismatches(d.pop("mismatches"))

        sync_run = cls(
            id=id,
            resource=resource,
            kind=kind,
            state=state,
            total=total,
            seen=seen,
            saved=saved,
            unchanged=unchanged,
            deleted=deleted,
            quarantined=quarantined,
            requests=requests,
            error=error,
            created_at=created_at,
            started_at=started_at,
            finished_at=finished_at,
            mismatches=mismatches,
        )

        sync_run.additional_properties = d
        return sync_run

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
