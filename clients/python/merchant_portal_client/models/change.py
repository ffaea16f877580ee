from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.feed_operation import FeedOperation, check_feed_operation
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.change_record_type_0 import ChangeRecordType0


T = TypeVar("T", bound="Change")


@_attrs_define
class Change:
    """A change of a record in the portal's copy of a store.

    Attributes:
        sequence (str): Cursor after this change, to send as `after`. Unique.
        store_id (int):
        resource (str): Resource of an entry, by its name in the API's paths. New values may be added.
        id (int): Ecwid's ID of the record; of `stores`, the store ID.
        operation (FeedOperation): Operation that an entry of the change feed reports.
        reason (None | str): `entered_selection` with `created` and `left_selection` with `deleted`: the store's
            merchant has changed which products you get, or the product has changed. Its variations enter and leave with it.
            Null for a change of the record itself.
        changed_fields (list[str] | None): With `updated`: names of Ecwid's fields (those in `raw`) that differ; null if
            not known.
        at (datetime.datetime): When the portal noticed the change.
        record (ChangeRecordType0 | None | Unset): The present record, which may be newer than this change; null if it
            is deleted by now or not in your selection. Returned only with `include=record`.
    """

    sequence: str
    store_id: int
    resource: str
    id: int
    operation: FeedOperation
    reason: None | str
    changed_fields: list[str] | None
    at: datetime.datetime
    record: ChangeRecordType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.change_record_type_0 import ChangeRecordType0  # noqa: PLC0415

        sequence = self.sequence

        store_id = self.store_id

        resource = self.resource

        id = self.id

        operation: str = self.operation

        reason: None | str
        reason = self.reason

        changed_fields: list[str] | None
        if isinstance(self.changed_fields, list):
            changed_fields = self.changed_fields

        else:
            changed_fields = self.changed_fields

        at = self.at.isoformat()

        record: dict[str, Any] | None | Unset
        if isinstance(self.record, Unset):
            record = UNSET
        elif isinstance(self.record, ChangeRecordType0):
            record = self.record.to_dict()
        else:
            record = self.record

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "sequence": sequence,
                "store_id": store_id,
                "resource": resource,
                "id": id,
                "operation": operation,
                "reason": reason,
                "changed_fields": changed_fields,
                "at": at,
            }
        )
        if record is not UNSET:
            field_dict["record"] = record

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.change_record_type_0 import ChangeRecordType0  # noqa: PLC0415

        d = dict(src_dict)
        sequence = d.pop("sequence")

        store_id = d.pop("store_id")

        resource = d.pop("resource")

        id = d.pop("id")

        operation = check_feed_operation(d.pop("operation"))

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        def _parse_changed_fields(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                changed_fields_type_0 = cast(list[str], data)

                return changed_fields_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        changed_fields = _parse_changed_fields(d.pop("changed_fields"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        def _parse_record(data: object) -> ChangeRecordType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                record_type_0 = ChangeRecordType0.from_dict(data)

                return record_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ChangeRecordType0 | None | Unset, data)

        record = _parse_record(d.pop("record", UNSET))

        change = cls(
            sequence=sequence,
            store_id=store_id,
            resource=resource,
            id=id,
            operation=operation,
            reason=reason,
            changed_fields=changed_fields,
            at=at,
            record=record,
        )

        change.additional_properties = d
        return change

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
