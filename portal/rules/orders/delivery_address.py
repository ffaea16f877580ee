"""Rule of the address that an order for delivery needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.i18n import N_
from portal.rules.orders.calculations import ShippingOption
from portal.rules.orders.order_request import OrderRequest, Person
from portal.rules.orders.quotes import QuotedLine, ValidationMessage

COUNTRY_UNKNOWN = "country_unknown"
STATE_UNKNOWN = "state_unknown"
ADDRESS_INCOMPLETE = "address_incomplete"
ALWAYS_REQUIRED = frozenset({"name", "street", "country_code"})
# In the order of the form.
_MISSING = {
    "name": N_("Enter the recipient's name"),
    "street": N_("Enter the street and house number"),
    "postal_code": N_("Enter the postal code"),
    "city": N_("Enter the city"),
    "country_code": N_("Choose the country"),
    "state_code": N_("Choose the state or province"),
}
_COUNTRY_UNKNOWN = N_("%(given)s is not a country code. Use two letters, such as DE or US.")
_COUNTRY_NAMED = N_("%(given)s is not a country code. Use %(code)s.")
_STATE_NAMED = N_("%(given)s is not a state code. Use %(code)s.")


@dataclass(frozen=True)
class CountryRules:
    """Parts of an address that a country's post needs; ``states`` are its state names by code."""

    required: frozenset[str] = ALWAYS_REQUIRED
    states: Mapping[str, str] = field(default_factory=dict)


def needs_delivery(lines: Sequence[QuotedLine], shipping: ShippingOption | None) -> bool:
    """Return whether the order is sent to an address: goods that aren't picked up."""
    is_picked_up = shipping is not None and shipping.is_pickup
    return not is_picked_up and any(line.needs_shipping for line in lines)


def recipient_of(request: OrderRequest) -> tuple[str, Person]:
    """Return the field and the value of the person who gets the goods.

    Without a shipping person, Ecwid gets the billing person for both.
    """
    if request.shipping_person is None and request.billing_person is not None:
        return "billing_person", request.billing_person
    return "shipping_person", request.shipping_person or Person()


def country_problem(
    field_name: str, person: Person, codes_by_name: Mapping[str, str]
) -> ValidationMessage | None:
    """Return the error of a country that is no known code; None if it is one, or is left out.

    ``codes_by_name`` has the codes by themselves and by the names of countries, in lower case.
    """
    given = person.country_code
    code = codes_by_name.get(given.casefold()) if given else None
    if not given or code == given:
        return None
    text, values = _COUNTRY_UNKNOWN, {"given": given}
    if code is not None:
        text, values = _COUNTRY_NAMED, {"given": given, "code": code}
    return ValidationMessage(COUNTRY_UNKNOWN, text, values, field=f"{field_name}.country_code")


def incomplete_parts(
    field_name: str, person: Person, rules: CountryRules
) -> Iterator[ValidationMessage]:
    """Yield an error for each missing part of the address."""
    for name, text in _MISSING.items():
        if name in rules.required and not getattr(person, name):
            yield ValidationMessage(ADDRESS_INCOMPLETE, text, field=f"{field_name}.{name}")


def state_problem(field_name: str, person: Person, rules: CountryRules) -> ValidationMessage | None:
    """Return the error of a state that is given by its name.

    Other unknown states pass, because lists of states differ in age and in how they write a code.
    """
    given = person.state_code
    if not given or given.upper() in rules.states:
        return None
    for code, name in rules.states.items():
        if name.casefold() == given.casefold():
            values = {"given": given, "code": code}
            place = f"{field_name}.state_code"
            return ValidationMessage(STATE_UNKNOWN, _STATE_NAMED, values, field=place)
    return None
