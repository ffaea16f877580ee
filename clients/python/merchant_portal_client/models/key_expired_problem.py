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

T = TypeVar("T", bound="KeyExpiredProblem")


@_attrs_define
class KeyExpiredProblem:
    """The API key has expired. Create a new key. The team that made this one chose its last day.

    Attributes:
        type_ (str): URL of the explanation of `code`.
        title (str):
        status (Literal[401]):
        detail (str): The reason of the error, and what to do.
        code (Literal['key_expired']):
        request_id (str): Identifier of this call, as in the header `Request-Id`.
    """

    type_: str
    title: str
    status: Literal[401]
    detail: str
    code: Literal["key_expired"]
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

        status = cast(Literal[401], d.pop("status"))
        if status != 401:
            raise ValueError(f"status must match const 401, got '{status}'")

        detail = d.pop("detail")

        code = cast(Literal["key_expired"], d.pop("code"))
        if code != "key_expired":
            raise ValueError(f"code must match const 'key_expired', got '{code}'")

        request_id = d.pop("request_id")

        key_expired_problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            code=code,
            request_id=request_id,
        )

        key_expired_problem.additional_properties = d
        return key_expired_problem

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
