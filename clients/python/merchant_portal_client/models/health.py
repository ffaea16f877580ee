from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.health_status import HealthStatus, check_health_status

if TYPE_CHECKING:
    from ..models.health_issue import HealthIssue
    from ..models.health_resource import HealthResource
    from ..models.health_sections import HealthSections


T = TypeVar("T", bound="Health")


@_attrs_define
class Health:
    """Overall status of a store, and the status of each section.

    Attributes:
        store_id (int):
        external_reference (None | str): Your reference of the store, from its connect link.
        status (HealthStatus): Status of a section, best first.
        sections (HealthSections): Sections of a store's health.
        missing_scopes (list[str]): Missing scopes; while there is one, nothing is read or sent.
        missing_features (list[str]):
        resources (list[HealthResource]):
        pending_events (int):
        last_event_at (datetime.datetime | None):
        issues (list[HealthIssue]):
    """

    store_id: int
    external_reference: None | str
    status: HealthStatus
    sections: HealthSections
    missing_scopes: list[str]
    missing_features: list[str]
    resources: list[HealthResource]
    pending_events: int
    last_event_at: datetime.datetime | None
    issues: list[HealthIssue]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        store_id = self.store_id

        external_reference: None | str
        external_reference = self.external_reference

        status: str = self.status

        sections = self.sections.to_dict()

        missing_scopes = self.missing_scopes

        missing_features = self.missing_features

        resources = []
        for resources_item_data in self.resources:
            resources_item = resources_item_data.to_dict()
            resources.append(resources_item)

        pending_events = self.pending_events

        last_event_at: None | str
        if isinstance(self.last_event_at, datetime.datetime):
            last_event_at = self.last_event_at.isoformat()
        else:
            last_event_at = self.last_event_at

        issues = []
        for issues_item_data in self.issues:
            issues_item = issues_item_data.to_dict()
            issues.append(issues_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "store_id": store_id,
                "external_reference": external_reference,
                "status": status,
                "sections": sections,
                "missing_scopes": missing_scopes,
                "missing_features": missing_features,
                "resources": resources,
                "pending_events": pending_events,
                "last_event_at": last_event_at,
                "issues": issues,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.health_issue import HealthIssue  # noqa: PLC0415
        from ..models.health_resource import HealthResource  # noqa: PLC0415
        from ..models.health_sections import HealthSections  # noqa: PLC0415

        d = dict(src_dict)
        store_id = d.pop("store_id")

        def _parse_external_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        external_reference = _parse_external_reference(d.pop("external_reference"))

        status = check_health_status(d.pop("status"))

        sections = HealthSections.from_dict(d.pop("sections"))

        missing_scopes = cast(list[str], d.pop("missing_scopes"))

        missing_features = cast(list[str], d.pop("missing_features"))

        resources = []
        _resources = d.pop("resources")
        for resources_item_data in _resources:
            resources_item = HealthResource.from_dict(resources_item_data)

            resources.append(resources_item)

        pending_events = d.pop("pending_events")

        def _parse_last_event_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_event_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_event_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        last_event_at = _parse_last_event_at(d.pop("last_event_at"))

        issues = []
        _issues = d.pop("issues")
        for issues_item_data in _issues:
            issues_item = HealthIssue.from_dict(issues_item_data)

            issues.append(issues_item)

        health = cls(
            store_id=store_id,
            external_reference=external_reference,
            status=status,
            sections=sections,
            missing_scopes=missing_scopes,
            missing_features=missing_features,
            resources=resources,
            pending_events=pending_events,
            last_event_at=last_event_at,
            issues=issues,
        )

        health.additional_properties = d
        return health

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
