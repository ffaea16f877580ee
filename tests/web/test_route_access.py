"""Access control of every route, compared with `access_table`; a route without a row is an
error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.config import Settings
from portal.models import Membership, Merchant, Role, database
from portal.paths import STATIC
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import create_key
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store
from tests.web.access_table import ROUTES, Access, Actor
from tests.web.conftest import Visitor, let_confirmations_expire
from tests.web.route_rows import make_rows

# The tests of each route measure its code; this one calls all routes eight times.
pytestmark = pytest.mark.unmeasured
OPERATOR_ROLES = {Actor.SUPPORT: OperatorRole.SUPPORT, Actor.ADMIN: OperatorRole.ADMIN}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
# Fields without which forms are rejected before any access check.
FIELDS = {"email": "somebody@example.com", "resource": "products"}


@pytest.fixture
def portal_database_url(postgresql_database_url: str) -> str:
    """PostgreSQL, because most tests of pages use SQLite."""
    return postgresql_database_url


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a logo that is a file, which its route returns."""
    return replace(settings, portal_logo=str(STATIC / "icon.svg"))


@pytest.fixture
def merchants(runtime: Runtime) -> dict[Actor, Merchant]:
    """The table's merchants; the stranger has a store as well."""
    return {
        visit: make_merchant(
            email=f"{visit.name.lower()}@example.com",
            operator_role=OPERATOR_ROLES.get(visit),
        )
        for visit in (Actor.STRANGER, Actor.READ_ONLY, Actor.MANAGER, Actor.OWNER, *OPERATOR_ROLES)
    }


@pytest.fixture
def rows(runtime: Runtime, merchants: dict[Actor, Merchant]) -> dict[str, Any]:
    """Values of URL variables: rows of the owner's store, by the variable's name."""
    make_store(merchants[Actor.STRANGER], id=2004, name="Wood")
    rows = make_rows(
        runtime, merchants[Actor.OWNER], merchants[Actor.MANAGER], invited=merchants[Actor.STRANGER]
    )
    reader = merchants[Actor.READ_ONLY]
    Membership.create(merchant=reader, store=rows["store_id"], role=Role.READ_ONLY)
    return rows


def routes_of(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Yield the name of each route in the table, its method and its rule."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & METHODS):
            yield f"{method} {rule.endpoint}", method, rule


def access_of(response: TestResponse) -> Access:
    """Return the outcome that a response means."""
    assert response.status_code < 500, response.text
    if response.headers.get("Location", "").startswith("/login?next="):
        return Access.SIGN_IN
    by_status = {404: Access.NOT_FOUND, 403: Access.FORBIDDEN, 401: Access.UNAUTHORIZED}
    return by_status.get(response.status_code, Access.ALLOWED)


class RouteVisitor:
    """Requests of one visitor to all routes; changes are rolled back."""

    def __init__(self, app: Flask, merchant: Merchant | None, rows: dict[str, Any]) -> None:
        self.app, self.rows = app, rows
        self.visitor = Visitor(app)
        if merchant is not None:
            self.visitor.force_login(merchant)
            # Sensitive forms are shown again, so that the row of the next request still exists.
            let_confirmations_expire()
        self.token = self.visitor.csrf_token()
        self.cookie = self.visitor.client.get_cookie("portal")

    def visit(self, method: str, rule: Rule, number: int, headers: dict[str, str]) -> Access:
        """Request one route with a fresh client from an unused IP address, so that no limit
        applies.
        """
        arguments = {name: self.rows[name] for name in rule.arguments}
        with self.app.test_request_context():
            path = self.app.url_for(rule.endpoint, **arguments)
        client = self.app.test_client()
        assert self.cookie is not None
        client.set_cookie("portal", self.cookie.value)
        with database.atomic() as transaction:
            response = client.open(
                path,
                method=method,
                headers=headers,
                data=None if method == "GET" else {"csrf_token": self.token, **FIELDS},
                environ_overrides={"REMOTE_ADDR": f"10.0.0.{number}"},
            )
            transaction.rollback()
        response.close()
        return access_of(response)


def test_table_has_exactly_the_routes_of_the_app(app: Flask) -> None:
    assert {name for name, _, _ in routes_of(app)} == set(ROUTES)


@pytest.mark.promise(9)
@pytest.mark.parametrize("who", Actor)
def test_every_visitor_gets_the_response_in_the_table(
    app: Flask, merchants: dict[Actor, Merchant], rows: dict[str, Any], who: Actor
) -> None:
    tour = RouteVisitor(app, merchants.get(who), rows)
    headers = {}
    if who is Actor.FOREIGN_KEY:
        made = create_key(merchants[Actor.STRANGER], "theirs", KeyScope)
        assert made is not None
        headers["Authorization"] = f"Bearer {made.text}"

    got = {
        name: tour.visit(method, rule, number, headers)
        for number, (name, method, rule) in enumerate(routes_of(app))
    }

    assert got == {name: row[who] for name, row in ROUTES.items()}
