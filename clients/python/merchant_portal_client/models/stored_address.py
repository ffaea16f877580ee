from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StoredAddress")


@_attrs_define
class StoredAddress:
    """A shipping address that a customer has stored.

    Attributes:
        name (None | str): The whole name.
        first_name (None | str):
        last_name (None | str):
        company (None | str):
        street (None | str):
        street_2 (None | str): The second line of the address.
        city (None | str):
        postal_code (None | str):
        state_code (None | str):
        state (None | str): Name of the state or province.
        country_code (None | str): Two letters by ISO 3166-1.
        country (None | str): Name of the country in the store's language.
        phone (None | str):
        id (int | None):
        is_default (bool):
    """

    name: None | str
    first_name: None | str
    last_name: None | str
    company: None | str
    street: None | str
    street_2: None | str
    city: None | str
    postal_code: None | str
    state_code: None | str
    state: None | str
    country_code: None | str
    country: None | str
    phone: None | str
    id: int | None
    is_default: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name: None | str
        name = self.name

        first_name: None | str
        first_name = self.first_name

        last_name: None | str
        last_name = self.last_name

        company: None | str
        company = self.company

        street: None | str
        street = self.street

        street_2: None | str
        street_2 = self.street_2

        city: None | str
        city = self.city

        postal_code: None | str
        postal_code = self.postal_code

        state_code: None | str
        state_code = self.state_code

        state: None | str
        state = self.state

        country_code: None | str
        country_code = self.country_code

        country: None | str
        country = self.country

        phone: None | str
        phone = self.phone

        id: int | None
        id = self.id

        is_default = self.is_default

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "first_name": first_name,
                "last_name": last_name,
                "company": company,
                "street": street,
                "street_2": street_2,
                "city": city,
                "postal_code": postal_code,
                "state_code": state_code,
                "state": state,
                "country_code": country_code,
                "country": country,
                "phone": phone,
                "id": id,
                "is_default": is_default,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        def _parse_first_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        first_name = _parse_first_name(d.pop("first_name"))

        def _parse_last_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_name = _parse_last_name(d.pop("last_name"))

        def _parse_company(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        company = _parse_company(d.pop("company"))

        def _parse_street(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        street = _parse_street(d.pop("street"))

        def _parse_street_2(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        street_2 = _parse_street_2(d.pop("street_2"))

        def _parse_city(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        city = _parse_city(d.pop("city"))

        def _parse_postal_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        postal_code = _parse_postal_code(d.pop("postal_code"))

        def _parse_state_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        state_code = _parse_state_code(d.pop("state_code"))

        def _parse_state(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        state = _parse_state(d.pop("state"))

        def _parse_country_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        country_code = _parse_country_code(d.pop("country_code"))

        def _parse_country(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        country = _parse_country(d.pop("country"))

        def _parse_phone(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        phone = _parse_phone(d.pop("phone"))

        def _parse_id(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        id = _parse_id(d.pop("id"))

        is_default = d.pop("is_default")

        stored_address = cls(
            name=name,
            first_name=first_name,
            last_name=last_name,
            company=company,
            street=street,
            street_2=street_2,
            city=city,
            postal_code=postal_code,
            state_code=state_code,
            state=state,
            country_code=country_code,
            country=country,
            phone=phone,
            id=id,
            is_default=is_default,
        )

        stored_address.additional_properties = d
        return stored_address

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
