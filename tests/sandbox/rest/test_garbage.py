"""Tests that call the REST API with garbage: it answers 4xx with JSON and stays readable."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.sandbox.config import SandboxConfig
from portal.sandbox.parts import make_parts
from portal.sandbox.server import make_app
from tests.sandbox.client import CALLBACK, CLIENT, SCOPES

COUNTS = {"products": 9, "orders": 4, "customers": 3, "coupons": 2}
TEXTS = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b"\xff\xfe",
    b'{"name": NaN}',
    b'{"name": 1e400}',
    b'{"name": "\\ud800"}',
    b'{"\\ud800": 1}',
    b'{"name": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
)
QUERY_VALUES = ("x", "-1", "²", "1,,2", "\x00", "a(b", "1e400", "9" * 30, "2026-99-99", "%")
# The search parameters of all lists.
PARAMETERS = (
    *("offset", "limit", "sortBy", "responseFields", "keyword", "keywords", "ids", "sku"),
    *("productId", "categories", "parent", "parentIds", "createdFrom", "updatedTo", "from_date"),
    *("totalFrom", "priceTo", "paymentStatus", "customerId", "orderNumber", "pickupTimeFrom"),
    *("availability", "code", "customerGroupIds", "minOrderCount", "enabledManualTaxes"),
    *("option_Size", "productIds", "withSubcategories", "countryCode", "lang", "ticket"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, -1, 1.5, 2**60, "", "x", "9" * 30),
    *([], [None], ["x"], [{}], [{"id": [], "value": "x", "rate": {}, "options": 7}], {"id": {}}),
)
LISTS = ("/products", "/orders", "/customers", "/discount_coupons", "/categories", "/promotions")
# Lists are also read with keywords, which look into the fields of each record.
READS = (*LISTS, "/profile", "/products?keyword=a", "/orders?keywords=a", "/customers?keyword=a")
PRICES = {
    "taxes": [{"name": "VAT", "defaultTax": 19, "rules": [{"zoneId": "z", "tax": 7}]}],
    "pricesIncludeTax": False,
}
PROFILE = {
    "settings": {"closed": False, "storeName": "Mill"},
    "company": {"countryCode": "DE"},
    "formatsAndUnits": {"currency": "EUR", "currencyPrecision": 2, "currencyPrefix": "€"},
    "taxSettings": PRICES,
    "zones": [{"id": "z", "name": "Alps", "countryCodes": ["AT"], "postCodes": ["1*"]}],
    "shipping": {"handlingFee": {"name": "Fee", "value": 2}},
    "legalPagesSettings": {"legalPages": []},
}
SHIPPING_OPTION = {
    "title": "Van",
    "destinationZone": {"id": "z", "countryCodes": ["DE"]},
    "flatRate": {"rateType": "ABSOLUTE", "rate": 3},
    "ratesTable": {"rates": [{"conditions": {"subtotalFrom": 1}, "rate": {"perOrder": 2}}]},
}
PRODUCT = {
    "name": "Vase",
    "options": [
        {"type": "SELECT", "name": "Size", "choices": [{"text": "L", "priceModifier": 2}]},
    ],
    "combinations": [{"options": [{"name": "Size", "value": "L"}], "price": 30, "sku": "VASE-L"}],
    "wholesalePrices": [{"quantity": 10, "price": 25}],
    "attributes": [{"name": "Maker", "value": "Alder"}],
    "galleryImages": [{"id": 1, "alt": "The vase"}],
}
PROMOTION = {
    "name": "Spring",
    "discountBase": "ITEM",
    "discountType": "PERCENT",
    "amount": 5,
    "triggers": {"subtotal": 5, "startDate": "2026-01-01", "products": [1]},
    "targets": {"categories": [1]},
}


class Store:
    """A store that is called without a server in between."""

    def __init__(self, app: Flask, http: FlaskClient, store_id: int, token: str) -> None:
        self.app, self._http, self._token = app, http, token
        self.path = f"/api/v3/{store_id}"
        self.pages = f"/_sandbox/stores/{store_id}"

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self._token}"}
        url = path if path.startswith("/_sandbox") else self.path + path
        return self._http.open(url, method=method, headers=headers, **options)

    def send(self, method: str, path: str, body: Any) -> TestResponse:
        return self.call(method, path, data=json.dumps(body), content_type="application/json")

    def first(self, path: str) -> Any:
        """Return the first record of a list."""
        return json.loads(self.call("GET", path).text)["items"][0]

    def endpoints(self) -> Iterator[tuple[str, str]]:
        """Yield method and path of every endpoint, with the number 7 for each id."""
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint.startswith("rest."):
                path = re.sub("<.*?>", "7", rule.rule.partition("<int:store_id>")[2])
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    yield method, path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    config = SandboxConfig(
        state=tmp_path_factory.mktemp("sandbox") / "state.db",
        redirect_uri=CALLBACK,
        scopes=SCOPES,
        switches={"quota_per_minute": "0"},
        **CLIENT,
    )
    parts = make_parts(config, "http://sandbox.invalid")
    app = make_app(parts)
    http = app.test_client()
    store_id = http.post("/_sandbox/api/stores", json=COUNTS).get_json()["store_id"]
    token = parts.stores.install(store_id, " ".join(SCOPES), revoke_previous=True)
    yield Store(app, http, store_id, token)
    parts.state.close()


def refuse(constant: str) -> None:
    raise ValueError(constant)


def is_clean(answer: TestResponse) -> bool:
    """Return whether an answer is no server error, and JSON by the standard if it is JSON."""
    if answer.status_code >= 500:
        return False
    if not answer.content_type.startswith("application/json"):
        return True
    try:
        json.loads(answer.text, parse_constant=refuse)
    except ValueError:
        return False
    return True


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each part of a JSON value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in entries:
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from paths_in(inner, (*path, key))


def spoiled(record: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of a record with another value at a path."""
    changed = copy.deepcopy(record)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


