"""Tests that call every endpoint of the REST API: scopes, and bodies that make no sense."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from portal.sandbox.oauth import SCOPE_DESCRIPTIONS
from portal.sandbox.server import make_app
from tests.sandbox.client import SCOPES, SandboxClient, error_of
from tests.sandbox.conftest import SetSwitches

# Endpoints that need no token, or only the scope that every token has.
UNSCOPED = (
    "/application",
    "/batch",
    "/countries",
    "/currencies",
    "/currencyByCountry",
    "/latest-stats",
    "/order/calculate",
    "/profile",
    "/states",
    "/storage",
    "/taxClasses",
    "/webhooks",
)
# Calls that end the use of the store.
FATAL = {("DELETE", "/application")}
BODIES = (None, [], "text", 7, {}, {"id": {}, "email": [], "items": 7, "name": None, "ids": "x"})


# Actions that give a store a record for each path; sample data has the others.
ACTIONS = ("place-order", "write-review", "subscribe", "create-invoice", "abandon-cart")


def endpoints(
    sandbox: SandboxClient, ids: dict[str, str] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield method and path of every endpoint, deletions last.

    ``ids`` has ids of records by the first part of their path; others don't exist.
    """
    rules = [r for r in make_app(sandbox.parts).url_map.iter_rules() if r.endpoint[:5] == "rest."]
    calls = [(method, rule.rule) for rule in rules for method in rule.methods or ()]
    for method, rule in sorted(calls, key=lambda call: call[0] == "DELETE"):
        path = rule.partition("<int:store_id>")[2]
        record_id = (ids or {}).get(path.split("/")[1])
        if record_id is not None:
            path = re.sub("<.*?>", record_id, path, count=1)
        path = re.sub(r"<int:\w+>", "7", re.sub(r"<(path:)?[a-z_]+>", "none", path))
        if method not in ("HEAD", "OPTIONS") and (method, path) not in FATAL:
            yield method, path


def make_full_store(sandbox: SandboxClient) -> tuple[int, dict[str, str]]:
    """Create a store with a record of each kind; return its id and the records' ids."""
    store_id = sandbox.make_store(products=9, orders=2, customers=2, coupons=1)
    sandbox.connect(store_id)
    for name in ACTIONS:
        assert sandbox.admin("POST", f"/stores/{store_id}/actions/{name}").ok
    new = {
        "staff": {"email": "mo@staff.example"},
        "instant-site/redirects": {"fromUrl": "/a", "toUrl": "/b"},
        "customer_groups": {"name": "VIP"},
        "promotions": {
            "name": "Spring",
            "discountBase": "SUBTOTAL",
            "discountType": "PERCENT",
            "amount": 10,
        },
    }
    for path, fields in new.items():
        assert sandbox.api(store_id, f"/{path}", method="POST", json=fields).ok
    keys = {
        "products": "id",
        "categories": "id",
        "orders": "id",
        "carts": "cartId",
        "customers": "id",
        "customer_groups": "id",
        "discount_coupons": "code",
        "promotions": "id",
        "reviews": "id",
        "subscriptions": "subscriptionId",
        "instant-site/redirects": "id",
    }
    ids = {
        path.split("/")[0]: str(sandbox.list_items(store_id, f"/{path}")[-1][key])
        for path, key in keys.items()
    }
    return store_id, ids | {"staff": sandbox.api(store_id, "/staff").json()["staffList"][0]["id"]}


def error_of_any(sandbox: SandboxClient, store_id: int, method: str, path: str) -> str:
    """Return the error code of a call, empty if it succeeds or has no JSON."""
    answer = sandbox.api(store_id, path, method=method, json={})
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    content = answer.json() if is_json else {}
    return str(content.get("errorCode", "")) if isinstance(content, dict) else ""


def test_every_endpoint_needs_its_scope(sandbox: SandboxClient, set_switches: SetSwitches) -> None:
    set_switches(quota_per_minute="0")
    store_id = sandbox.make_store()
    sandbox.connect(store_id, ("read_store_profile",))

    served = [
        (method, path)
        for method, path in endpoints(sandbox)
        if error_of_any(sandbox, store_id, method, path) != "INSUFFICIENT_APP_SCOPE"
    ]

    assert [call for call in served if not call[1].startswith(UNSCOPED)] == []


def test_no_body_breaks_an_endpoint(sandbox: SandboxClient, set_switches: SetSwitches) -> None:
    set_switches(quota_per_minute="0")
    store_id, ids = make_full_store(sandbox)

    broken = [
        (method, path, body, answer.status_code)
        for method, path in endpoints(sandbox, ids)
        for body in (BODIES if method != "GET" else BODIES[:1])
        if (answer := sandbox.api(store_id, path, method=method, json=body)).status_code >= 500
    ]

    assert broken == []


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("/orders/none/invoices", "read_invoices"),
        ("/domains", "buy_domains"),
        ("/profile/staffScopes", "read_staff"),
    ],
)
def test_an_endpoint_can_need_two_scopes(sandbox: SandboxClient, path: str, missing: str) -> None:
    store_id = sandbox.make_store()
    sandbox.connect(store_id, ("read_store_profile", "read_orders"))

    answer = sandbox.api(store_id, path)

    assert error_of(answer) == (403, "INSUFFICIENT_APP_SCOPE")
    assert missing in answer.json()["errorMessage"]


def test_the_consent_page_describes_every_scope() -> None:
    assert set(SCOPES) <= SCOPE_DESCRIPTIONS.keys()
