"""Documented samples that both sides must meet: the portal's parsers and the sandbox's answers.

Each file in ``samples`` has its source, a body with the fields and types of that source and our own
values, and in ``reads`` what the portal reads from it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.ecwid.calculations import read_calculation
from portal.ecwid.catalog import category_row, product_rows
from portal.ecwid.coupons import coupon_row, coupon_terms
from portal.ecwid.customers import customer_row
from portal.ecwid.orders import order_rows
from portal.ecwid.profile import read_profile
from portal.ecwid.webhook_body import read_webhook_body
from tests.sandbox.client import SandboxClient

STORE, READ_AT = 1003, datetime(2026, 11, 29, tzinfo=UTC)
FILES = {path.stem: path for path in sorted((Path(__file__).parent / "samples").glob("*.json"))}
SIZE = {"products": 60, "orders": 80, "customers": 20, "coupons": 24}
each_sample = pytest.mark.parametrize("name", FILES)


def sample(name: str) -> dict[str, Any]:
    """Return a sample by the name of its file."""
    text = FILES[name].read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def in_product(variation: Any) -> Any:
    """Return a product that contains the variation."""
    return sample("product")["body"] | {"combinations": [variation]}


PARSERS: dict[str, Callable[[Any], Any]] = {
    "product": lambda body: product_rows(STORE, body, READ_AT).product,
    "variation": lambda body: product_rows(STORE, in_product(body), READ_AT).variations[0],
    "category": lambda body: category_row(STORE, body, READ_AT),
    "order": lambda body: order_rows(STORE, body, READ_AT).order,
    "customer": lambda body: customer_row(STORE, body, READ_AT),
    "coupon": lambda body: coupon_row(STORE, body, READ_AT),
    "profile": lambda body: vars(read_profile(STORE, body)),
    "calculation": lambda body: vars(read_calculation(body)),
    "webhook": lambda body: vars(read_webhook_body(json.dumps(body).encode())),
}


@each_sample
def test_a_sample_names_its_source(name: str) -> None:
    assert sample(name)["source"].startswith(("REST docs, ", "Webhooks docs, "))


@each_sample
def test_the_portal_reads_a_sample(name: str) -> None:
    found = sample(name)

    values = PARSERS[name](found["body"])

    assert {field: str(values[field]) for field in found["reads"]} == found["reads"]


def test_the_portal_reads_the_terms_of_a_coupon() -> None:
    terms = coupon_terms(sample("coupon")["body"])

    assert terms.code == "WELCOME-5"


@pytest.fixture(scope="module")
def answers(sandbox_client: SandboxClient) -> dict[str, list[Any]]:
    """The sandbox's answers of each sample's kind, from a store with sample data."""
    store_id = sandbox_client.make_store(seed=8, **SIZE)
    sandbox_client.connect(store_id)
    sandbox_client.subscribe(store_id, "product.updated")
    found: dict[str, list[Any]] = {}
    for name in FILES:
        entry = sample(name)
        if entry["path"].startswith("/"):
            found[name] = read(sandbox_client, store_id, entry)
    product = found["product"][0]
    path = f"/products/{product['id']}"
    assert sandbox_client.api(store_id, path, method="PUT", json={"name": "Mug"}).ok
    found["webhook"] = [entry["body"] for entry in sandbox_client.deliveries(store_id)]
    found["variation"] = [v for p in found["product"] for v in p["combinations"]]
    return found


def read(sandbox: SandboxClient, store_id: int, entry: dict[str, Any]) -> list[Any]:
    """Return the records at a sample's path."""
    method = "POST" if "request" in entry else "GET"
    params = entry.get("params", {})
    answer = sandbox.api(
        store_id, entry["path"], method=method, json=entry.get("request"), **params
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    items: list[Any] = body.get("items", []) if "total" in body and "count" in body else [body]
    return items


def fields(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield path and JSON type of each value; the path of a list's entries ends in ``[]``."""
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    yield path, "number" if is_number else type(value).__name__
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from fields(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, f"{path}[]")


@each_sample
def test_the_sandbox_sends_the_fields_of_a_sample(answers: dict[str, list[Any]], name: str) -> None:
    sent = {field for record in answers[name] for field in fields(record)}
    documented = set(fields(sample(name)["body"]))

    # Translated texts have a field for each language.
    assert {field for field in documented if "Translated." not in field[0]} - sent == set()
    types = dict(documented)
    assert {field for field in sent if types.get(field[0], field[1]) != field[1]} == set()
