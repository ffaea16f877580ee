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
    from ..models.precondition_failed_problem_current import (
        PreconditionFailedProblemCurrent,
    )


T = TypeVar("T", bound="PreconditionFailedProblem")


@_attrs_define
class PreconditionFailedProblem:
    """The order has changed. The order isn't as you saw it: current has its values, the header ETag its version.

    Attributes:
        type_ (str): URL of the explanation of `code`.
        title (str):
        status (Literal[412]):
        detail (str): The reason of the error, and what to do.
        code (Literal['precondition_failed']):
        request_id (str): Identifier of this call, as in the header `Request-Id`.
        current (PreconditionFailedProblemCurrent): The order's present values by field. Without the scope `read_orders`
            only statuses are shown.
    """

    type_: str
    title: str
    status: Literal[412]
    detail: str
    code: Literal["precondition_failed"]
    request_id: str
    current: PreconditionFailedProblemCurrent
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        detail = self.detail

        code = self.code

        request_id = self.request_id

        current = self.current.to_dict()

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
                "current": current,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.precondition_failed_problem_current import (
            PreconditionFailedProblemCurrent,  # noqa: PLC0415
        )

        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = cast(Literal[412], d.pop("status"))
        if status != 412:
            raise ValueError(f"status must match const 412, got '{status}'")

        detail = d.pop("detail")

        code = cast(Literal["precondition_failed"], d.pop("code"))
        if code != "precondition_failed":
            raise ValueError(f"code must match const 'precondition_failed', got '{code}'")

        request_id = d.pop("request_id")

        current = PreconditionFailedProblemCurrent.from_dict(d.pop("current"))

        precondition_failed_problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            code=code,
            request_id=request_id,
            current=current,
        )

        precondition_failed_problem.additional_properties = d
        return precondition_failed_problem

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
