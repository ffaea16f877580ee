from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="GoneProblem")


@_attrs_define
class GoneProblem:
    """The record is gone. The store deleted it, or no longer offers it to your channel; `reason` says which. Delete your
    copy.

        Attributes:
            type_ (str): URL of the explanation of `code`.
            title (str):
            status (Literal[410]):
            detail (str): The reason of the error, and what to do.
            code (Literal['gone']):
            request_id (str): Identifier of this call, as in the header `Request-Id`.
            deleted_at (datetime.datetime): When the record was deleted, or left your product selection.
            reason (str | Unset): Reason of an entry of the change feed that only one channel gets. New values may be added.
    """

    type_: str
    title: str
    status: Literal[410]
    detail: str
    code: Literal["gone"]
    request_id: str
    deleted_at: datetime.datetime
    reason: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        detail = self.detail

        code = self.code

        request_id = self.request_id

        deleted_at = self.deleted_at.isoformat()

        reason = self.reason

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
                "deleted_at": deleted_at,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason

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

        code = cast(Literal["gone"], d.pop("code"))
        if code != "gone":
            raise ValueError(f"code must match const 'gone', got '{code}'")

        request_id = d.pop("request_id")

        deleted_at = datetime.datetime.fromisoformat(d.pop("deleted_at"))

        reason = d.pop("reason", UNSET)

        gone_problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            code=code,
            request_id=request_id,
            deleted_at=deleted_at,
            reason=reason,
        )

        gone_problem.additional_properties = d
        return gone_problem

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
