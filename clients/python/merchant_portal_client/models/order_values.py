from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.order_values_fulfillment_status_type_0 import (
    OrderValuesFulfillmentStatusType0,
    check_order_values_fulfillment_status_type_0,
)
from ..models.order_values_payment_status_type_0 import (
    OrderValuesPaymentStatusType0,
    check_order_values_payment_status_type_0,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="OrderValues")


@_attrs_define
class OrderValues:
    """Values of an order's fields.

    Attributes:
        payment_status (None | OrderValuesPaymentStatusType0 | Unset):
        fulfillment_status (None | OrderValuesFulfillmentStatusType0 | Unset):
        tracking_number (None | str | Unset):
        private_notes (None | str | Unset):
    """

    payment_status: None | OrderValuesPaymentStatusType0 | Unset = UNSET
    fulfillment_status: None | OrderValuesFulfillmentStatusType0 | Unset = UNSET
    tracking_number: None | str | Unset = UNSET
    private_notes: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_payment_status(data: object) -> None | OrderValuesPaymentStatusType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                payment_status_type_0 = check_order_values_payment_status_type_0(data)

                return payment_status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderValuesPaymentStatusType0 | Unset, data)

        payment_status = _parse_payment_status(d.pop("payment_status", UNSET))

        def _parse_fulfillment_status(
            data: object,
        ) -> None | OrderValuesFulfillmentStatusType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                fulfillment_status_type_0 = check_order_values_fulfillment_status_type_0(data)

                return fulfillment_status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderValuesFulfillmentStatusType0 | Unset, data)

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

        order_values = cls(
            payment_status=payment_status,
            fulfillment_status=fulfillment_status,
            tracking_number=tracking_number,
            private_notes=private_notes,
        )

        return order_values
