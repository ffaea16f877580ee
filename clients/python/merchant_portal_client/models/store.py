from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.currency_format import CurrencyFormat
    from ..models.first_import import FirstImport
    from ..models.order_acceptance import OrderAcceptance
    from ..models.product_selection import ProductSelection
    from ..models.selling import Selling


T = TypeVar("T", bound="Store")


@_attrs_define
class Store:
    """A store that the key has access to. Values that the store hasn't sent yet are null.

    Attributes:
        id (int): Ecwid's store ID.
        name (str):
        url (str): Canonical URL of the storefront.
        logo_url (None | str):
        country_code (None | str): The company's country.
        languages (list[str]): Enabled languages of the storefront.
        default_language (None | str):
        currency (str): Code by ISO 4217.
        currency_format (CurrencyFormat | None):
        prices_include_tax (bool | None): Whether the prices of products include the tax.
        weight_unit (None | str): `CARAT`, `GRAM`, `OUNCE`, `POUND` or `KILOGRAM`.
        dimensions_unit (None | str): `MM`, `CM`, `IN` or `YD`.
        timezone (str):
        plan (str): Name of the plan at Ecwid; empty if it is unknown.
        state (str):
        closed (bool): Whether the storefront is closed at Ecwid: orders are refused then.
        is_test (bool): Whether it is a test store, which channels reach with test keys.
        orders (OrderAcceptance): Whether the store takes orders now.
        product_selection (ProductSelection): Products of the store that you get; other channels have their own
            selection.
        selling (Selling): Terms on which your channel sells the store's products; other channels have their own.
        connected_at (datetime.datetime):
        first_import (FirstImport): Progress of the first import of a store's records.
        external_reference (None | str): Your reference of the store, from its connect link.
        scopes (list[str]): Scopes of the key that the store allows.
    """

    id: int
    name: str
    url: str
    logo_url: None | str
    country_code: None | str
    languages: list[str]
    default_language: None | str
    currency: str
    currency_format: CurrencyFormat | None
    prices_include_tax: bool | None
    weight_unit: None | str
    dimensions_unit: None | str
    timezone: str
    plan: str
    state: str
    closed: bool
    is_test: bool
    orders: OrderAcceptance
    product_selection: ProductSelection
    selling: Selling
    connected_at: datetime.datetime
    first_import: FirstImport
    external_reference: None | str
    scopes: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.currency_format import CurrencyFormat  # noqa: PLC0415

        id = self.id

        name = self.name

        url = self.url

        logo_url: None | str
        logo_url = self.logo_url

        country_code: None | str
        country_code = self.country_code

        languages = self.languages

        default_language: None | str
        default_language = self.default_language

        currency = self.currency

        currency_format: dict[str, Any] | None
        if isinstance(self.currency_format, CurrencyFormat):
            currency_format = self.currency_format.to_dict()
        else:
            currency_format = self.currency_format

        prices_include_tax: bool | None
        prices_include_tax = self.prices_include_tax

        weight_unit: None | str
        weight_unit = self.weight_unit

        dimensions_unit: None | str
        dimensions_unit = self.dimensions_unit

        timezone = self.timezone

        plan = self.plan

        state = self.state

        closed = self.closed

        is_test = self.is_test

        orders = self.orders.to_dict()

        product_selection = self.product_selection.to_dict()

        selling = self.selling.to_dict()

        connected_at = self.connected_at.isoformat()

        first_import = self.first_import.to_dict()

        external_reference: None | str
        external_reference = self.external_reference

        scopes = self.scopes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "url": url,
                "logo_url": logo_url,
                "country_code": country_code,
                "languages": languages,
                "default_language": default_language,
                "currency": currency,
                "currency_format": currency_format,
                "prices_include_tax": prices_include_tax,
                "weight_unit": weight_unit,
                "dimensions_unit": dimensions_unit,
                "timezone": timezone,
                "plan": plan,
                "state": state,
                "closed": closed,
                "is_test": is_test,
                "orders": orders,
                "product_selection": product_selection,
                "selling": selling,
                "connected_at": connected_at,
                "first_import": first_import,
                "external_reference": external_reference,
                "scopes": scopes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.currency_format import CurrencyFormat  # noqa: PLC0415
        from ..models.first_import import FirstImport  # noqa: PLC0415
        from ..models.order_acceptance import OrderAcceptance  # noqa: PLC0415
        from ..models.product_selection import ProductSelection  # noqa: PLC0415
        from ..models.selling import Selling  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        url = d.pop("url")

        def _parse_logo_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        logo_url = _parse_logo_url(d.pop("logo_url"))

        def _parse_country_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        country_code = _parse_country_code(d.pop("country_code"))

        languages = cast(list[str], d.pop("languages"))

        def _parse_default_language(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        default_language = _parse_default_language(d.pop("default_language"))

        currency = d.pop("currency")

        def _parse_currency_format(data: object) -> CurrencyFormat | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                currency_format_type_0 = CurrencyFormat.from_dict(data)

                return currency_format_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CurrencyFormat | None, data)

        currency_format = _parse_currency_format(d.pop("currency_format"))

        def _parse_prices_include_tax(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        prices_include_tax = _parse_prices_include_tax(d.pop("prices_include_tax"))

        def _parse_weight_unit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        weight_unit = _parse_weight_unit(d.pop("weight_unit"))

        def _parse_dimensions_unit(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        dimensions_unit = _parse_dimensions_unit(d.pop("dimensions_unit"))

        timezone = d.pop("timezone")

        plan = d.pop("plan")

        state = d.pop("state")

        closed = d.pop("closed")

        is_test = d.pop("is_test")

        orders = OrderAcceptance.from_dict(d.pop("orders"))

        product_selection = ProductSelection.from_dict(d.pop("product_selection"))

        selling = Selling.from_dict(d.pop("selling"))

        connected_at = datetime.datetime.fromisoformat(d.pop("connected_at"))

        first_import = FirstImport.from_dict(d.pop("first_import"))

        def _parse_external_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        external_reference = _parse_external_reference(d.pop("external_reference"))

        scopes = cast(list[str], d.pop("scopes"))

        store = cls(
            id=id,
            name=name,
            url=url,
            logo_url=logo_url,
            country_code=country_code,
            languages=languages,
            default_language=default_language,
            currency=currency,
            currency_format=currency_format,
            prices_include_tax=prices_include_tax,
            weight_unit=weight_unit,
            dimensions_unit=dimensions_unit,
            timezone=timezone,
            plan=plan,
            state=state,
            closed=closed,
            is_test=is_test,
            orders=orders,
            product_selection=product_selection,
            selling=selling,
            connected_at=connected_at,
            first_import=first_import,
            external_reference=external_reference,
            scopes=scopes,
        )

        store.additional_properties = d
        return store

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
