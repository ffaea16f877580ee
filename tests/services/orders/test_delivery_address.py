"""Goods that are delivered need a complete address, with codes of country and state."""

from __future__ import annotations

from typing import Any

import pytest

from portal.errors import InvalidFieldError
from portal.models import OrderSubmission
from portal.rules.orders.delivery_address import ADDRESS_INCOMPLETE
from portal.rules.orders.submission_states import SubmissionState
from portal.services.orders.dry_run_order import dry_run_order
from portal.services.orders.postal_rules import country_codes, country_rules
from portal.services.orders.quote_order import quote_order
from tests.services.orders.conftest import ADA, SENDER, Counter, codes

FIELDS = ("name", "street", "postal_code", "city", "country_code", "state_code")


def missing(counter: Counter, person: dict[str, Any] | None, **changes: Any) -> list[str]:
    """Return the fields that a dry run of an order misses."""
    request = counter.request(shipping_person=person, **changes)
    quote = dry_run_order(counter.runtime, counter.store_id, SENDER, None, request).quote
    return [each.field for each in quote.validation_errors if each.code == ADDRESS_INCOMPLETE]


@pytest.mark.parametrize(
    ("person", "fields"),
    [
        (ADA, []),
        (None, ["name", "street", "country_code"]),
        ({"name": "Ada"}, ["street", "country_code"]),
        ({"country_code": "DE"}, ["name", "street", "postal_code", "city"]),
        (ADA | {"country_code": "US"}, ["state_code"]),
        (ADA | {"country_code": "us", "state_code": "CA"}, []),
        (ADA | {"country_code": "SG", "city": ""}, []),
        (ADA | {"country_code": "IE", "postal_code": ""}, []),
    ],
)
def test_delivery_needs_the_parts_that_the_country_needs(
    counter: Counter, person: dict[str, Any] | None, fields: list[str]
) -> None:
    assert missing(counter, person) == [f"shipping_person.{name}" for name in fields]


def test_billing_address_counts_if_it_is_the_only_one(counter: Counter) -> None:
    assert missing(counter, None, billing_person=ADA) == []
    assert missing(counter, None, billing_person=ADA | {"city": ""}) == ["billing_person.city"]


def test_goods_that_are_picked_up_or_downloaded_need_no_address(counter: Counter) -> None:
    assert missing(counter, None, shipping_method="pickup") == []
    digital = counter.product(name="E-book", isShippingRequired=False)
    line = {"product_id": digital, "quantity": 1}
    request = counter.request(line, shipping_person=None, shipping_method=None)
    quote = quote_order(counter.runtime, counter.store_id, request, for_order=True)
    assert codes(quote) == []


def test_price_is_quoted_without_an_address_and_warns(counter: Counter) -> None:
    request = counter.request(shipping_person={"country_code": "DE"})
    quote = quote_order(counter.runtime, counter.store_id, request)
    assert quote.is_orderable
    assert [(each.code, each.field) for each in quote.warnings] == [
        (ADDRESS_INCOMPLETE, f"shipping_person.{name}")
        for name in ("name", "street", "postal_code", "city")
    ]


def test_incomplete_order_is_rejected_and_names_every_missing_part(counter: Counter) -> None:
    view = counter.submit(counter.request(shipping_person={"city": "Bonn", "country_code": "DE"}))
    view = counter.work(view.id)
    assert view.state == SubmissionState.REJECTED
    assert [each["message"] for each in view.validation_errors] == [
        "Enter the recipient's name",
        "Enter the street and house number",
        "Enter the postal code",
    ]
    assert counter.orders() == []


@pytest.mark.parametrize(
    ("given", "code"), [("Germany", "DE"), ("Deutschland", "DE"), ("GERMANY", "DE"), ("XX", "DE")]
)
@pytest.mark.parametrize("person", ["shipping_person", "billing_person"])
def test_name_of_a_country_is_refused_at_once(
    counter: Counter, person: str, given: str, code: str
) -> None:
    request = counter.request(**{person: ADA | {"country_code": given}})
    with pytest.raises(InvalidFieldError) as caught:
        counter.submit(request)
    assert (caught.value.field, caught.value.code) == (f"{person}.country_code", "invalid_choice")
    assert f"such as {code}" in caught.value.sentence
    quote = quote_order(counter.runtime, counter.store_id, request)
    assert codes(quote) == ["country_unknown"]
    assert OrderSubmission.select().count() == 0


def test_earlier_request_with_a_name_of_a_country_is_answered_and_rejected(
    counter: Counter,
) -> None:
    view = counter.submit(counter.request())
    row = OrderSubmission.get_by_id(view.id)
    document = row.request | {"shipping_person": ADA | {"country_code": "Germany"}}
    OrderSubmission.update(request=document).where(OrderSubmission.id == view.id).execute()
    product_id = document["lines"][0]["product_id"]
    line = {"product_id": product_id, "quantity": 2}
    again = counter.request(line, shipping_person=ADA | {"country_code": "Germany"})

    assert counter.submit(again).id == view.id
    view = counter.work(view.id)
    assert view.state == SubmissionState.REJECTED
    assert view.validation_errors[0]["message"] == "Germany is not a country code. Use DE."


@pytest.mark.parametrize(
    ("state", "problems"),
    [("CA", []), ("ca", []), ("California", ["state_unknown"]), ("Elsewhere", [])],
)
def test_name_of_a_state_is_refused_with_its_code(
    counter: Counter, state: str, problems: list[str]
) -> None:
    person = ADA | {"country_code": "US", "state_code": state}
    quote = quote_order(counter.runtime, counter.store_id, counter.request(shipping_person=person))
    assert codes(quote) == problems
    assert all("Use CA." in each.message for each in quote.validation_errors)


@pytest.mark.parametrize(
    ("country", "states", "one"),
    [
        ("US", 62, ("CA", "California")),
        ("CA", 13, ("QC", "Quebec")),
        ("ES", 52, ("B", "Barcelona")),
        ("MX", 32, ("AGU", "Aguascalientes")),
        ("IT", 107, ("AG", "Agrigento")),
    ],
)
def test_states_have_the_codes_of_iso_3166_2(
    country: str, states: int, one: tuple[str, str]
) -> None:
    rules = country_rules(country)
    assert len(rules.states) == states
    assert one in rules.states.items()
    assert "state_code" in rules.required


def test_state_is_needed_only_where_it_can_be_chosen() -> None:
    for country in country_codes():
        rules = country_rules(country)
        assert {"name", "street", "country_code"} <= rules.required <= set(FIELDS)
        assert rules.states or "state_code" not in rules.required


def test_unknown_country_has_the_least_rules() -> None:
    assert country_rules("XX").required == {"name", "street", "country_code"}
    assert {"DE", "US", "ES", "XK"} <= country_codes()
    assert not {"EU", "UN", "ZZ"} & country_codes()
