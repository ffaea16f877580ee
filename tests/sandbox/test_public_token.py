"""Tests of public tokens, which the scope public_storefront brings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from portal.sandbox.config import SandboxConfig
from portal.sandbox.server import SandboxServer
from tests.sandbox.client import CALLBACK, CLIENT, SCOPES, SandboxClient, error_of

ALL_SCOPES = (*SCOPES, "public_storefront")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxClient]:
    """Client of a sandbox whose app may ask for public_storefront."""
    state = tmp_path_factory.mktemp("public") / "state.db"
    # A second consent keeps the token with which the tests read everything.
    switches = {"reconsent_revokes_token": "off"}
    config = SandboxConfig(
        state=state, redirect_uri=CALLBACK, scopes=ALL_SCOPES, switches=switches, **CLIENT
    )
    with SandboxServer(config) as server, SandboxClient(server) as client:
        yield client


@pytest.fixture(scope="module")
def shop(sandbox: SandboxClient) -> tuple[int, dict[str, Any]]:
    """Store with the app installed, and the answer of the token endpoint."""
    store_id = sandbox.make_store()
    sandbox.connect(store_id)
    code = sandbox.get_code(store_id, scopes=ALL_SCOPES)
    answer = sandbox.exchange(code).json()
    return store_id, answer


def test_the_token_answer_has_a_public_token_with_the_scope_only(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()

    plain = sandbox.exchange(sandbox.get_code(store_id)).json()
    public = sandbox.exchange(sandbox.get_code(store_id, scopes=ALL_SCOPES)).json()

    assert "public_token" not in plain
    assert public["public_token"].startswith("public_")
    assert public["access_token"].startswith("secret_")


def test_a_public_token_reads_no_details_of_disabled_products(
    sandbox: SandboxClient, shop: tuple[int, dict[str, Any]]
) -> None:
    store_id, answer = shop
    token = answer["public_token"]
    shown = sandbox.make_product(store_id)
    hidden = sandbox.make_product(store_id, name="Secret", enabled=False)

    items = sandbox.api(store_id, "/products", token=token).json()["items"]
    single = sandbox.api(store_id, f"/products/{hidden}", token=token).json()

    assert {item["id"]: item.get("name") for item in items} == {shown: "Oak board", hidden: None}
    assert single == {"id": hidden, "enabled": False}
    assert sandbox.api(store_id, f"/products/{hidden}").json()["name"] == "Secret"
    assert sandbox.api(store_id, f"/products/{shown}/combinations", token=token).json() == []


def test_a_public_token_reads_a_part_of_the_profile(
    sandbox: SandboxClient, shop: tuple[int, dict[str, Any]]
) -> None:
    store_id, answer = shop

    profile = sandbox.api(store_id, "/profile", token=answer["public_token"]).json()

    assert profile["generalInfo"]["storeId"] == store_id
    assert {"account", "company"} & profile.keys() == set()


def test_a_public_token_places_unpaid_orders_only(
    sandbox: SandboxClient, shop: tuple[int, dict[str, Any]]
) -> None:
    store_id, answer = shop
    body = {"paymentStatus": "PAID", "privateAdminNotes": "x", "email": "a@shopper.example"}

    def place(**changes: str) -> dict[str, Any]:
        made = sandbox.api(
            store_id, "/orders", method="POST", json=body | changes, token=answer["public_token"]
        ).json()
        order: dict[str, Any] = sandbox.api(store_id, f"/orders/{made['orderid']}").json()
        return order

    assert place()["paymentStatus"] == "AWAITING_PAYMENT"
    assert "privateAdminNotes" not in place()
    assert place(paymentStatus="INCOMPLETE")["paymentStatus"] == "INCOMPLETE"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/orders"),
        ("GET", "/customers"),
        ("GET", "/products/deleted"),
        ("GET", "/profile/order_statuses"),
        ("GET", "/profile/staffScopes"),
        ("GET", "/reviews"),
        ("POST", "/products"),
        ("DELETE", "/products/5"),
    ],
)
def test_a_public_token_can_do_nothing_else(
    sandbox: SandboxClient, shop: tuple[int, dict[str, Any]], method: str, path: str
) -> None:
    store_id, answer = shop

    refused = sandbox.api(store_id, path, method=method, token=answer["public_token"], json={})

    assert error_of(refused) == (403, "INSUFFICIENT_APP_SCOPE")


def test_an_invented_public_token_is_dead(
    sandbox: SandboxClient, shop: tuple[int, dict[str, Any]]
) -> None:
    answer = sandbox.api(shop[0], "/products", token="public_invented")

    assert (answer.status_code, answer.text) == (403, "")


def test_a_public_token_reads_brands(
    sandbox: SandboxClient, shop: tuple[int, dict[str, Any]]
) -> None:
    store_id, answer = shop

    brands = sandbox.api(store_id, "/brands", token=answer["public_token"])

    assert brands.json()["items"] == []
