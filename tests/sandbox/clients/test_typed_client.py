"""Tests of the sandbox with @wmakeev/ecwid, a client from npm with TypeScript declarations.

The client sends the token in the query string. Its declarations cover products, variations,
categories, product types and batches. The TypeScript compiler checks the answers against them, in
the Node process that made the calls.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.sandbox.clients.conftest import LOCALHOST, LONG_LIST, Shop, run_node

TIMEOUT_S = 60


def run(shop: Shop, directory: Path, *calls: dict[str, Any]) -> dict[str, Any]:
    """Run calls in a Node process; return its output."""
    plan = {
        "token": shop.token,
        "storeId": str(shop.store_id),
        "host": shop.sandbox.url.removeprefix("http://"),
        "directory": str(directory),
        "calls": calls,
    }
    return run_node("typed_client.cjs", plan, TIMEOUT_S)


def get(path: str, declared: str, **params: Any) -> dict[str, Any]:
    """Return the plan of a GET call."""
    return {"method": "GET", "path": path, "params": params, "type": declared}


def send(method: str, path: str, declared: str, body: Any) -> dict[str, Any]:
    """Return the plan of a call with a body."""
    return {"method": method, "path": path, "body": body, "type": declared}


def test_the_answers_have_the_types_that_the_client_declares(
    long_shop: Shop, tmp_path: Path
) -> None:
    product = next(p for p in long_shop.get_all("/products") if p["combinations"])
    category = product["categoryIds"][0]
    variations = f"products/{product['id']}/combinations"
    assigned = {"productIds": [product["id"]]}

    printed = run(
        long_shop,
        tmp_path,
        get("products", "ecwid.SearchResult<ecwid.Product>", offset=100),
        get(f"products/{product['id']}", "ecwid.Product"),
        get(variations, "ecwid.Variation[]"),
        get("categories", "ecwid.SearchResult<ecwid.Category>", productIds="true"),
        get("classes", "ecwid.ProductType[]"),
        send("POST", "products", "ecwid.CreateStatus", {"name": "Mug"}),
        send("PUT", f"products/{product['id']}", "ecwid.UpdateStatus", {"price": 3.5}),
        send("POST", f"categories/{category}/assignProducts", "ecwid.UpdateStatus", assigned),
        send("POST", "batch", "ecwid.BatchRequestResult", [{"path": "/profile", "method": "GET"}]),
        # A wrong declaration shows that the compiler checks the answers.
        get("profile", "{ account: number }"),
    )

    assert printed["reached"] == [LOCALHOST]
    [problem] = printed["problems"]
    assert problem.endswith("is not assignable to type 'number'.")
    page, single, listed, categories, *_, updated, assignment, batch, _ = printed["answers"]
    assert (page["offset"], page["total"]) == (100, LONG_LIST["products"])
    assert (single["id"], listed) == (product["id"], product["combinations"])
    assert any(product["id"] in c.get("productIds", []) for c in categories["items"])
    assert (updated, assignment) == ({"updateCount": 1}, {"updateCount": 0})
    assert batch["ticket"]
