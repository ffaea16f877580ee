from __future__ import annotations

from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.submission import Submission


T = TypeVar("T", bound="OrderRejectedProblem")


@_attrs_define
class OrderRejectedProblem:
    """Order rejected. The submission contains the reasons and a new quote. Submit again with a new key.

    Attributes:
        type_ (str): URL of the explanation of `code`.
        title (str):
        status (Literal[422]):
        detail (str): The reason of the error, and what to do.
        code (Literal['order_rejected']):
        request_id (str): Identifier of this call, as in the header `Request-Id`.
        submission (Submission): An order request that was submitted to a store, and its outcome.
    """

    type_: str
    title: str
    status: Literal[422]
    detail: str
    code: Literal["order_rejected"]
    request_id: str
    submission: Submission
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        detail = self.detail

        code = self.code

        request_id = self.request_id

        submission = self.submission.to_dict()

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
                "submission": submission,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.submission import Submission  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = cast(Literal[422], d.pop("status"))
        if status != 422:
            raise ValueError(f"status must match const 422, got '{status}'")

        detail = d.pop("detail")

        code = cast(Literal["order_rejected"], d.pop("code"))
        if code != "order_rejected":
            raise ValueError(f"code must match const 'order_rejected', got '{code}'")

        request_id = d.pop("request_id")

        submission = Submission.from_dict(d.pop("submission"))

        order_rejected_problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            code=code,
            request_id=request_id,
            submission=submission,
        )

        order_rejected_problem.additional_properties = d
        return order_rejected_problem

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
