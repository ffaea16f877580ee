from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.first_import_state import FirstImportState, check_first_import_state

T = TypeVar("T", bound="FirstImport")


@_attrs_define
class FirstImport:
    """Progress of the first import of a store's records.

    Attributes:
        state (FirstImportState): State of a store's first import.
        percent (int): Percentage of records that were read.
    """

    state: FirstImportState
    percent: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        state: str = self.state

        percent = self.percent

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "percent": percent,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        state = check_first_import_state(d.pop("state"))

        percent = d.pop("percent")

        first_import = cls(
            state=state,
            percent=percent,
        )

        first_import.additional_properties = d
        return first_import

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
