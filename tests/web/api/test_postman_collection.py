"""The Postman collection in docs has each call of the API, and its requests work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from portal.models import Store
from portal.paths import ROOT
from portal.sandbox.parts import Parts
from portal.web.api import postman_collection
from portal.web.api.endpoints import registry
from portal.web.api.examples import EXAMPLES
from portal.web.api.postman_collection import ADDRESS, build_collection, render
from tests.web.api.conftest import Caller

VARIABLES = {"base_url": "", "store_id": "1003"}
MADE_BY_CALLS = re.compile(
    r"/(submissions|export-files|order-updates|webhook-endpoints|connect-links)/1\b"
)


def items_of(collection: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for folder in collection["item"]:
        yield from folder["item"]


def resolved(text: str) -> str:
    """Return a text with the collection's variables replaced, as Postman does it."""
    return re.sub(r"{{(\w+)}}", lambda found: VARIABLES[found[1]], text)


def sent_url(url: dict[str, Any]) -> str:
    """Return the URL that Postman builds from the parts of a request."""
    values = {each["key"]: each["value"] for each in url["variable"]}
    path = [values[part[1:]] if part.startswith(":") else part for part in url["path"]]
    query = [f"{each['key']}={each['value']}" for each in url["query"] if not each["disabled"]]
    text = "/".join([*url["host"], *path]) + ("?" + "&".join(query) if query else "")
    return resolved(text)


def test_collection_in_docs_is_up_to_date() -> None:
    kept = (ROOT / "docs" / "postman_collection.json").read_text()

    assert kept == render(build_collection(ADDRESS)), "make clients renews the collection"


def test_each_call_has_its_example() -> None:
    items = list(items_of(build_collection(ADDRESS)))

    assert len(items) == len(registry.endpoints)
    calls = {(item["request"]["method"], sent_url(item["request"]["url"])) for item in items}
    methods = {declared.name: declared.method for declared in registry.endpoints}
    assert calls >= {(methods[name], example.path) for name, example in EXAMPLES.items()}
    assert {item["request"]["url"]["raw"].partition("?")[0] for item in items} >= {
        "{{base_url}}/stores/:store_id/orders",
        "{{base_url}}/stores/:store_id/exports/products.csv",
    }


def test_example_of_another_path_is_refused() -> None:
    with pytest.raises(ValueError, match="the example /me is no /keys"):
        postman_collection._path_values("/keys/{key_id}", "/me")


def test_requests_of_the_collection_work(market: Caller, mirror: Store, shop: Parts) -> None:
    sent = 0
    for item in items_of(build_collection(ADDRESS)):
        request = item["request"]
        url = sent_url(request["url"])
        is_order = request["url"]["path"][-1] in ("quotes", "orders", "availability")
        # Other calls change a record that the next one needs, or need one that they have made.
        if not is_order and (request["method"] != "GET" or MADE_BY_CALLS.search(url)):
            continue
        headers = {h["key"]: h["value"] for h in request["header"] if not h.get("disabled")}
        body = resolved(request["body"]["raw"]) if "body" in request else None
        answer = market.send(request["method"], url, headers=headers, data=body)

        expected = item["response"][0]["code"] if item["response"] else 200
        assert answer.status_code == expected, (item["name"], answer.text)
        sent += 1
    assert sent > 25
