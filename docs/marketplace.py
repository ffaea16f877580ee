"""Play a marketplace: connect three merchants with one API key, sell for them, follow the orders.

``python docs/marketplace.py --portal http://127.0.0.1:8000 --key mp_test_…`` needs only requests.
It prints a connect link for each merchant. Once a merchant has used the link and the store is
imported, it reads the catalog, checks availability, quotes an order (the first merchant's with a
coupon) and submits it. Then it reads the order after each change, until it is delivered.

Each webhook leads to the same question: which steps of its merchant are possible now? Neither a
repeated webhook nor one out of order does harm, and the next makes up for a lost one. If no webhook
arrives for ``--patience`` seconds, the question is asked for all merchants.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from typing import Any, ClassVar

import requests

EVENTS = (
    *("connect_link.completed", "connect_link.refused", "store.first_import_completed"),
    *("submission.accepted", "submission.rejected", "submission.unresolved"),
    *("order.created", "order.updated"),
)
MERCHANTS = ("north", "east", "south")
CUSTOMER = {
    "name": "Robin Reed",
    "street": "1 Main Street",
    "postal_code": "10115",
    "city": "Berlin",
    "country_code": "DE",
}
LONGEST_AGE_S = 300


class Api:
    """The portal's API; counts the calls."""

    def __init__(self, portal: str, key: str) -> None:
        self._url = f"{portal.rstrip('/')}/api/v1"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {key}"
        self.calls = 0

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Return the JSON of a response; raise HTTPError with the API's explanation."""
        while True:
            self.calls += 1
            answer = self._session.request(
                method, self._url + path, json=body, headers=headers, timeout=30
            )
            if answer.status_code != requests.codes.too_many_requests:
                break
            time.sleep(float(answer.headers["Retry-After"]))
        if not answer.ok:
            text = f"{method} {path}: {answer.status_code} {answer.text}"
            raise requests.HTTPError(text, response=answer)
        return answer.json()

    def items(self, path: str) -> Iterator[Any]:
        """Yield all items of a list, page by page."""
        after = ""
        while after is not None:
            page = self.call("GET", f"{path}&limit=100{after}")
            yield from page["items"]
            after = f"&after={page['next']}" if page["next"] else None


