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

T = TypeVar("T", bound="AddressNotAllowedProblem")


@_attrs_define
class AddressNotAllowedProblem:
    """The API key can't be used from this address. The key is limited to networks. Call from one of them, or create
    another key.

        Attributes:
            type_ (str): URL of the explanation of `code`.
            title (str):
            status (Literal[403]):
            detail (str): The reason of the error, and what to do.
            code (Literal['address_not_allowed']):
            request_id (str): Identifier of this call, as in the header `Request-Id`.
    """

    type_: str
    title: str
    status: Literal[403]
    detail: str
    code: Literal["address_not_allowed"]
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

        status = cast(Literal[403], d.pop("status"))
        if status != 403:
            raise ValueError(f"status must match const 403, got '{status}'")

        detail = d.pop("detail")

        code = cast(Literal["address_not_allowed"], d.pop("code"))
        if code != "address_not_allowed":
            raise ValueError(f"code must match const 'address_not_allowed', got '{code}'")

        request_id = d.pop("request_id")

        address_not_allowed_problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            code=code,
            request_id=request_id,
        )

        address_not_allowed_problem.additional_properties = d
        return address_not_allowed_problem

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
