"""Operators search the security events of all accounts."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.models import Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.accounts.security_events import record_security_event
from portal.services.runtime import Runtime
from portal.web.security_labels import AREA_LABELS, EVENT_LABELS
from tests.factories import make_merchant, make_store
from tests.web.conftest import Visitor, page_text
from tests.web.operator.conftest import set_role

PAGE = "/operator/security"
NO_PEOPLE = ("assets", "branding", "probes", "static", "style_guide", "well_known")


@pytest.fixture
def eve(runtime: Runtime) -> Merchant:
    """A merchant who asked for a foreign store, and whose password somebody tried."""
    eve = make_merchant(email="eve@shop.example")
    make_store(id=2004)
    record_security_event(
        runtime,
        SecurityEventKind.STORE_REFUSED,
        merchant_id=eve.id,
        store_id=2004,
        ip_address="203.0.113.7",
        endpoint="stores.show",
    )
    for _ in range(3):
        record_security_event(
            runtime,
            SecurityEventKind.PASSWORD_REFUSED,
            merchant_id=eve.id,
            ip_address="2001:db8:1:2::3",
            endpoint="accounts.open_session",
        )
    record_security_event(runtime, SecurityEventKind.CSRF_REFUSED, ip_address="198.51.100.7")
    runtime.security_events.flush()
    return eve


def test_page_without_events_says_so(operator: Visitor) -> None:
    assert f'href="{PAGE}"' in operator.get("/operator/audit").text
    assert "No events yet" in page_text(operator.get(PAGE))


def test_events_name_account_network_page_and_store(operator: Visitor, eve: Merchant) -> None:
    page = operator.get(PAGE)

    text = page_text(page)
    asked = "Tried to open someone else's store Stores · store 2004 stores.show eve@shop.example"
    assert f"{asked} 203.0.113.x 1" in text
    assert (
        "Wrong password Sign-in and sign-up accounts.open_session eve@shop.example 2001:db8:1::x 3"
        in text
    )
    assert "Unknown 198.51.100.x 1" in text
    assert f'href="/operator/users/{eve.id}"' in page.text


def test_every_part_of_the_portal_and_every_kind_has_a_label(app: Flask) -> None:
    parts = {rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules()}
    # Files and probes check nothing that a security event could be about.
    assert parts - {*AREA_LABELS} == {*NO_PEOPLE}
    assert {*EVENT_LABELS} == {*SecurityEventKind}


def test_support_reads_the_events(operator: Visitor, merchant: Merchant, eve: Merchant) -> None:
    set_role(merchant, OperatorRole.SUPPORT)

    assert "eve@shop.example" in page_text(operator.get(PAGE))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=password_refused", 1),
        ("person=EVE@shop.example", 2),
        ("network=203.0.113.9", 1),
        ("network=2001:DB8:1::x", 1),
        ("network=192.0.2.x", 0),
        ("since=2020-01-01T00:00&until=2100-01-01T00:00", 3),
        ("since=2100-01-01T00:00", 0),
        ("until=2020-01-01T00:00", 0),
    ],
)
def test_search_narrows_the_list(operator: Visitor, eve: Merchant, query: str, found: int) -> None:
    page = page_text(operator.get(f"{PAGE}?{query}"))

    assert ("No events found" in page) == (not found)
    assert page.count("just now") == found


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("person=nobody@example.com", "No account has this email address."),
        ("network=clay", "Enter an IP address or a network, such as 203.0.113.x."),
        ("until=tomorrow", "Enter a date and a time"),
    ],
)
def test_wrong_search_is_explained(
    operator: Visitor, eve: Merchant, query: str, problem: str
) -> None:
    page = operator.get(f"{PAGE}?{query}")

    assert page.status_code == 422
    assert problem in page_text(page)
    assert operator.get(f"{PAGE}?kind=nonsense").status_code == 422


def test_page_of_a_user_has_the_latest_events(operator: Visitor, eve: Merchant) -> None:
    page = operator.get(f"/operator/users/{eve.id}")

    assert "Wrong password From 2001:db8:1::x, 3 times" in page_text(page)
    assert f'href="{PAGE}?person=eve@shop.example"' in page.text
