"""Talk to a running sandbox from outside: as the portal, a browser and a shop owner do."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html import unescape
from typing import Any, Self, TypeVar
from urllib.parse import parse_qsl, urlsplit

import requests

from portal.sandbox.config import DEFAULT_SCOPES
from portal.sandbox.server import SandboxServer

CALLBACK = "http://portal.invalid/connect/callback"
CLIENT = {"client_id": "our-app", "client_secret": "sandbox_client_secret_0001"}
# What the app of the tests may ask for: it may do what a shop owner does, too.
SCOPES = (
    *DEFAULT_SCOPES,
    "create_catalog",
    "update_catalog",
    "update_catalog_batch_delete",
    "update_customers",
    "create_discount_coupons",
    "update_discount_coupons",
    "update_store_profile",
)
Result = TypeVar("Result")
LIVING = "the store's living token"


class Outside:
    """Hold one sandbox and call it; every call is a real request."""

    def __init__(self, server: SandboxServer) -> None:
        self.url = server.url
        self.parts = server.parts
        self._http = requests.Session()
        self._http.trust_env = False
        self._tokens: dict[int, str] = {}

    def __enter__(self) -> Self:
        """Keep connections open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send one request, follow nothing."""
        options.setdefault("timeout", 30)
        return self._http.request(method, f"{self.url}{path}", allow_redirects=False, **options)

    # The control API.

    def control(self, method: str, path: str, json: Any = None) -> requests.Response:
        """Call the control API."""
        return self.call(method, f"/_sandbox/api{path}", json=json)

    def make_store(self, **wish: Any) -> int:
        """Open a shop and return its number."""
        return int(self.control("POST", "/stores", wish).json()["store_id"])

    def make_product(self, store_id: int, **fields: Any) -> int:
        """Add a product as its shop owner does."""
        wish = {"name": "Oak board", "price": 12.5, "quantity": 3} | fields
        return int(self.control("POST", f"/stores/{store_id}/products", wish).json()["id"])

    def deliveries(self, store_id: int) -> list[dict[str, Any]]:
        """Return a store's lines of the webhook log, oldest first."""
        lines: list[dict[str, Any]] = self.control("GET", "/deliveries").json()
        return [line for line in reversed(lines) if line["store"] == store_id]

    # OAuth.

    def consent(self, **changes: Any) -> dict[str, Any]:
        """Return the query of the consent page; None takes a parameter out."""
        query = {
            "client_id": CLIENT["client_id"],
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": " ".join(SCOPES),
            "state": "a&b",
        }
        return {name: value for name, value in (query | changes).items() if value is not None}

    def decide(self, query: dict[str, Any], **form: Any) -> requests.Response:
        """Answer the consent page."""
        return self.call("POST", "/api/oauth/authorize", params=query, data=form)

    def allow(self, store_id: int, *, scopes: tuple[str, ...] = SCOPES, **changes: Any) -> str:
        """Allow what is asked for, return the code."""
        query = self.consent(scope=" ".join(scopes), **changes)
        answer = self.decide(query, decision="allow", store_id=store_id, scope=scopes)
        return sent_back(answer)["code"]

    def exchange(
        self, good_code: str, store_id: int | None = None, **changes: Any
    ) -> requests.Response:
        """Ask for the token of a code."""
        form = CLIENT | {
            "code": good_code,
            "redirect_uri": CALLBACK,
            "grant_type": "authorization_code",
        }
        path = "/api/oauth/token" if store_id is None else f"/api/oauth/token/{store_id}"
        return self.call("POST", path, data=form | changes)

    def connect(self, store_id: int, scopes: tuple[str, ...] = SCOPES) -> str:
        """Install the app in a store by consent and exchange; return its token."""
        token = str(self.exchange(self.allow(store_id, scopes=scopes)).json()["access_token"])
        self._tokens[store_id] = token
        return token

    # REST.

    def api(
        self,
        store_id: int,
        path: str,
        *,
        method: str = "GET",
        token: str | None = LIVING,
        json: Any = None,
        **params: Any,
    ) -> requests.Response:
        """Call the REST API with the token that `connect` got, another one, or None."""
        if token is LIVING:
            token = self._tokens[store_id]
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self.call(
            method, f"/api/v3/{store_id}{path}", params=params, json=json, headers=headers
        )

    def listed(self, store_id: int, path: str = "/products", **params: Any) -> list[dict[str, Any]]:
        """Return the items of one page of a list, of products if not told otherwise."""
        answer = self.api(store_id, path, **params)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def listen(self, store_id: int, *events: str) -> None:
        """Have events of a store noted in the webhook log; nobody answers at the address."""
        body = {"url": "http://127.0.0.1:9/hooks", "events": events}
        assert self.api(store_id, "/webhooks", method="POST", json=body).ok

    def events(self, store_id: int) -> list[tuple[str, Any, dict[str, str]]]:
        """Return type, entity and data of what `listen` noted, oldest first."""
        return [
            (line["type"], line["body"]["entityId"], line["body"].get("data", {}))
            for line in self.deliveries(store_id)
        ]


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Return status and code of an error answer."""
    return answer.status_code, answer.json().get("errorCode", "")


def sent_back(answer: requests.Response) -> dict[str, str]:
    """Return what the browser takes back to the app."""
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def words(answer: requests.Response) -> str:
    """Return what a person reads on the page's main part, in one line."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    assert main, answer.text
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", f"<main{main}"))).strip()


def wait_for(look: Callable[[], Result], timeout_s: float = 10) -> Result:
    """Return what ``look`` finds as soon as it finds something; fail after the deadline."""
    deadline = time.monotonic() + timeout_s
    while not (found := look()):
        assert time.monotonic() < deadline, f"still {found!r} after {timeout_s} s"
        time.sleep(0.01)
    return found
