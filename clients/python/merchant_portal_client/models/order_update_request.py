from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.order_update_request_fulfillment_status_type_0 import (
    OrderUpdateRequestFulfillmentStatusType0,
    check_order_update_request_fulfillment_status_type_0,
)
from ..models.order_update_request_payment_status_type_0 import (
    OrderUpdateRequestPaymentStatusType0,
    check_order_update_request_payment_status_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.order_values import OrderValues
    from ..models.parcel import Parcel
    from ..models.refund_note import RefundNote


T = TypeVar("T", bound="OrderUpdateRequest")


@_attrs_define
class OrderUpdateRequest:
    """New values of an order's fields. Omitted fields don't change; an empty string clears one.

    Attributes:
        payment_status (None | OrderUpdateRequestPaymentStatusType0 | Unset):
        fulfillment_status (None | OrderUpdateRequestFulfillmentStatusType0 | Unset):
        tracking_number (None | str | Unset):
        private_notes (None | str | Unset):
        parcels (list[Parcel] | None | Unset): All parcels of the order, in place of `tracking_number`. Ecwid keeps one
            number: the store gets the first one's. The portal keeps the others, carriers and URLs, and shows them to the
            merchant. An empty list deletes them.
        refund (None | RefundNote | Unset):
        expected (None | OrderValues | Unset):
    """

    payment_status: None | OrderUpdateRequestPaymentStatusType0 | Unset = UNSET
    fulfillment_status: None | OrderUpdateRequestFulfillmentStatusType0 | Unset = UNSET
    tracking_number: None | str | Unset = UNSET
    private_notes: None | str | Unset = UNSET
    parcels: list[Parcel] | None | Unset = UNSET
    refund: None | RefundNote | Unset = UNSET
    expected: None | OrderValues | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.order_values import OrderValues  # noqa: PLC0415
        from ..models.refund_note import RefundNote  # noqa: PLC0415

        payment_status: None | str | Unset
        if isinstance(self.payment_status, Unset):
            payment_status = UNSET
        elif isinstance(self.payment_status, str):
            payment_status = self.payment_status
        else:
            payment_status = self.payment_status

        fulfillment_status: None | str | Unset
        if isinstance(self.fulfillment_status, Unset):
            fulfillment_status = UNSET
        elif isinstance(self.fulfillment_status, str):
            fulfillment_status = self.fulfillment_status
        else:
            fulfillment_status = self.fulfillment_status

        tracking_number: None | str | Unset
        if isinstance(self.tracking_number, Unset):
            tracking_number = UNSET
        else:
            tracking_number = self.tracking_number

        private_notes: None | str | Unset
        if isinstance(self.private_notes, Unset):
            private_notes = UNSET
        else:
            private_notes = self.private_notes

        parcels: list[dict[str, Any]] | None | Unset
        if isinstance(self.parcels, Unset):
            parcels = UNSET
        elif isinstance(self.parcels, list):
            parcels = []
            for parcels_type_0_item_data in self.parcels:
                parcels_type_0_item = parcels_type_0_item_data.to_dict()
                parcels.append(parcels_type_0_item)

        else:
            parcels = self.parcels

        refund: dict[str, Any] | None | Unset
        if isinstance(self.refund, Unset):
            refund = UNSET
        elif isinstance(self.refund, RefundNote):
            refund = self.refund.to_dict()
        else:
            refund = self.refund

        expected: dict[str, Any] | None | Unset
        if isinstance(self.expected, Unset):
            expected = UNSET
        elif isinstance(self.expected, OrderValues):
            expected = self.expected.to_dict()
        else:
            expected = self.expected

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if payment_status is not UNSET:
            field_dict["payment_status"] = payment_status
        if fulfillment_status is not UNSET:
            field_dict["fulfillment_status"] = fulfillment_status
        if tracking_number is not UNSET:
            field_dict["tracking_number"] = tracking_number
        if private_notes is not UNSET:
            field_dict["private_notes"] = private_notes
        if parcels is not UNSET:
            field_dict["parcels"] = parcels
        if refund is not UNSET:
            field_dict["refund"] = refund
        if expected is not UNSET:
            field_dict["expected"] = expected

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.order_values import OrderValues  # noqa: PLC0415
        from ..models.parcel import Parcel  # noqa: PLC0415
        from ..models.refund_note import RefundNote  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_payment_status(
            data: object,
        ) -> None | OrderUpdateRequestPaymentStatusType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                payment_status_type_0 = check_order_update_request_payment_status_type_0(data)

                return payment_status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderUpdateRequestPaymentStatusType0 | Unset, data)

        payment_status = _parse_payment_status(d.pop("payment_status", UNSET))

        def _parse_fulfillment_status(
            data: object,
        ) -> None | OrderUpdateRequestFulfillmentStatusType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                fulfillment_status_type_0 = check_order_update_request_fulfillment_status_type_0(
                    data
                )

                return fulfillment_status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderUpdateRequestFulfillmentStatusType0 | Unset, data)

        fulfillment_status = _parse_fulfillment_status(d.pop("fulfillment_status", UNSET))

        def _parse_tracking_number(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        tracking_number = _parse_tracking_number(d.pop("tracking_number", UNSET))

        def _parse_private_notes(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        private_notes = _parse_private_notes(d.pop("private_notes", UNSET))

        def _parse_parcels(data: object) -> list[Parcel] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
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
            return cast(list[Parcel] | None | Unset, data)

        parcels = _parse_parcels(d.pop("parcels", UNSET))

        def _parse_refund(data: object) -> None | RefundNote | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                refund_type_0 = RefundNote.from_dict(data)

                return refund_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RefundNote | Unset, data)

        refund = _parse_refund(d.pop("refund", UNSET))

        def _parse_expected(data: object) -> None | OrderValues | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                expected_type_0 = OrderValues.from_dict(data)

                return expected_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderValues | Unset, data)

        expected = _parse_expected(d.pop("expected", UNSET))

        order_update_request = cls(
            payment_status=payment_status,
            fulfillment_status=fulfillment_status,
            tracking_number=tracking_number,
            private_notes=private_notes,
            parcels=parcels,
            refund=refund,
            expected=expected,
        )

        return order_update_request
