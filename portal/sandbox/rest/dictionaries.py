"""Endpoints of dictionaries: countries, states, currencies and tax classes."""

from __future__ import annotations

from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_precision, get_currency_symbol, get_territory_currencies
from flask import request

from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import Body
from portal.sandbox.rest.endpoints import PUBLIC, Endpoint, is_requested
from portal.sandbox.validation import WrongParameterError

# A selection: enough to test states in addresses and zones.
STATES = {
    "US": {"CA": "California", "NY": "New York", "TX": "Texas", "WA": "Washington"},
    "CA": {"BC": "British Columbia", "ON": "Ontario", "QC": "Quebec"},
    "DE": {"BE": "Berlin", "BY": "Bavaria", "HH": "Hamburg"},
}
# Rates of tax classes in percent, by country.
TAX_CLASSES: dict[str, dict[str, float]] = {
    "DE": {"default": 19, "reduced": 7},
    "AT": {"default": 20, "reduced": 10},
    "FR": {"default": 20, "reduced": 5.5},
}
CODE_LENGTH = 2


def add_endpoints(endpoint: Endpoint, _parts: Parts) -> None:
    """Register the endpoints."""
    # Source (documented): REST docs, "Country codes", "Currency codes", "Currency codes by
    # country", "State codes by country", "Tax classes by country": arrays, without a token.
    # Source (assumed): The dictionaries list a few states and tax classes only.

    # Source (documented): REST docs, "Country codes".
    @endpoint("/countries", PUBLIC)
    def countries(_store: Any) -> Any:
        names = _locale().territories
        with_states = is_requested("withStates")
        return [
            {"code": code, "name": name} | ({"states": _states(code)} if with_states else {})
            for code, name in sorted(names.items())
            if len(code) == CODE_LENGTH and code.isalpha() and get_territory_currencies(code)
        ]

    # Source (documented): REST docs, "Currency codes".
    @endpoint("/currencies", PUBLIC)
    def currencies(_store: Any) -> Any:
        names = _locale().currencies
        return [{"code": code, "name": name} for code, name in sorted(names.items())]

    # Source (documented): REST docs, "Currency codes by country".
    @endpoint("/currencyByCountry", PUBLIC)
    def currency_by_country(_store: Any) -> Any:
        country = _country()
        return [_currency(country, code) for code in get_territory_currencies(country)]

    # Source (documented): REST docs, "State codes".
    @endpoint("/states", PUBLIC)
    def states(_store: Any) -> Any:
        return _states(_country())

    # Source (documented): REST docs, "Tax classes".
    @endpoint("/taxClasses", PUBLIC)
    def tax_classes(_store: Any) -> Any:
        return [_tax_class(c, rate) for c, rate in TAX_CLASSES.get(_country(), {}).items()]


def _locale() -> Locale:
    try:
        return Locale.parse(request.args.get("lang", "en"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _country() -> str:
    code = request.args.get("countryCode", "").upper()
    if len(code) != CODE_LENGTH:
        raise WrongParameterError("Wrong parameter 'countryCode' value: a code of two letters")
    return code


def _states(country: str) -> list[Body]:
    return [{"code": code, "name": name} for code, name in STATES.get(country, {}).items()]


def _currency(country: str, code: str) -> Body:
    symbol = get_currency_symbol(code, "en")
    return {
        "countryCode": country,
        "currencyCode": code,
        "currencyName": _locale().currencies.get(code, code),
        "prefix": symbol if symbol != code else "",
        "suffix": "" if symbol != code else f" {code}",
        "decimalPlaces": str(get_currency_precision(code)),
    }


def _tax_class(code: str, rate: float) -> Body:
    localization = {"language": "en", "taxClassName": code.capitalize(), "taxClassDescription": ""}
    return {
        "stateCode": "",
        "taxClassCode": code,
        "taxClassRate": str(rate),
        "localization": localization,
    }
