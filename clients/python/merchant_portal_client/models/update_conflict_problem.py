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

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.order_update import OrderUpdate


T = TypeVar("T", bound="UpdateConflictProblem")


@_attrs_define
class UpdateConflictProblem:
    """The store has changed the same fields. The update contains both values. Send it again to overwrite, or drop it.

    Attributes:
        type_ (str): URL of the explanation of `code`.
        title (str):
        status (Literal[409]):
        detail (str): The reason of the error, and what to do.
        code (Literal['update_conflict']):
        request_id (str): Identifier of this call, as in the header `Request-Id`.
        order_update (OrderUpdate | Unset): An update of an order: waiting, finished, or in conflict with the store.
    """

    type_: str
    title: str
    status: Literal[409]
    detail: str
    code: Literal["update_conflict"]
    request_id: str
    order_update: OrderUpdate | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        detail = self.detail

        code = self.code

        request_id = self.request_id

        order_update: dict[str, Any] | Unset = UNSET
        if not isinstance(self.order_update, Unset):
            order_update = self.order_update.to_dict()

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
        if order_update is not UNSET:
            field_dict["order_update"] = order_update

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.order_update import OrderUpdate  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = cast(Literal[409], d.pop("status"))
        if status != 409:
            raise ValueError(f"status must match const 409, got '{status}'")

        detail = d.pop("detail")

        code = cast(Literal["update_conflict"], d.pop("code"))
        if code != "update_conflict":
            raise ValueError(f"code must match const 'update_conflict', got '{code}'")

        request_id = d.pop("request_id")

        _order_update = d.pop("order_update", UNSET)
        order_update: OrderUpdate | Unset
        if isinstance(_order_update, Unset):
            order_update = UNSET
        else:
            order_update = OrderUpdate.from_dict(_order_update)

        update_conflict_problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            code=code,
            request_id=request_id,
            order_update=order_update,
        )

        update_conflict_problem.additional_properties = d
        return update_conflict_problem

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
