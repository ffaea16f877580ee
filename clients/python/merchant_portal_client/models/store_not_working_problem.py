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

T = TypeVar("T", bound="StoreNotWorkingProblem")


@_attrs_define
class StoreNotWorkingProblem:
    """The store takes no orders now. The detail gives the reason. Nothing can be sent to the store until it works again.

    Attributes:
        type_ (str): URL of the explanation of `code`.
        title (str):
        status (Literal[409]):
        detail (str): The reason of the error, and what to do.
        code (Literal['store_not_working']):
        request_id (str): Identifier of this call, as in the header `Request-Id`.
        state (str): State of the store, as in `Store`.
    """

    type_: str
    title: str
    status: Literal[409]
    detail: str
    code: Literal["store_not_working"]
    request_id: str
    state: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        detail = self.detail

        code = self.code

        request_id = self.request_id

        state = self.state

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
                "state": state,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = cast(Literal[409], d.pop("status"))
        if status != 409:
            raise ValueError(f"status must match const 409, got '{status}'")

        detail = d.pop("detail")

        code = cast(Literal["store_not_working"], d.pop("code"))
        if code != "store_not_working":
            raise ValueError(f"code must match const 'store_not_working', got '{code}'")

        request_id = d.pop("request_id")

        state = d.pop("state")

        store_not_working_problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            code=code,
            request_id=request_id,
            state=state,
        )

        store_not_working_problem.additional_properties = d
        return store_not_working_problem

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
