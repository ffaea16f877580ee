"""Response structs of customers and their addresses."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct

from portal.web.api.record_schemas import Amount, DeletedAt, Id, Moment, Raw, RecordPage


class Address(Struct):
    """Name, address and phone number of a person or company. Missing parts are null."""

    name: Annotated[str | None, Meta(description="The whole name.")]
    first_name: str | None
    last_name: str | None
    company: str | None
    street: str | None
    street_2: Annotated[str | None, Meta(description="The second line of the address.")]
    city: str | None
    postal_code: str | None
    state_code: str | None
    state: Annotated[str | None, Meta(description="Name of the state or province.")]
    country_code: Annotated[str | None, Meta(description="Two letters by ISO 3166-1.")]
    country: Annotated[str | None, Meta(description="Name of the country in the store's language.")]
    phone: str | None


class StoredAddress(Address):
    """A shipping address that a customer has stored."""

    id: int | None
    is_default: bool


class Contact(Struct):
    """An address, a number or an account under which a customer can be reached."""

    type: Annotated[
        str | None, Meta(description="Ecwid's value, such as `EMAIL`, `PHONE` or `WHATSAPP`.")
    ]
    value: str | None
    note: str | None
    is_default: bool


class Customer(Struct):
    """A customer of the store."""

    id: Id
    updated_at: Moment
    email: Annotated[str | None, Meta(description="In lower case, as it is compared.")]
    name: str | None
    phone: str | None
    country_code: str | None
    group_id: Annotated[int | None, Meta(description="0 is the general group.")]
    group_name: str | None
    order_count: int | None
    sales_value: Amount
    accepts_marketing: bool
    created_at: Moment
    synced_at: Moment
    company: str | None
    billing_person: Annotated[Address | None, Meta(description="The billing address.")]
    shipping_addresses: list[StoredAddress]
    contacts: list[Contact]
    tax_id: str | None
    is_tax_id_valid: Annotated[
        bool | None, Meta(description="Ecwid's check of the tax ID; null if there was none.")
    ]
    is_tax_exempt: bool
    is_business: Annotated[
        bool | None, Meta(description="Whether it is a business; null if the store doesn't say it.")
    ]
    language: Annotated[str | None, Meta(description="Language code, such as `de`.")]
    average_order_value: Amount
    first_order_at: Moment | None
    last_order_at: Moment | None
    private_notes: Annotated[
        str | None, Meta(description="Notes of the merchant that the customer doesn't see.")
    ]
    raw: Raw = None
    deleted_at: DeletedAt = UNSET


class CustomerPage(RecordPage[Customer]):
    """A page of customers."""
