from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Person")


@_attrs_define
class Person:
    """Name, address and phone number of the recipient or the payer.

    Goods that are delivered need the recipient's name, street and country, and the city, postal
    code and state where the country's post needs them.

    Attributes:
        name (str | Unset):
        company (str | Unset):
        street (str | Unset):
        city (str | Unset):
        postal_code (str | Unset):
        country_code (str | Unset): Two letters by ISO 3166-1, such as `DE`. Required for a delivery.
        state_code (str | Unset): Code of the state or province by ISO 3166-2 without the country, such as `CA`.
            Required for a delivery to a country whose post needs it.
        phone (str | Unset):
        street_2 (str | Unset): The second line of the address.
    """

    name: str | Unset = UNSET
    company: str | Unset = UNSET
    street: str | Unset = UNSET
    city: str | Unset = UNSET
    postal_code: str | Unset = UNSET
    country_code: str | Unset = UNSET
    state_code: str | Unset = UNSET
    phone: str | Unset = UNSET
    street_2: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        company = self.company

        street = self.street

        city = self.city

        postal_code = self.postal_code

        country_code = self.country_code

        state_code = self.state_code

        phone = self.phone

        street_2 = self.street_2

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if company is not UNSET:
            field_dict["company"] = company
        if street is not UNSET:
            field_dict["street"] = street
        if city is not UNSET:
            field_dict["city"] = city
        if postal_code is not UNSET:
            field_dict["postal_code"] = postal_code
        if country_code is not UNSET:
            field_dict["country_code"] = country_code
        if state_code is not UNSET:
            field_dict["state_code"] = state_code
        if phone is not UNSET:
            field_dict["phone"] = phone
        if street_2 is not UNSET:
            field_dict["street_2"] = street_2

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name", UNSET)

        company = d.pop("company", UNSET)

        street = d.pop("street", UNSET)

        city = d.pop("city", UNSET)

        postal_code = d.pop("postal_code", UNSET)

        country_code = d.pop("country_code", UNSET)

        state_code = d.pop("state_code", UNSET)

        phone = d.pop("phone", UNSET)

        street_2 = d.pop("street_2", UNSET)

        person = cls(
            name=name,
            company=company,
            street=street,
            city=city,
            postal_code=postal_code,
            country_code=country_code,
            state_code=state_code,
            phone=phone,
            street_2=street_2,
        )

        return person
