from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ValidationMessage")


@_attrs_define
class ValidationMessage:
    """A validation error, which makes the store refuse the order, or a warning.

    Attributes:
        code (str):
        message (str | Unset): Removed when the customer's data is erased.
        line (int | Unset): Index of the affected line, starting at 0.
        field (str | Unset): Path of the request field to correct.
    """

    code: str
    message: str | Unset = UNSET
    line: int | Unset = UNSET
    field: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        message = self.message

        line = self.line

        field = self.field

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
            }
        )
        if message is not UNSET:
            field_dict["message"] = message
        if line is not UNSET:
            field_dict["line"] = line
        if field is not UNSET:
            field_dict["field"] = field

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        message = d.pop("message", UNSET)

        line = d.pop("line", UNSET)

        field = d.pop("field", UNSET)

        validation_message = cls(
            code=code,
            message=message,
            line=line,
            field=field,
        )

        validation_message.additional_properties = d
        return validation_message

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
