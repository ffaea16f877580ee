"""HTTP client of the sandbox: OAuth, REST API, admin API and admin pages."""

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
# The tests' app may also change the catalog, customers and coupons.
SCOPES = (
    *DEFAULT_SCOPES,
    "create_catalog",
    "update_catalog",
    "update_catalog_batch_delete",
    "update_customers",
    "create_discount_coupons",
    "update_discount_coupons",
    "update_store_profile",
    "read_promotion",
    "create_promotion",
    "update_promotion",
    "read_brands",
    "read_invoices",
    "read_reviews",
    "update_reviews",
    "read_store_stats",
    "read_subscriptions",
    "update_subscriptions",
    "create_staff",
    "read_staff",
    "update_staff",
    "delete_staff",
    "invite_staff",
    "buy_domains",
    "manage_instant_site",
)
Result = TypeVar("Result")
CURRENT_TOKEN = "the store's current token"


class SandboxClient:
    """Client of one sandbox. Every call is a real HTTP request."""

    def __init__(self, server: SandboxServer) -> None:
        self.url = server.url
        self.parts = server.parts
        self._http = requests.Session()
        self._http.trust_env = False
        self._tokens: dict[int, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send a request without following redirects."""
        options.setdefault("timeout", 30)
        return self._http.request(method, f"{self.url}{path}", allow_redirects=False, **options)

    # Admin API.

    def admin(self, method: str, path: str, json: Any = None) -> requests.Response:
        return self.call(method, f"/_sandbox/api{path}", json=json)

    def make_store(self, **fields: Any) -> int:
        """Create a store and return its id."""
        return int(self.admin("POST", "/stores", fields).json()["store_id"])

    def make_product(self, store_id: int, **fields: Any) -> int:
        """Add a product as the store owner and return its id."""
        product = {"name": "Oak board", "price": 12.5, "quantity": 3} | fields
        return int(self.admin("POST", f"/stores/{store_id}/products", product).json()["id"])

    def change_settings(self, store_id: int, **settings: Any) -> None:
        """Change settings of a store as its owner."""
        answer = self.admin("PATCH", f"/stores/{store_id}", {"settings": settings})
        assert answer.status_code == 200, answer.text

    def deliveries(self, store_id: int) -> list[dict[str, Any]]:
        """Return the deliveries of a store, oldest first."""
        log: list[dict[str, Any]] = self.admin("GET", "/deliveries").json()
        return [delivery for delivery in reversed(log) if delivery["store"] == store_id]

    # OAuth.

    def consent_query(self, **changes: Any) -> dict[str, Any]:
        """Return the query of the consent page; a change to None removes a parameter."""
        query = {
            "client_id": CLIENT["client_id"],
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": " ".join(SCOPES),
            "state": "a&b",
        }
        return {name: value for name, value in (query | changes).items() if value is not None}

    def submit_consent(self, query: dict[str, Any], **form: Any) -> requests.Response:
        """Submit the form of the consent page."""
        return self.call("POST", "/api/oauth/authorize", params=query, data=form)

    def get_code(self, store_id: int, *, scopes: tuple[str, ...] = SCOPES, **changes: Any) -> str:
        """Consent to the scopes and return the code."""
        query = self.consent_query(scope=" ".join(scopes), **changes)
        response = self.submit_consent(query, decision="allow", store_id=store_id, scope=scopes)
        return redirect_params(response)["code"]

    def exchange(
        self, code: str, store_id: int | None = None, /, **changes: Any
    ) -> requests.Response:
        """Exchange a code for a token."""
        form = CLIENT | {
            "code": code,
            "redirect_uri": CALLBACK,
            "grant_type": "authorization_code",
        }
        path = "/api/oauth/token" if store_id is None else f"/api/oauth/token/{store_id}"
        return self.call("POST", path, data=form | changes)

    def connect(self, store_id: int, scopes: tuple[str, ...] = SCOPES) -> str:
        """Install the app in a store and return its token."""
        token = str(self.exchange(self.get_code(store_id, scopes=scopes)).json()["access_token"])
        self._tokens[store_id] = token
        return token

    # REST API.

    def api(
        self,
        store_id: int,
        path: str,
        *,
        method: str = "GET",
        token: str | None = CURRENT_TOKEN,
        json: Any = None,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
        **params: Any,
    ) -> requests.Response:
        """Call the REST API; the default token is the one that `connect` returned.

        ``data`` is a body that isn't JSON.
        """
        if token is CURRENT_TOKEN:
            token = self._tokens[store_id]
        credentials = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self.call(
            method,
            f"/api/v3/{store_id}{path}",
            params=params,
            json=json,
            data=data,
            headers=credentials | (headers or {}),
        )

    def list_items(
        self, store_id: int, path: str = "/products", **params: Any
    ) -> list[dict[str, Any]]:
        """Return the items of one page of a list."""
        response = self.api(store_id, path, **params)
        assert response.status_code == 200, response.text
        items: list[dict[str, Any]] = response.json()["items"]
        return items

    def subscribe(self, store_id: int, *events: str) -> None:
        """Register an unreachable URL for events, so that they appear in the webhook log."""
        body = {"url": "http://127.0.0.1:9/hooks", "events": events}
        assert self.api(store_id, "/webhooks", method="POST", json=body).ok

    def events(self, store_id: int) -> list[tuple[str, Any, dict[str, str]]]:
        """Return type, entity id and data of the logged events, oldest first."""
        return [
            (delivery["type"], delivery["body"]["entityId"], delivery["body"].get("data", {}))
            for delivery in self.deliveries(store_id)
        ]


def error_of(response: requests.Response) -> tuple[int, str]:
    """Return status and error code of an error response."""
    return response.status_code, response.json().get("errorCode", "")


def redirect_params(response: requests.Response) -> dict[str, str]:
    """Return the query parameters of a redirect to the app."""
    assert response.status_code == 302, response.text
    return dict(parse_qsl(urlsplit(response.headers["Location"]).query))


def page_text(response: requests.Response) -> str:
    """Return the visible text of the page's main element, in one line."""
    main = response.text.partition("<main")[2].partition("</main>")[0]
    assert main, response.text
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", f"<main{main}"))).strip()


def wait_for(look: Callable[[], Result], timeout_s: float = 10) -> Result:
    """Poll until ``look`` returns a true value and return it; fail after ``timeout_s``."""
    deadline = time.monotonic() + timeout_s
    while not (found := look()):
        assert time.monotonic() < deadline, f"still {found!r} after {timeout_s} s"
        time.sleep(0.01)
    return found
