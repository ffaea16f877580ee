from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.available_line import AvailableLine
    from ..models.validation_message import ValidationMessage


T = TypeVar("T", bound="Availability")


@_attrs_define
class Availability:
    """Price and stock of lines.

    Attributes:
        store_id (int):
        currency (str):
        lines (list[AvailableLine]):
        validation_errors (list[ValidationMessage]): Reasons that concern the whole store, such as `store_closed`.
        read_at (datetime.datetime): When the store was asked.
    """

    store_id: int
    currency: str
    lines: list[AvailableLine]
    validation_errors: list[ValidationMessage]
    read_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        store_id = self.store_id

        currency = self.currency

        lines = []
        for lines_item_data in self.lines:
            lines_item = lines_item_data.to_dict()
            lines.append(lines_item)

        validation_errors = []
        for validation_errors_item_data in self.validation_errors:
            validation_errors_item = validation_errors_item_data.to_dict()
            validation_errors.append(validation_errors_item)

        read_at = self.read_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "store_id": store_id,
                "currency": currency,
                "lines": lines,
                "validation_errors": validation_errors,
                "read_at": read_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.available_line import AvailableLine  # noqa: PLC0415
        from ..models.validation_message import ValidationMessage  # noqa: PLC0415

        d = dict(src_dict)
        store_id = d.pop("store_id")

        currency = d.pop("currency")

        lines = []
        _lines = d.pop("lines")
        for lines_item_data in _lines:
            lines_item = AvailableLine.from_dict(lines_item_data)

            lines.append(lines_item)

        validation_errors = []
        _validation_errors = d.pop("validation_errors")
        for validation_errors_item_data in _validation_errors:
            validation_errors_item = ValidationMessage.from_dict(validation_errors_item_data)

            validation_errors.append(validation_errors_item)

        read_at = datetime.datetime.fromisoformat(d.pop("read_at"))

        availability = cls(
            store_id=store_id,
            currency=currency,
            lines=lines,
            validation_errors=validation_errors,
            read_at=read_at,
        )

        availability.additional_properties = d
        return availability

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
