from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.api_channel import ApiChannel
    from ..models.api_key import ApiKey
    from ..models.call_limits import CallLimits


T = TypeVar("T", bound="Me")


@_attrs_define
class Me:
    """The calling key, its channel, and what they may do.

    Attributes:
        channel (ApiChannel): The channel that a key belongs to.
        key (ApiKey): A key, without its secret.
        stores (int): Number of stores that the key has access to.
        limits (CallLimits): Limits of the calls with a key, in the long run and at once.
    """

    channel: ApiChannel
    key: ApiKey
    stores: int
    limits: CallLimits
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        channel = self.channel.to_dict()

        key = self.key.to_dict()

        stores = self.stores

        limits = self.limits.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "channel": channel,
                "key": key,
                "stores": stores,
                "limits": limits,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.api_channel import ApiChannel  # noqa: PLC0415
        from ..models.api_key import ApiKey  # noqa: PLC0415
        from ..models.call_limits import CallLimits  # noqa: PLC0415

        d = dict(src_dict)
        channel = ApiChannel.from_dict(d.pop("channel"))

        key = ApiKey.from_dict(d.pop("key"))

        stores = d.pop("stores")

        limits = CallLimits.from_dict(d.pop("limits"))

        me = cls(
            channel=channel,
            key=key,
            stores=stores,
            limits=limits,
        )

        me.additional_properties = d
        return me

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
