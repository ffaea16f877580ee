from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.submission_state import SubmissionState, check_submission_state

T = TypeVar("T", bound="SubmissionStep")


@_attrs_define
class SubmissionStep:
    """One entry of a submission's history.

    Attributes:
        state (SubmissionState):
        happened_at (datetime.datetime):
        detail (None | str):
    """

    state: SubmissionState
    happened_at: datetime.datetime
    detail: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        state: str = self.state

        happened_at = self.happened_at.isoformat()

        detail: None | str
        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "state": state,
                "happened_at": happened_at,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        state = check_submission_state(d.pop("state"))

        happened_at = datetime.datetime.fromisoformat(d.pop("happened_at"))

        def _parse_detail(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        detail = _parse_detail(d.pop("detail"))

        submission_step = cls(
            state=state,
            happened_at=happened_at,
            detail=detail,
        )

        submission_step.additional_properties = d
        return submission_step

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
