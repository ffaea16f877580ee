from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.order_update_state import OrderUpdateState, check_order_update_state

if TYPE_CHECKING:
    from ..models.order_update_changes import OrderUpdateChanges
    from ..models.order_update_expected import OrderUpdateExpected
    from ..models.order_update_remote_type_0 import OrderUpdateRemoteType0
    from ..models.parcel import Parcel
    from ..models.refund_note import RefundNote


T = TypeVar("T", bound="OrderUpdate")


@_attrs_define
class OrderUpdate:
    """An update of an order: waiting, finished, or in conflict with the store.

    Attributes:
        id (int):
        order_id (int):
        order_number (str):
        state (OrderUpdateState): Progress of an order update.
        changes (OrderUpdateChanges):
        expected (OrderUpdateExpected): Values that the store had, by field; see `remote`.
        remote (None | OrderUpdateRemoteType0): Values in the store at the time of the attempt. Without the scope
            `read_orders` only statuses are shown.
        attempts (int):
        error (None | str):
        requested_at (datetime.datetime):
        finished_at (datetime.datetime | None):
        parcels (list[Parcel] | None): As you sent them.
        refund (None | RefundNote): As you sent it.
    """

    id: int
    order_id: int
    order_number: str
    state: OrderUpdateState
    changes: OrderUpdateChanges
    expected: OrderUpdateExpected
    remote: None | OrderUpdateRemoteType0
    attempts: int
    error: None | str
    requested_at: datetime.datetime
    finished_at: datetime.datetime | None
    parcels: list[Parcel] | None
    refund: None | RefundNote
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.order_update_remote_type_0 import OrderUpdateRemoteType0  # noqa: PLC0415
        from ..models.refund_note import RefundNote  # noqa: PLC0415

        id = self.id

        order_id = self.order_id

        order_number = self.order_number

        state: str = self.state

        changes = self.changes.to_dict()

        expected = self.expected.to_dict()

        remote: dict[str, Any] | None
        if isinstance(self.remote, OrderUpdateRemoteType0):
            remote = self.remote.to_dict()
        else:
            remote = self.remote

        attempts = self.attempts

        error: None | str
        error = self.error

        requested_at = self.requested_at.isoformat()

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        parcels: list[dict[str, Any]] | None
        if isinstance(self.parcels, list):
            parcels = []
            for parcels_type_0_item_data in self.parcels:
                parcels_type_0_item = parcels_type_0_item_data.to_dict()
                parcels.append(parcels_type_0_item)

        else:
            parcels = self.parcels

        refund: dict[str, Any] | None
        if isinstance(self.refund, RefundNote):
            refund = self.refund.to_dict()
        else:
            refund = self.refund

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "order_id": order_id,
                "order_number": order_number,
                "state": state,
                "changes": changes,
                "expected": expected,
                "remote": remote,
                "attempts": attempts,
                "error": error,
                "requested_at": requested_at,
                "finished_at": finished_at,
                "parcels": parcels,
                "refund": refund,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.order_update_changes import OrderUpdateChanges  # noqa: PLC0415
        from ..models.order_update_expected import OrderUpdateExpected  # noqa: PLC0415
        from ..models.order_update_remote_type_0 import OrderUpdateRemoteType0  # noqa: PLC0415
        from ..models.parcel import Parcel  # noqa: PLC0415
        from ..models.refund_note import RefundNote  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        order_id = d.pop("order_id")

        order_number = d.pop("order_number")

        state = check_order_update_state(d.pop("state"))

        changes = OrderUpdateChanges.from_dict(d.pop("changes"))

        expected = OrderUpdateExpected.from_dict(d.pop("expected"))

        def _parse_remote(data: object) -> None | OrderUpdateRemoteType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                remote_type_0 = OrderUpdateRemoteType0.from_dict(data)

                return remote_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderUpdateRemoteType0, data)

        remote = _parse_remote(d.pop("remote"))

        attempts = d.pop("attempts")

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        requested_at = datetime.datetime.fromisoformat(d.pop("requested_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        def _parse_parcels(data: object) -> list[Parcel] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                parcels_type_0 = []
                _parcels_type_0 = data
                for parcels_type_0_item_data in _parcels_type_0:
                    parcels_type_0_item = Parcel.from_dict(parcels_type_0_item_data)

                    parcels_type_0.append(parcels_type_0_item)

                return parcels_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Parcel] | None, data)

        parcels = _parse_parcels(d.pop("parcels"))

        def _parse_refund(data: object) -> None | RefundNote:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                refund_type_0 = RefundNote.from_dict(data)

                return refund_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RefundNote, data)

        refund = _parse_refund(d.pop("refund"))

        order_update = cls(
            id=id,
            order_id=order_id,
            order_number=order_number,
            state=state,
            changes=changes,
            expected=expected,
            remote=remote,
            attempts=attempts,
            error=error,
            requested_at=requested_at,
            finished_at=finished_at,
            parcels=parcels,
            refund=refund,
        )

        order_update.additional_properties = d
        return order_update

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
