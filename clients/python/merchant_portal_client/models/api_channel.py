from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.channel_kind import ChannelKind, check_channel_kind
from ..models.channel_status import ChannelStatus, check_channel_status

if TYPE_CHECKING:
    from ..models.sale_rules import SaleRules


T = TypeVar("T", bound="ApiChannel")


@_attrs_define
class ApiChannel:
    """The channel that a key belongs to.

    Attributes:
        id (int):
        name (str): Empty for the own programs of a merchant.
        kind (ChannelKind): Party that a channel belongs to.
        status (ChannelStatus): Whether a channel has access to any store.
        requested_scopes (list[str]):
        return_urls (list[str]):
        sale_rules (SaleRules): Rules of what the channel can sell, which the operator sets; `sellable` follows them.
        alert_emails (bool): Whether the contact gets an email about issues of stores, at most one an hour. The operator
            decides it.
    """

    id: int
    name: str
    kind: ChannelKind
    status: ChannelStatus
    requested_scopes: list[str]
    return_urls: list[str]
    sale_rules: SaleRules
    alert_emails: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        kind: str = self.kind

        status: str = self.status

        requested_scopes = self.requested_scopes

        return_urls = self.return_urls

        sale_rules = self.sale_rules.to_dict()

        alert_emails = self.alert_emails

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "kind": kind,
                "status": status,
                "requested_scopes": requested_scopes,
                "return_urls": return_urls,
                "sale_rules": sale_rules,
                "alert_emails": alert_emails,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.sale_rules import SaleRules  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        kind = check_channel_kind(d.pop("kind"))

        status = check_channel_status(d.pop("status"))

        requested_scopes = cast(list[str], d.pop("requested_scopes"))

        return_urls = cast(list[str], d.pop("return_urls"))

        sale_rules = SaleRules.from_dict(d.pop("sale_rules"))

        alert_emails = d.pop("alert_emails")

        api_channel = cls(
            id=id,
            name=name,
            kind=kind,
            status=status,
            requested_scopes=requested_scopes,
            return_urls=return_urls,
            sale_rules=sale_rules,
            alert_emails=alert_emails,
        )

        api_channel.additional_properties = d
        return api_channel

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
