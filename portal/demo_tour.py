"""Tour of the demo: three connected stores, of which each shows another state.

All of it is done by acts that merchants, shoppers and a marketplace can do: over the portal's pages
and API, and in the sandbox. Nothing is written into the portal's database. A step that was done
once isn't repeated at the next start.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import requests

from portal.demo_process import DemoError
from portal.demo_visitor import Visitor

BUSY, REVOKED, IMPORTING = 1003, 1201, 1202
FEW_SALES = {"orders": 40, "customers": 20, "coupons": 3}
MORE_SALES = {"orders": 300, "customers": 100}
TOUR_STORES: tuple[dict[str, Any], ...] = (
    {"store_id": REVOKED, "name": "Harbor Press", "products": 60, **FEW_SALES},
    {"store_id": IMPORTING, "name": "Meadow & Oak", "products": 16_000, **MORE_SALES},
)
REVOKED_SCOPE = "read_orders"
# Ecwid is that slow for the importing store. The daemon reads about ten of its 160 pages at a time,
# so they take some minutes.
SLOW = {"hanging_stores": str(IMPORTING), "hang_s": "15"}
CHANNEL_ORDERS = 9
LAST_STEP = "orders"
PAUSE_S = 30.0
IMPORT_TIMEOUT_S = 600.0
TIMEOUT_S = 60
# Acts of the busy store's owner and shoppers, again and again.
ACTIONS = (
    *("change-price", "place-order", "pay-order", "rename-product", "ship-order"),
    *("place-order-with-coupon", "sell-out", "pay-order", "register-customer", "ship-order"),
)
FIRST_ACTIONS = 2 * len(ACTIONS)
CUSTOMERS = ("Robin Reed", "Ada Berg", "Noor Haddad", "Iris Lund", "Tom Vega")
ADDRESS = {
    "street": "1 Main Street",
    "postal_code": "10115",
    "city": "Berlin",
    "country_code": "DE",
}


@dataclass
class Tour:
    """Steps that fill the demo; ``done`` are the names of those that were done."""

    portal_url: str
    sandbox_url: str
    key: str
    file: Path
    email: str
    password: str
    stopped: Event = field(default_factory=Event)
    done: list[str] = field(init=False)
    error: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.done = json.loads(self.file.read_text()) if self.file.exists() else []

    @property
    def is_complete(self) -> bool:
        """Return whether all steps are done; acts in the busy store go on."""
        return LAST_STEP in self.done

    def connect_first(self) -> None:
        """Connect the busy store, which the guide mentions first."""
        self._once("connect busy", lambda: self._connect(BUSY))

    def start(self) -> None:
        """Do the other steps in the background, until the demo stops."""
        Thread(target=self.run, name="demo-tour", daemon=True).start()

    def stop(self) -> None:
        """Stop before the next act."""
        self.stopped.set()

    def run(self) -> None:
        """Do the other steps, and go on with acts in the busy store until the demo stops."""
        try:
            self._once("stores", self._add_stores)
            self._once("connect revoked", lambda: self._connect(REVOKED))
            self._once("connect importing", lambda: self._connect(IMPORTING))
            self._once("slow", lambda: self._sandbox("PUT", "/switches", SLOW))
            self._once("revoke", self._revoke)
            self._once("first actions", self._act_at_first)
            self._once(LAST_STEP, self._sell)
            self._keep_acting()
        except (requests.RequestException, DemoError) as error:
            # The other processes are stopped while this thread waits for their answer.
            if not self.stopped.is_set():
                self.error = str(error)

    def _once(self, name: str, step: Callable[[], object]) -> None:
        if name in self.done or self.stopped.is_set():
            return
        step()
        if not self.stopped.is_set():
            self.done.append(name)
            self.file.write_text(json.dumps(self.done))

    def _connect(self, store_id: int) -> None:
        """Connect a store of the merchant by a link of the demo's channel."""
        link = self._api("POST", "/connect-links", {"reference": str(store_id)})
        with self._signed_in() as visitor:
            visitor.connect(store_id, link["url"])

    @contextmanager
    def _signed_in(self) -> Iterator[Visitor]:
        visitor = Visitor(self.portal_url)
        visitor.sign_in(self.email, self.password)
        yield visitor
        visitor.sign_out()

    def _add_stores(self) -> None:
        known = {store["store_id"] for store in self._sandbox("GET", "/stores")}
        for store in TOUR_STORES:
            if store["store_id"] not in known:
                self._sandbox("POST", "/stores", store)

    def _revoke(self) -> None:
        """Take a permission away, and check the connection, as the portal does every hour."""
        self._wait_for_import(REVOKED)
        path = f"/stores/{REVOKED}"
        scopes = self._sandbox("GET", path)["scopes"]
        left = [scope for scope in scopes if scope != REVOKED_SCOPE]
        self._sandbox("PATCH", path, {"scopes": left})
        with self._signed_in() as visitor:
            visitor.check_connection(REVOKED)

    def _act_at_first(self) -> None:
        self._wait_for_import(BUSY)
        for number in range(FIRST_ACTIONS):
            self._act(number)
            self.stopped.wait(0.2)

    def _keep_acting(self) -> None:
        number = 0
        while not self.stopped.wait(PAUSE_S):
            self._act(number)
            number += 1

    def _act(self, number: int) -> None:
        if not self.stopped.is_set():
            name = ACTIONS[number % len(ACTIONS)]
            self._sandbox("POST", f"/stores/{BUSY}/actions/{name}", may_miss=True)

    def _wait_for_import(self, store_id: int) -> None:
        until = time.monotonic() + IMPORT_TIMEOUT_S
        while self._api("GET", f"/stores/{store_id}")["first_import"]["state"] != "completed":
            if time.monotonic() > until:
                raise DemoError(f"store {store_id} is not imported after {IMPORT_TIMEOUT_S:g} s")
            if self.stopped.wait(1):
                return

    def _sell(self) -> None:
        """Order as the demo's channel does: read the catalog, quote, submit."""
        found = self._api("GET", f"/stores/{BUSY}/products?limit=100&sellable=true")
        products = [each for each in found["items"] if not each["options"]]
        for number in range(min(CHANNEL_ORDERS, len(products) // 2)):
            if self.stopped.is_set():
                return
            self._order(number, products[2 * number : 2 * number + 1 + number % 2])

    def _order(self, number: int, products: list[dict[str, Any]]) -> None:
        name = CUSTOMERS[number % len(CUSTOMERS)]
        order: dict[str, Any] = {
            "lines": [{"product_id": each["id"], "quantity": 1 + number % 3} for each in products],
            "email": f"{name.lower().replace(' ', '.')}@shopper.example",
            "shipping_person": {"name": name, **ADDRESS},
            "payment_status": "PAID" if number % 4 else "AWAITING_PAYMENT",
        }
        path = f"/stores/{BUSY}"
        quote = self._api("POST", f"{path}/quotes", order)
        order["shipping_method"] = quote["shipping_options"][0]["id"]
        quote = self._api("POST", f"{path}/quotes", order)
        if quote["is_orderable"]:
            order["expected_total"] = quote["total"]
            self._api("POST", f"{path}/orders", order, **{"Idempotency-Key": f"tour-{number}"})

    def _api(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        headers["Authorization"] = f"Bearer {self.key}"
        return self._call(method, f"{self.portal_url}/api/v1{path}", body, headers).json()

    def _sandbox(
        self, method: str, path: str, body: object = None, *, may_miss: bool = False
    ) -> Any:
        """Call the sandbox's admin API; ``may_miss`` accepts that a store lacks such a record."""
        url = f"{self.sandbox_url}/_sandbox/api{path}"
        return self._call(method, url, body, {}, may_miss=may_miss).json()

    def _call(
        self,
        method: str,
        url: str,
        body: object,
        headers: dict[str, str],
        *,
        may_miss: bool = False,
    ) -> requests.Response:
        answer = requests.request(method, url, json=body, headers=headers, timeout=TIMEOUT_S)
        if may_miss and answer.status_code == requests.codes.not_found:
            return answer
        if not answer.ok:
            raise DemoError(f"{method} {url} answered {answer.status_code}")
        return answer
