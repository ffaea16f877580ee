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

T = TypeVar("T", bound="UnavailableProblem")


@_attrs_define
class UnavailableProblem:
    """Service unavailable. Part of the portal is restarting. Try again in a minute. No data is lost.

    Attributes:
        type_ (str): URL of the explanation of `code`.
        title (str):
        status (Literal[503]):
        detail (str): The reason of the error, and what to do.
        code (Literal['unavailable']):
        request_id (str): Identifier of this call, as in the header `Request-Id`.
        retry_after_s (int): Seconds to wait, as in the header `Retry-After`.
    """

    type_: str
    title: str
    status: Literal[503]
    detail: str
    code: Literal["unavailable"]
    request_id: str
    retry_after_s: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        detail = self.detail

        code = self.code

        request_id = self.request_id

        retry_after_s = self.retry_after_s

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
                "retry_after_s": retry_after_s,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = cast(Literal[503], d.pop("status"))
        if status != 503:
            raise ValueError(f"status must match const 503, got '{status}'")

        detail = d.pop("detail")

        code = cast(Literal["unavailable"], d.pop("code"))
        if code != "unavailable":
            raise ValueError(f"code must match const 'unavailable', got '{code}'")

        request_id = d.pop("request_id")

        retry_after_s = d.pop("retry_after_s")

        unavailable_problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            code=code,
            request_id=request_id,
            retry_after_s=retry_after_s,
        )

        unavailable_problem.additional_properties = d
        return unavailable_problem

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
