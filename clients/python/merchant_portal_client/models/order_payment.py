from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="OrderPayment")


@_attrs_define
class OrderPayment:
    """Payment method of an order, and its transaction.

    Attributes:
        method (None | str): Name that the customer saw.
        module (None | str): Ecwid's payment processor.
        message (None | str):
        transaction_id (None | str):
        transaction_url (None | str):
    """

    method: None | str
    module: None | str
    message: None | str
    transaction_id: None | str
    transaction_url: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        method: None | str
        method = self.method

        module: None | str
        module = self.module

        message: None | str
        message = self.message

        transaction_id: None | str
        transaction_id = self.transaction_id

        transaction_url: None | str
        transaction_url = self.transaction_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "method": method,
                "module": module,
                "message": message,
                "transaction_id": transaction_id,
                "transaction_url": transaction_url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_method(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        method = _parse_method(d.pop("method"))

        def _parse_module(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        module = _parse_module(d.pop("module"))

        def _parse_message(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        message = _parse_message(d.pop("message"))

        def _parse_transaction_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        transaction_id = _parse_transaction_id(d.pop("transaction_id"))

        def _parse_transaction_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        transaction_url = _parse_transaction_url(d.pop("transaction_url"))

        order_payment = cls(
            method=method,
            module=module,
            message=message,
            transaction_id=transaction_id,
            transaction_url=transaction_url,
        )

        order_payment.additional_properties = d
        return order_payment

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