def records(store: Store) -> Iterator[tuple[str, str, Any]]:
    """Yield method, path and a valid body of the calls whose fields are spoiled."""
    product_id = json.loads(store.send("POST", "/products", PRODUCT).text)["id"]
    product = json.loads(store.call("GET", f"/products/{product_id}").text)
    order = store.first("/orders")
    yield "PUT", f"/products/{product_id}", product
    yield "PUT", f"/orders/{order['internalId']}", order
    yield "POST", "/order/calculate", order | {"giftCardCode": "G"}
    for path in ("/customers", "/discount_coupons", "/categories"):
        record = store.first(path)
        yield "PUT", f"{path}/{record['id']}", record
    yield "POST", "/promotions", PROMOTION
    yield "POST", "/profile/shippingOptions", SHIPPING_OPTION
    yield "PUT", "/profile", PROFILE


def test_text_that_is_no_json_breaks_no_endpoint(store: Store) -> None:
    broken = [
        (method, path, text[:20])
        for method, path in store.endpoints()
        if (method, path) != ("DELETE", "/application")
        for text in (TEXTS if method in ("POST", "PUT") else TEXTS[:1])
        if not is_clean(store.call(method, path, data=text, content_type="application/json"))
    ]

    assert broken == []


@pytest.mark.unmeasured
def test_no_value_of_a_parameter_breaks_a_list(store: Store) -> None:
    paths = [path for method, path in store.endpoints() if method == "GET"]

    broken = [
        (path, name, value)
        for path in paths
        for name in PARAMETERS
        for value in (QUERY_VALUES if path in LISTS[:3] else QUERY_VALUES[:1])
        if not is_clean(store.call("GET", path, query_string={name: value}))
    ]

    assert broken == []


@pytest.mark.unmeasured
def test_no_value_of_a_field_breaks_the_call_or_later_reads(store: Store) -> None:
    broken = []
    for method, url, record in records(store):
        for path in paths_in(record):
            for number, value in enumerate(VALUES):
                # Each field gets a third of the values, which keeps this test short.
                if (number + len(path) + len(str(path))) % 3:
                    continue
                if not is_clean(store.send(method, url, spoiled(record, path, value))):
                    broken.append((method, url, path, value))
        unreadable = [read for read in READS if not is_clean(store.call("GET", read))]
        pages = [store.pages, f"{store.pages}/prices"]
        unreadable += [page for page in pages if store.call("GET", page).status_code != 200]
        if unreadable:
            broken.append((method, url, "later reads", unreadable))

    assert broken == []


def test_a_refused_text_is_named_as_a_wrong_parameter(store: Store) -> None:
    answer = store.call(
        "POST", "/products", data=b'{"name": "a", "price": NaN}', content_type="application/json"
    )

    assert answer.status_code == 400
    assert json.loads(answer.text)["errorCode"] == "WRONG_PARAMETER"


def test_the_largest_depth_is_stored(store: Store) -> None:
    deep = json.loads("[" * 90 + "]" * 90)

    answer = store.send("POST", "/products", {"name": "Deep", "extra": deep})

    assert answer.status_code == 200
    product_id = json.loads(answer.text)["id"]
    assert json.loads(store.call("GET", f"/products/{product_id}").text)["extra"] == deep
