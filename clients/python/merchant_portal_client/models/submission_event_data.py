from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.submission_state import SubmissionState, check_submission_state
from ..types import UNSET, Unset

T = TypeVar("T", bound="SubmissionEventData")


@_attrs_define
class SubmissionEventData:
    """Outcome of a submitted order. Read its reasons and its quote at `url`.

    Attributes:
        store_id (int):
        id (int): ID of the submission.
        state (SubmissionState):
        reference (str):
        channel_reference (None | str):
        order_id (int | None): ID of the order; null while it isn't known.
        order_number (None | str):
        url (str): URL to read it with an API key.
        codes (list[str] | Unset): Codes of the validation errors; only if it was rejected.
        external_reference (None | str | Unset): Your reference of the store, from its connect link.
    """

    store_id: int
    id: int
    state: SubmissionState
    reference: str
    channel_reference: None | str
    order_id: int | None
    order_number: None | str
    url: str
    codes: list[str] | Unset = UNSET
    external_reference: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        store_id = self.store_id

        id = self.id

        state: str = self.state

        reference = self.reference

        channel_reference: None | str
        channel_reference = self.channel_reference

        order_id: int | None
        order_id = self.order_id

        order_number: None | str
        order_number = self.order_number

        url = self.url

        codes: list[str] | Unset = UNSET
        if not isinstance(self.codes, Unset):
            codes = self.codes

        external_reference: None | str | Unset
        if isinstance(self.external_reference, Unset):
            external_reference = UNSET
        else:
            external_reference = self.external_reference

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "store_id": store_id,
                "id": id,
                "state": state,
                "reference": reference,
                "channel_reference": channel_reference,
                "order_id": order_id,
                "order_number": order_number,
                "url": url,
            }
        )
        if codes is not UNSET:
            field_dict["codes"] = codes
        if external_reference is not UNSET:
            field_dict["external_reference"] = external_reference

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        store_id = d.pop("store_id")

        id = d.pop("id")

        state = check_submission_state(d.pop("state"))

        reference = d.pop("reference")

        def _parse_channel_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        channel_reference = _parse_channel_reference(d.pop("channel_reference"))

        def _parse_order_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        order_id = _parse_order_id(d.pop("order_id"))

        def _parse_order_number(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        order_number = _parse_order_number(d.pop("order_number"))

        url = d.pop("url")

        codes = cast(list[str], d.pop("codes", UNSET))

        def _parse_external_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        external_reference = _parse_external_reference(d.pop("external_reference", UNSET))

        submission_event_data = cls(
            store_id=store_id,
            id=id,
            state=state,
            reference=reference,
            channel_reference=channel_reference,
            order_id=order_id,
            order_number=order_number,
            url=url,
            codes=codes,
            external_reference=external_reference,
        )

        submission_event_data.additional_properties = d
        return submission_event_data

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
