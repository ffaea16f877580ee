from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.channel_event_data import ChannelEventData


T = TypeVar("T", bound="ChannelEvent")


@_attrs_define
class ChannelEvent:
    """Your access to a store or your terms of sale have changed. Also sent when the access ends.

    Attributes:
        type_ (str): New values may be added.
        timestamp (datetime.datetime): When the portal recorded the event.
        data (ChannelEventData): Access that the store allows your channel from now on.
        test (bool | Unset): True in test events, whose data are an example; absent in others. `false` by default.
    """

    type_: str
    timestamp: datetime.datetime
    data: ChannelEventData
    test: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        timestamp = self.timestamp.isoformat()

        data = self.data.to_dict()

        test = self.test

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "timestamp": timestamp,
                "data": data,
            }
        )
        if test is not UNSET:
            field_dict["test"] = test

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.channel_event_data import ChannelEventData  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        timestamp = datetime.datetime.fromisoformat(d.pop("timestamp"))

        data = ChannelEventData.from_dict(d.pop("data"))

        test = d.pop("test", UNSET)

        channel_event = cls(
            type_=type_,
            timestamp=timestamp,
            data=data,
            test=test,
        )

        channel_event.additional_properties = d
        return channel_event

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
