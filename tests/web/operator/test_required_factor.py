"""Operators without a second factor can use nothing of the operators' rights until it is set up."""

from __future__ import annotations

import pyotp
import pytest
from flask import Flask

from portal.models import AuditLogEntry, Merchant, SecondFactor
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.second_factor import pending_secret
from portal.services.runtime import Runtime
from tests.factories import make_factor, make_store
from tests.web.access_table import ADMINS, OPERATORS, ROUTES
from tests.web.conftest import PASSWORD, Visitor, page_text

SETUP = "/account/second-factor"


@pytest.fixture
def beginner(visitor: Visitor, app: Flask, merchant: Merchant) -> Visitor:
    """The browser of an admin whom a command has just made, and who signs in for the first time."""
    result = app.test_cli_runner().invoke(args=["users", "make-operator", merchant.email])
    assert result.exit_code == 0
    return visitor.sign_in(merchant)


def test_every_operator_route_asks_for_the_second_factor(beginner: Visitor, app: Flask) -> None:
    names = {name for name, row in ROUTES.items() if row in (OPERATORS, ADMINS)}
    fields = {"csrf_token": beginner.csrf_token()}
    routes = [
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in {"GET", "POST"} & (rule.methods or set())
        if f"{method} {rule.endpoint}" in names and not rule.arguments
    ]
    assert len(routes) > 20

    for method, path in routes:
        data = fields if method == "POST" else None
        answer = beginner.client.open(path, method=method, data=data)
        assert (path, answer.status_code) == (path, 403)
        assert "Set up two-step verification first" in page_text(answer)


def test_support_view_of_a_store_is_no_way_around(beginner: Visitor) -> None:
    make_store()

    seen = beginner.get("/stores/1003")
    unknown = beginner.get("/stores/9")

    assert (seen.status_code, unknown.status_code) == (403, 403)
    assert "Operators can see all stores" in page_text(seen)
    views = AuditLogEntry.select().where(AuditLogEntry.action == AuditAction.STORE_VIEWED)
    assert views.count() == 0


def test_set_up_leads_on_to_the_page_that_was_asked_for(
    beginner: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    first = beginner.get("/operator/users?q=a")
    assert f"{SETUP}?next=/operator/users?q%3Da" in first.text
    address = f"{SETUP}?next=/operator/users?q%3Da"
    assert "Operators need two-step verification" in page_text(beginner.get(address))

    begun = beginner.post(address)
    secret = pending_secret(runtime.sealer, merchant)
    assert secret is not None
    confirm = f"{SETUP}/confirm?next=/operator/users?q%3Da"
    assert confirm in beginner.get(begun.location).text
    codes = beginner.post(confirm, code=pyotp.TOTP(secret).now())

    assert 'href="/operator/users?q=a"' in beginner.get(codes.location).text
    assert beginner.get("/operator/users?q=a").status_code == 200


def test_sign_in_of_an_operator_without_one_leads_to_the_set_up(
    visitor: Visitor, app: Flask, merchant: Merchant
) -> None:
    app.test_cli_runner().invoke(args=["users", "make-operator", merchant.email])

    signed_in = visitor.post("/login", email=merchant.email, password=PASSWORD)

    assert signed_in.location == f"{SETUP}?next=/operator"


def test_operator_cannot_turn_it_off(beginner: Visitor, merchant: Merchant) -> None:
    make_factor(merchant)

    answer = beginner.post(f"{SETUP}/off")

    assert answer.status_code == 409
    assert "Ask an admin to remove your operator role first." in page_text(answer)
    assert SecondFactor.select().count() == 1
    assert beginner.get("/operator").status_code == 200