class Receiver(BaseHTTPRequestHandler):
    """Receiver of webhooks: verifies, answers at once, and leaves the work to the main thread."""

    secret = ""
    events: ClassVar[Queue[Any]] = Queue()
    known_ids: ClassVar[set[str]] = set()

    def do_POST(self) -> None:
        """Accept a webhook with a valid signature, once."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_valid = is_valid_signature(self.secret, self.headers, body)
        self.send_response(204 if is_valid else 401)
        self.end_headers()
        webhook_id = self.headers["webhook-id"]
        if is_valid and webhook_id not in self.known_ids:
            self.known_ids.add(webhook_id)
            self.events.put(json.loads(body))

    def log_message(self, *_: object) -> None:
        """Print nothing about single requests."""


def is_valid_signature(secret: str, headers: Any, body: bytes) -> bool:
    """Return whether a webhook is from the portal and at most five minutes old."""
    sent_at = headers.get("webhook-timestamp", "0")
    if abs(time.time() - int(sent_at)) > LONGEST_AGE_S:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{sent_at}.".encode() + body
    mine = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = (part.partition(",") for part in headers["webhook-signature"].split())
    return any(v == "v1" and hmac.compare_digest(text, mine) for v, _, text in given)


@dataclass
class Merchant:
    """One merchant and how far we are with them; the steps are in the order of the methods."""

    api: Api
    reference: str
    wants_coupon: bool
    link_id: int = 0
    store_id: int = 0
    submission_id: int = 0
    order_id: int = 0
    outcome: str = ""
    webhooks: int = 0

    def invite(self) -> None:
        """Create the merchant's connect link."""
        link = self.api.call("POST", "/connect-links", {"reference": self.reference})
        self.link_id = link["id"]
        self.say(f"please open {link['url']}")

    def advance(self) -> None:
        """Take all steps that are possible now."""
        for step in (self.connect, self.sell, self.find_order, self.follow):
            if not step():
                return

    def connect(self) -> bool:
        """Return whether the merchant has connected a store that was imported completely."""
        if not self.store_id:
            link = self.api.call("GET", f"/connect-links/{self.link_id}")
            self.store_id = link["store_id"] or 0
        if not self.store_id or self.submission_id:
            return bool(self.store_id)
        store = self.api.call("GET", f"/stores/{self.store_id}")
        return bool(store["first_import"]["state"] == "completed")

    def sell(self) -> bool:
        """Quote and submit an order of two products, once."""
        if self.submission_id:
            return True
        path = f"/stores/{self.store_id}"
        products = list(self.api.items(f"{path}/products?fields=id,name,sellable,options"))
        self.say(f"store {self.store_id} has {len(products)} products")
        lines = [
            {"product_id": product["id"], "quantity": 1}
            for product in products
            if product["sellable"]["is_sellable"] and not product["options"]
        ]
        checked = self.api.call("POST", f"{path}/availability", {"lines": lines[:20]})
        available = [line for line in checked["lines"] if line["is_available"]][:2]
        order = {
            "lines": [
                lines[each["position"]] | {"expected_price": each["price"]} for each in available
            ],
            "email": "robin@shopper.example",
            "shipping_person": CUSTOMER,
            "payment_status": "PAID",
            "channel_reference": self.reference,
        }
        order |= self.choose(order)
        headers = {"Idempotency-Key": self.reference, "Prefer": "wait=0"}
        submission = self.api.call("POST", f"{path}/orders", order, **headers)
        self.submission_id = submission["id"]
        coupon = f"coupon {order['coupon_code']}" if order["coupon_code"] else "no coupon"
        self.say(f"ordered for {order['expected_total']} {checked['currency']}, {coupon}")
        return True

    def choose(self, order: dict[str, Any]) -> dict[str, Any]:
        """Return shipping, coupon and total of an order as the store accepts it."""
        path = f"/stores/{self.store_id}"
        quote = self.api.call("POST", f"{path}/quotes", order)
        methods = [option["id"] for option in quote["shipping_options"] if not option["is_pickup"]]
        coupons = self.api.items(f"{path}/coupons?status=ACTIVE") if self.wants_coupon else ()
        for code in [*(coupon["code"] for coupon in coupons), None]:
            chosen = {"shipping_method": next(iter(methods), None), "coupon_code": code}
            quote = self.api.call("POST", f"{path}/quotes", order | chosen)
            if quote["is_orderable"]:
                return chosen | {"expected_total": quote["total"]}
        raise SystemExit(f"{self.reference}: no order: {quote['validation_errors']}")

    def find_order(self) -> bool:
        """Return whether the order is in the store; if it was rejected, that is the outcome."""
        if not self.order_id:
            path = f"/stores/{self.store_id}/submissions/{self.submission_id}"
            submission = self.api.call("GET", path)
            self.order_id = submission["order_id"] or 0
            if self.order_id:
                self.say(f"order {submission['order_number']} is in the store")
            elif submission["state"] == "rejected":
                self.outcome = f"rejected: {submission['validation_errors']}"
        return bool(self.order_id)

    def follow(self) -> bool:
        """Read the order; if it is delivered, that is the outcome."""
        found = self.api.call("GET", f"/stores/{self.store_id}/orders?ids={self.order_id}")
        for order in found["items"]:  # none until the portal has its copy, see order.created
            self.say(f"order {order['number']} is {order['fulfillment_status']}")
            if order["fulfillment_status"] == "DELIVERED":
                self.outcome = f"delivered as {order['tracking_number']}"
        return bool(self.outcome)

    def say(self, text: str) -> None:
        """Print a line about the merchant at once, also into a pipe."""
        sys.stdout.write(f"{self.reference}: {text}\n")
        sys.stdout.flush()


def sell_for(merchants: list[Merchant], patience_s: float) -> int:
    """Work until there is an outcome for each; return how often no webhook arrived in time."""
    silences = 0
    while not all(merchant.outcome for merchant in merchants):
        try:
            event = Receiver.events.get(timeout=patience_s)
        except Empty:
            silences += 1
            event = None
        data = {} if event is None else event["data"]
        for merchant in merchants:
            is_about = merchant.reference in (data.get("reference"), data.get("external_reference"))
            merchant.webhooks += is_about
            if (is_about or event is None) and not merchant.outcome:
                merchant.advance()
    return silences


def main() -> int:
    """Run the marketplace until all orders are delivered; return the exit status."""
    parser = argparse.ArgumentParser(description="Play a marketplace with one API key.")
    parser.add_argument("--portal", default="http://127.0.0.1:8000", help="the portal's URL")
    parser.add_argument("--key", default=os.environ.get("PORTAL_KEY", ""), help="the API key")
    parser.add_argument("--patience", type=float, default=300.0, help="seconds of silence")
    options = parser.parse_args()
    api, run = Api(options.portal, options.key), f"{time.time():.0f}"
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    url = f"http://127.0.0.1:{server.server_port}/webhooks"
    wanted = {"name": "Marketplace", "url": url, "event_types": EVENTS}
    created = api.call("POST", "/webhook-endpoints", wanted)
    Receiver.secret = created["secret"]
    Thread(target=server.serve_forever, daemon=True).start()
    merchants = [Merchant(api, f"{name}-{run}", name == MERCHANTS[0]) for name in MERCHANTS]
    try:
        for merchant in merchants:
            merchant.invite()
        silences = sell_for(merchants, options.patience)
    finally:
        api.call("DELETE", f"/webhook-endpoints/{created['endpoint']['id']}")
    for merchant in merchants:
        merchant.say(f"{merchant.outcome}, after {merchant.webhooks} webhooks")
    sys.stdout.write(f"{api.calls} calls; times without a webhook for too long: {silences}\n")
    return 0 if all(each.outcome.startswith("delivered") for each in merchants) else 1


if __name__ == "__main__":
    sys.exit(main())
