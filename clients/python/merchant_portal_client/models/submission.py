from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.submission_state import SubmissionState, check_submission_state

if TYPE_CHECKING:
    from ..models.quote import Quote
    from ..models.submission_step import SubmissionStep
    from ..models.validation_message import ValidationMessage


T = TypeVar("T", bound="Submission")


@_attrs_define
class Submission:
    """An order request that was submitted to a store, and its outcome.

    Attributes:
        id (int):
        state (SubmissionState):
        is_finished (bool):
        idempotency_key (str):
        reference (str): Reference number of the order in the store.
        channel_reference (None | str): Your own number of the order.
        order_number (None | str):
        order_id (int | None):
        validation_errors (list[ValidationMessage]):
        quote (None | Quote):
        error (None | str):
        received_at (datetime.datetime):
        finished_at (datetime.datetime | None):
        history (list[SubmissionStep]):
    """

    id: int
    state: SubmissionState
    is_finished: bool
    idempotency_key: str
    reference: str
    channel_reference: None | str
    order_number: None | str
    order_id: int | None
    validation_errors: list[ValidationMessage]
    quote: None | Quote
    error: None | str
    received_at: datetime.datetime
    finished_at: datetime.datetime | None
    history: list[SubmissionStep]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.quote import Quote  # noqa: PLC0415

        id = self.id

        state: str = self.state

        is_finished = self.is_finished

        idempotency_key = self.idempotency_key

        reference = self.reference

        channel_reference: None | str
        channel_reference = self.channel_reference

        order_number: None | str
        order_number = self.order_number

        order_id: int | None
        order_id = self.order_id

        validation_errors = []
        for validation_errors_item_data in self.validation_errors:
            validation_errors_item = validation_errors_item_data.to_dict()
            validation_errors.append(validation_errors_item)

        quote: dict[str, Any] | None
        if isinstance(self.quote, Quote):
            quote = self.quote.to_dict()
        else:
            quote = self.quote

        error: None | str
        error = self.error

        received_at = self.received_at.isoformat()

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        history = []
        for history_item_data in self.history:
            history_item = history_item_data.to_dict()
            history.append(history_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "state": state,
                "is_finished": is_finished,
                "idempotency_key": idempotency_key,
                "reference": reference,
                "channel_reference": channel_reference,
                "order_number": order_number,
                "order_id": order_id,
                "validation_errors": validation_errors,
                "quote": quote,
                "error": error,
                "received_at": received_at,
                "finished_at": finished_at,
                "history": history,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.quote import Quote  # noqa: PLC0415
        from ..models.submission_step import SubmissionStep  # noqa: PLC0415
        from ..models.validation_message import ValidationMessage  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        state = check_submission_state(d.pop("state"))

        is_finished = d.pop("is_finished")

        idempotency_key = d.pop("idempotency_key")

        reference = d.pop("reference")

        def _parse_channel_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        channel_reference = _parse_channel_reference(d.pop("channel_reference"))

        def _parse_order_number(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        order_number = _parse_order_number(d.pop("order_number"))

        def _parse_order_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        order_id = _parse_order_id(d.pop("order_id"))

        validation_errors = []
        _validation_errors = d.pop("validation_errors")
        for validation_errors_item_data in _validation_errors:
            validation_errors_item = ValidationMessage.from_dict(validation_errors_item_data)

            validation_errors.append(validation_errors_item)

        def _parse_quote(data: object) -> None | Quote:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                quote_type_0 = Quote.from_dict(data)

                return quote_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Quote, data)

        quote = _parse_quote(d.pop("quote"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

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

        history = []
        _history = d.pop("history")
        for history_item_data in _history:
            history_item = SubmissionStep.from_dict(history_item_data)

            history.append(history_item)

        submission = cls(
            id=id,
            state=state,
            is_finished=is_finished,
            idempotency_key=idempotency_key,
            reference=reference,
            channel_reference=channel_reference,
            order_number=order_number,
            order_id=order_id,
            validation_errors=validation_errors,
            quote=quote,
            error=error,
            received_at=received_at,
            finished_at=finished_at,
            history=history,
        )

        submission.additional_properties = d
        return submission

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
