from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.address import Address
    from ..models.contact import Contact
    from ..models.customer_raw_type_0 import CustomerRawType0
    from ..models.stored_address import StoredAddress


T = TypeVar("T", bound="Customer")


@_attrs_define
class Customer:
    """A customer of the store.

    Attributes:
        id (int): Ecwid's ID of the record.
        updated_at (datetime.datetime | Unset):
        email (None | str | Unset): In lower case, as it is compared.
        name (None | str | Unset):
        phone (None | str | Unset):
        country_code (None | str | Unset):
        group_id (int | None | Unset): 0 is the general group.
        group_name (None | str | Unset):
        order_count (int | None | Unset):
        sales_value (None | str | Unset): An amount in the store's currency.
        accepts_marketing (bool | Unset):
        created_at (datetime.datetime | Unset):
        synced_at (datetime.datetime | Unset):
        company (None | str | Unset):
        billing_person (Address | None | Unset): The billing address.
        shipping_addresses (list[StoredAddress] | Unset):
        contacts (list[Contact] | Unset):
        tax_id (None | str | Unset):
        is_tax_id_valid (bool | None | Unset): Ecwid's check of the tax ID; null if there was none.
        is_tax_exempt (bool | Unset):
        is_business (bool | None | Unset): Whether it is a business; null if the store doesn't say it.
        language (None | str | Unset): Language code, such as `de`.
        average_order_value (None | str | Unset): An amount in the store's currency.
        first_order_at (datetime.datetime | None | Unset):
        last_order_at (datetime.datetime | None | Unset):
        private_notes (None | str | Unset): Notes of the merchant that the customer doesn't see.
        raw (CustomerRawType0 | None | Unset): The record as Ecwid sent it, with Ecwid's names. Returned only if
            `fields` names it.
        deleted_at (datetime.datetime | None | Unset): When it was deleted. Returned only with `include_deleted`.
    """

    id: int
    updated_at: datetime.datetime | Unset = UNSET
    email: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    phone: None | str | Unset = UNSET
    country_code: None | str | Unset = UNSET
    group_id: int | None | Unset = UNSET
    group_name: None | str | Unset = UNSET
    order_count: int | None | Unset = UNSET
    sales_value: None | str | Unset = UNSET
    accepts_marketing: bool | Unset = UNSET
    created_at: datetime.datetime | Unset = UNSET
    synced_at: datetime.datetime | Unset = UNSET
    company: None | str | Unset = UNSET
    billing_person: Address | None | Unset = UNSET
    shipping_addresses: list[StoredAddress] | Unset = UNSET
    contacts: list[Contact] | Unset = UNSET
    tax_id: None | str | Unset = UNSET
    is_tax_id_valid: bool | None | Unset = UNSET
    is_tax_exempt: bool | Unset = UNSET
    is_business: bool | None | Unset = UNSET
    language: None | str | Unset = UNSET
    average_order_value: None | str | Unset = UNSET
    first_order_at: datetime.datetime | None | Unset = UNSET
    last_order_at: datetime.datetime | None | Unset = UNSET
    private_notes: None | str | Unset = UNSET
    raw: CustomerRawType0 | None | Unset = UNSET
    deleted_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.address import Address  # noqa: PLC0415
        from ..models.customer_raw_type_0 import CustomerRawType0  # noqa: PLC0415

        id = self.id

        updated_at: str | Unset = UNSET
        if not isinstance(self.updated_at, Unset):
            updated_at = self.updated_at.isoformat()

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        phone: None | str | Unset
        if isinstance(self.phone, Unset):
            phone = UNSET
        else:
            phone = self.phone

        country_code: None | str | Unset
        if isinstance(self.country_code, Unset):
            country_code = UNSET
        else:
            country_code = self.country_code

        group_id: int | None | Unset
        if isinstance(self.group_id, Unset):
            group_id = UNSET
        else:
            group_id = self.group_id

        group_name: None | str | Unset
        if isinstance(self.group_name, Unset):
            group_name = UNSET
        else:
            group_name = self.group_name

        order_count: int | None | Unset
        if isinstance(self.order_count, Unset):
            order_count = UNSET
        else:
            order_count = self.order_count

        sales_value: None | str | Unset
        if isinstance(self.sales_value, Unset):
            sales_value = UNSET
        else:
            sales_value = self.sales_value

        accepts_marketing = self.accepts_marketing

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        synced_at: str | Unset = UNSET
        if not isinstance(self.synced_at, Unset):
            synced_at = self.synced_at.isoformat()

        company: None | str | Unset
        if isinstance(self.company, Unset):
            company = UNSET
        else:
            company = self.company

        billing_person: dict[str, Any] | None | Unset
        if isinstance(self.billing_person, Unset):
            billing_person = UNSET
        elif isinstance(self.billing_person, Address):
            billing_person = self.billing_person.to_dict()
        else:
            billing_person = self.billing_person

        shipping_addresses: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.shipping_addresses, Unset):
            shipping_addresses = []
            for shipping_addresses_item_data in self.shipping_addresses:
                shipping_addresses_item = shipping_addresses_item_data.to_dict()
                shipping_addresses.append(shipping_addresses_item)

        contacts: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.contacts, Unset):
            contacts = []
            for contacts_item_data in self.contacts:
                contacts_item = contacts_item_data.to_dict()
                contacts.append(contacts_item)

        tax_id: None | str | Unset
        if isinstance(self.tax_id, Unset):
            tax_id = UNSET
        else:
            tax_id = self.tax_id

        is_tax_id_valid: bool | None | Unset
        if isinstance(self.is_tax_id_valid, Unset):
            is_tax_id_valid = UNSET
        else:
            is_tax_id_valid = self.is_tax_id_valid

        is_tax_exempt = self.is_tax_exempt

        is_business: bool | None | Unset
        if isinstance(self.is_business, Unset):
            is_business = UNSET
        else:
            is_business = self.is_business

        language: None | str | Unset
        if isinstance(self.language, Unset):
            language = UNSET
        else:
            language = self.language

        average_order_value: None | str | Unset
        if isinstance(self.average_order_value, Unset):
            average_order_value = UNSET
        else:
            average_order_value = self.average_order_value

        first_order_at: None | str | Unset
        if isinstance(self.first_order_at, Unset):
            first_order_at = UNSET
        elif isinstance(self.first_order_at, datetime.datetime):
            first_order_at = self.first_order_at.isoformat()
        else:
            first_order_at = self.first_order_at

        last_order_at: None | str | Unset
        if isinstance(self.last_order_at, Unset):
            last_order_at = UNSET
        elif isinstance(self.last_order_at, datetime.datetime):
            last_order_at = self.last_order_at.isoformat()
        else:
            last_order_at = self.last_order_at

        private_notes: None | str | Unset
        if isinstance(self.private_notes, Unset):
            private_notes = UNSET
        else:
            private_notes = self.private_notes

        raw: dict[str, Any] | None | Unset
        if isinstance(self.raw, Unset):
            raw = UNSET
        elif isinstance(self.raw, CustomerRawType0):
            raw = self.raw.to_dict()
        else:
            raw = self.raw

        deleted_at: None | str | Unset
        if isinstance(self.deleted_at, Unset):
            deleted_at = UNSET
        elif isinstance(self.deleted_at, datetime.datetime):
            deleted_at = self.deleted_at.isoformat()
        else:
            deleted_at = self.deleted_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if email is not UNSET:
            field_dict["email"] = email
        if name is not UNSET:
            field_dict["name"] = name
        if phone is not UNSET:
            field_dict["phone"] = phone
        if country_code is not UNSET:
            field_dict["country_code"] = country_code
        if group_id is not UNSET:
            field_dict["group_id"] = group_id
        if group_name is not UNSET:
            field_dict["group_name"] = group_name
        if order_count is not UNSET:
            field_dict["order_count"] = order_count
        if sales_value is not UNSET:
            field_dict["sales_value"] = sales_value
        if accepts_marketing is not UNSET:
            field_dict["accepts_marketing"] = accepts_marketing
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if synced_at is not UNSET:
            field_dict["synced_at"] = synced_at
        if company is not UNSET:
            field_dict["company"] = company
        if billing_person is not UNSET:
            field_dict["billing_person"] = billing_person
        if shipping_addresses is not UNSET:
            field_dict["shipping_addresses"] = shipping_addresses
        if contacts is not UNSET:
            field_dict["contacts"] = contacts
        if tax_id is not UNSET:
            field_dict["tax_id"] = tax_id
        if is_tax_id_valid is not UNSET:
            field_dict["is_tax_id_valid"] = is_tax_id_valid
        if is_tax_exempt is not UNSET:
            field_dict["is_tax_exempt"] = is_tax_exempt
        if is_business is not UNSET:
            field_dict["is_business"] = is_business
        if language is not UNSET:
            field_dict["language"] = language
        if average_order_value is not UNSET:
            field_dict["average_order_value"] = average_order_value
        if first_order_at is not UNSET:
            field_dict["first_order_at"] = first_order_at
        if last_order_at is not UNSET:
            field_dict["last_order_at"] = last_order_at
        if private_notes is not UNSET:
            field_dict["private_notes"] = private_notes
        if raw is not UNSET:
            field_dict["raw"] = raw
        if deleted_at is not UNSET:
            field_dict["deleted_at"] = deleted_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.address import Address  # noqa: PLC0415
        from ..models.contact import Contact  # noqa: PLC0415
        from ..models.customer_raw_type_0 import CustomerRawType0  # noqa: PLC0415
        from ..models.stored_address import StoredAddress  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        _updated_at = d.pop("updated_at", UNSET)
        updated_at: datetime.datetime | Unset
        if isinstance(_updated_at, Unset):
            updated_at = UNSET
        else:
            updated_at = datetime.datetime.fromisoformat(_updated_at)

        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_phone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        phone = _parse_phone(d.pop("phone", UNSET))

        def _parse_country_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        country_code = _parse_country_code(d.pop("country_code", UNSET))

        def _parse_group_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        group_id = _parse_group_id(d.pop("group_id", UNSET))

        def _parse_group_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        group_name = _parse_group_name(d.pop("group_name", UNSET))

        def _parse_order_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        order_count = _parse_order_count(d.pop("order_count", UNSET))

        def _parse_sales_value(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        sales_value = _parse_sales_value(d.pop("sales_value", UNSET))

        accepts_marketing = d.pop("accepts_marketing", UNSET)

        _created_at = d.pop("created_at", UNSET)
        created_at: datetime.datetime | Unset
        if isinstance(_created_at, Unset):
            created_at = UNSET
        else:
            created_at = datetime.datetime.fromisoformat(_created_at)

        _synced_at = d.pop("synced_at", UNSET)
        synced_at: datetime.datetime | Unset
        if isinstance(_synced_at, Unset):
            synced_at = UNSET
        else:
            synced_at = datetime.datetime.fromisoformat(_synced_at)

        def _parse_company(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        company = _parse_company(d.pop("company", UNSET))

        def _parse_billing_person(data: object) -> Address | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                billing_person_type_0 = Address.from_dict(data)

                return billing_person_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Address | None | Unset, data)

        billing_person = _parse_billing_person(d.pop("billing_person", UNSET))

        _shipping_addresses = d.pop("shipping_addresses", UNSET)
        shipping_addresses: list[StoredAddress] | Unset = UNSET
        if _shipping_addresses is not UNSET:
            shipping_addresses = []
            for shipping_addresses_item_data in _shipping_addresses:
                shipping_addresses_item = StoredAddress.from_dict(shipping_addresses_item_data)

                shipping_addresses.append(shipping_addresses_item)

        _contacts = d.pop("contacts", UNSET)
        contacts: list[Contact] | Unset = UNSET
        if _contacts is not UNSET:
            contacts = []
            for contacts_item_data in _contacts:
                contacts_item = Contact.from_dict(contacts_item_data)

                contacts.append(contacts_item)

        def _parse_tax_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        tax_id = _parse_tax_id(d.pop("tax_id", UNSET))

        def _parse_is_tax_id_valid(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        is_tax_id_valid = _parse_is_tax_id_valid(d.pop("is_tax_id_valid", UNSET))

        is_tax_exempt = d.pop("is_tax_exempt", UNSET)

        def _parse_is_business(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        is_business = _parse_is_business(d.pop("is_business", UNSET))

        def _parse_language(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        language = _parse_language(d.pop("language", UNSET))

        def _parse_average_order_value(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        average_order_value = _parse_average_order_value(d.pop("average_order_value", UNSET))

        def _parse_first_order_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                first_order_at_type_0 = datetime.datetime.fromisoformat(data)

                return first_order_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        first_order_at = _parse_first_order_at(d.pop("first_order_at", UNSET))

        def _parse_last_order_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_order_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_order_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        last_order_at = _parse_last_order_at(d.pop("last_order_at", UNSET))

        def _parse_private_notes(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        private_notes = _parse_private_notes(d.pop("private_notes", UNSET))

        def _parse_raw(data: object) -> CustomerRawType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                raw_type_0 = CustomerRawType0.from_dict(data)

                return raw_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CustomerRawType0 | None | Unset, data)

        raw = _parse_raw(d.pop("raw", UNSET))

        def _parse_deleted_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deleted_at_type_0 = datetime.datetime.fromisoformat(data)

                return deleted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        deleted_at = _parse_deleted_at(d.pop("deleted_at", UNSET))

        customer = cls(
            id=id,
            updated_at=updated_at,
            email=email,
            name=name,
            phone=phone,
            country_code=country_code,
            group_id=group_id,
            group_name=group_name,
            order_count=order_count,
            sales_value=sales_value,
            accepts_marketing=accepts_marketing,
            created_at=created_at,
            synced_at=synced_at,
            company=company,
            billing_person=billing_person,
            shipping_addresses=shipping_addresses,
            contacts=contacts,
            tax_id=tax_id,
            is_tax_id_valid=is_tax_id_valid,
            is_tax_exempt=is_tax_exempt,
            is_business=is_business,
            language=language,
            average_order_value=average_order_value,
            first_order_at=first_order_at,
            last_order_at=last_order_at,
            private_notes=private_notes,
            raw=raw,
            deleted_at=deleted_at,
        )

        customer.additional_properties = d
        return customer

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
