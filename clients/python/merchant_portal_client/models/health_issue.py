from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.severity import Severity, check_severity

T = TypeVar("T", bound="HealthIssue")


@_attrs_define
class HealthIssue:
    """An open issue of the store.

    Attributes:
        kind (str):
        severity (Severity): Severity of an issue or alert, most severe first.
        cause (str):
        impact (str):
        next_action (str):
        opened_at (datetime.datetime):
        count (int | None): How many orders, events or records it counts; of orders only your own. Null for an issue of
            the connection.
    """

    kind: str
    severity: Severity
    cause: str
    impact: str
    next_action: str
    opened_at: datetime.datetime
    count: int | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind

        severity: str = self.severity

        cause = self.cause

        impact = self.impact

        next_action = self.next_action

        opened_at = self.opened_at.isoformat()

        count: int | None
        count = self.count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "severity": severity,
                "cause": cause,
                "impact": impact,
                "next_action": next_action,
                "opened_at": opened_at,
                "count": count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = d.pop("kind")

        severity = check_severity(d.pop("severity"))

        cause = d.pop("cause")

        impact = d.pop("impact")

        next_action = d.pop("next_action")

        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))

        def _parse_count(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        count = _parse_count(d.pop("count"))

        health_issue = cls(
            kind=kind,
            severity=severity,
            cause=cause,
            impact=impact,
            next_action=next_action,
            opened_at=opened_at,
            count=count,
        )

        health_issue.additional_properties = d
        return health_issue

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
