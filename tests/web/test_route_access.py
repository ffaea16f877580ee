"""Access control of every route, compared with `access_table`; a route without a row is an
error.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.models import (
    EndpointAlert,
    EventReplay,
    Membership,
    Merchant,
    NotificationState,
    Onboarding,
    OrderSubmission,
    OrderUpdate,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    Product,
    Quarantine,
    Resource,
    Role,
    RunKind,
    Store,
    SyncRun,
    database,
    utc_now,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.accounts.browser_sessions import open_browser_session
from portal.services.accounts.invitations import invite
from portal.services.api_keys.keys import create_key
from portal.services.mirror.resources import COUPONS, CUSTOMERS, ORDERS
from portal.services.runtime import Runtime
from tests.factories import (
    UPDATED_AT,
    coupon_payload,
    customer_payload,
    make_delivery,
    make_endpoint,
    make_event,
    make_grant,
    make_issue,
    make_merchant,
    make_notification,
    make_store,
    order_payload,
    product_row,
)
from tests.web.access_table import ROUTES, Access, Actor
from tests.web.conftest import Visitor

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
# Fields without which forms are rejected before any access check.
FIELDS = {"email": "somebody@example.com", "resource": "products"}
EVENT_ID = "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506"


@pytest.fixture
def merchants(runtime: Runtime) -> dict[Actor, Merchant]:
    """The table's merchants; the stranger has a store as well."""
    return {
        visit: make_merchant(
            email=f"{visit.name.lower()}@example.com",
            is_operator=visit is Actor.OPERATOR,
        )
        for visit in (Actor.STRANGER, Actor.STAFF, Actor.OWNER, Actor.OPERATOR)
    }


@pytest.fixture
def rows(runtime: Runtime, merchants: dict[Actor, Merchant]) -> dict[str, Any]:
    """Values of URL variables: rows of the owner's store, by the variable's name."""
    make_store(merchants[Actor.STRANGER], id=2004, name="Wood")
    owner, colleague = merchants[Actor.OWNER], make_merchant(email="colleague@example.com")
    store = make_store(owner)
    Membership.create(merchant=merchants[Actor.STAFF], store=store, role=Role.STAFF)
    make_grant(store, runtime.sealer)
    Product.upsert([product_row()])
    ORDERS.save(store.id, [order_payload()], UPDATED_AT)
    CUSTOMERS.save(store.id, [customer_payload()], UPDATED_AT)
    COUPONS.save(store.id, [coupon_payload()], UPDATED_AT)
    make_event(event_id=EVENT_ID)
    key = create_key(merchants[Actor.OWNER], "theirs", KeyScope)
    assert key is not None
    endpoint = make_endpoint(owner, runtime.sealer)
    return {
        "endpoint_id": endpoint.id,
        "alert_id": EndpointAlert.create(
            endpoint=endpoint, percent=100, state=NotificationState.BOUNCED
        ).id,
        "delivery_id": make_delivery(endpoint, store).id,
        "key_id": key.key.id,
        "store_id": store.id,
        "product_id": 5,
        "event_id": EVENT_ID,
        "resource": Resource.PRODUCTS,
        "action": "pause",
        "filename": "icon.svg",
        "token": "nonsense",
        "notification_id": make_notification(
            owner, make_issue(store), state=NotificationState.BOUNCED
        ).id,
        "onboarding_id": Onboarding.create().id,
        "member_id": Membership.create(merchant=colleague, store=store, role=Role.STAFF).id,
        "invitation_id": invite(store, owner, merchants[Actor.STRANGER].email).invitation.id,
        "session_id": open_browser_session(owner, ip_address="", user_agent="")[0].id,
        **_keys_of(store),
    }


def _keys_of(store: Store) -> dict[str, int]:
    export = PrivacyRequest.create(
        store=store,
        kind=PrivacyRequestKind.ACCESS,
        state=PrivacyRequestState.DONE,
        document="{}",
        expires_at=utc_now() + timedelta(days=1),
    )
    entry = Quarantine.create(
        store=store, resource=Resource.PRODUCTS, entity_id="6", payload={}, reason="x"
    )
    return {
        "run_id": SyncRun.create(store=store, resource="products", kind=RunKind.INCREMENTAL).id,
        "replay_id": EventReplay.create(store=store, event_filter={}, upto_id=0, expected=0).id,
        "request_id": export.id,
        "entry_id": entry.id,
        "category_id": 7,
        "submission_id": OrderSubmission.create(
            store=store, sender="merchant 1", idempotency_key="1", fingerprint="1", reference="1"
        ).id,
        "update_id": OrderUpdate.create(
            store=store,
            order_id=90,
            order_number="EBJFT",
            sender="merchant 1",
            changes={},
            expected={},
        ).id,
        "decision": "drop",
        "name": "products",
        "extension": "csv",
        "order_id": 90,
        "customer_id": 12,
        "coupon_id": 33,
    }


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
