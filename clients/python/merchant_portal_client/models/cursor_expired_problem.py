from __future__ import annotations

from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CursorExpiredProblem")


@_attrs_define
class CursorExpiredProblem:
    """The cursor has expired. Take the cursor of after=now, and read the lists in full.

    Attributes:
        type_ (str): URL of the explanation of `code`.
        title (str):
        status (Literal[410]):
        detail (str): The reason of the error, and what to do.
        code (Literal['cursor_expired']):
        request_id (str): Identifier of this call, as in the header `Request-Id`.
    """

    type_: str
    title: str
    status: Literal[410]
    detail: str
    code: Literal["cursor_expired"]
    request_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        detail = self.detail

        code = self.code

        request_id = self.request_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "title": title,
                "status": status,
                "detail": detail,
                "code": code,
                "request_id": request_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = cast(Literal[410], d.pop("status"))
        if status != 410:
            raise ValueError(f"status must match const 410, got '{status}'")

        detail = d.pop("detail")

        code = cast(Literal["cursor_expired"], d.pop("code"))
        if code != "cursor_expired":
            raise ValueError(f"code must match const 'cursor_expired', got '{code}'")

        request_id = d.pop("request_id")

        cursor_expired_problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            code=code,
            request_id=request_id,
        )

        cursor_expired_problem.additional_properties = d
        return cursor_expired_problem

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
