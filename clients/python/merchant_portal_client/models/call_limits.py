from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CallLimits")


@_attrs_define
class CallLimits:
    """Limits of the calls with a key, in the long run and at once.

    Attributes:
        per_store_per_minute (int): Calls about one store; each store counts on its own.
        other_per_minute (int): Calls that are about no single store.
        burst (int): Calls of either kind that may be made at once after a pause.
    """

    per_store_per_minute: int
    other_per_minute: int
    burst: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        per_store_per_minute = self.per_store_per_minute

        other_per_minute = self.other_per_minute

        burst = self.burst

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "per_store_per_minute": per_store_per_minute,
                "other_per_minute": other_per_minute,
                "burst": burst,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        per_store_per_minute = d.pop("per_store_per_minute")

        other_per_minute = d.pop("other_per_minute")

        burst = d.pop("burst")

        call_limits = cls(
            per_store_per_minute=per_store_per_minute,
            other_per_minute=other_per_minute,
            burst=burst,
        )

        call_limits.additional_properties = d
        return call_limits

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
