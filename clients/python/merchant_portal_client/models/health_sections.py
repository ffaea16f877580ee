from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.health_section import HealthSection


T = TypeVar("T", bound="HealthSections")


@_attrs_define
class HealthSections:
    """Sections of a store's health.

    Attributes:
        connection (HealthSection): Status of one section and the reason.
        scopes (HealthSection): Status of one section and the reason.
        plan (HealthSection): Status of one section and the reason.
        sync (HealthSection): Status of one section and the reason.
        webhooks (HealthSection): Status of one section and the reason.
        issues (HealthSection): Status of one section and the reason.
    """

    connection: HealthSection
    scopes: HealthSection
    plan: HealthSection
    sync: HealthSection
    webhooks: HealthSection
    issues: HealthSection
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        connection = self.connection.to_dict()

        scopes = self.scopes.to_dict()

        plan = self.plan.to_dict()

        sync = self.sync.to_dict()

        webhooks = self.webhooks.to_dict()

        issues = self.issues.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "connection": connection,
                "scopes": scopes,
                "plan": plan,
                "sync": sync,
                "webhooks": webhooks,
                "issues": issues,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.health_section import HealthSection  # noqa: PLC0415

        d = dict(src_dict)
        connection = HealthSection.from_dict(d.pop("connection"))

        scopes = HealthSection.from_dict(d.pop("scopes"))

        plan = HealthSection.from_dict(d.pop("plan"))

        sync = HealthSection.from_dict(d.pop("sync"))

        webhooks = HealthSection.from_dict(d.pop("webhooks"))

        issues = HealthSection.from_dict(d.pop("issues"))

        health_sections = cls(
            connection=connection,
            scopes=scopes,
            plan=plan,
            sync=sync,
            webhooks=webhooks,
            issues=issues,
        )

        health_sections.additional_properties = d
        return health_sections

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
