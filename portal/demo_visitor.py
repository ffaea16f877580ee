"""Merchant of the demo who uses the portal's pages over HTTP, as a browser without JavaScript."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import requests

from portal.demo_process import DemoError

TIMEOUT_S = 60


class Visitor:
    """Browser session that sends forms; raises DemoError if a page lacks what it needs."""

    def __init__(self, portal_url: str) -> None:
        self._portal_url = portal_url
        self._http = requests.Session()
        # A proxy of the machine can't reach a loopback address.
        self._http.trust_env = False

    def sign_in(self, email: str, password: str) -> None:
        """Sign in with the form of the page "Sign in"."""
        self._send_form("/login", email=email, password=password)

    def sign_out(self) -> None:
        """End the session."""
        self._send_form("/stores", action="/logout")

    def connect(self, store_id: int, link: str) -> None:
        """Connect a store by a channel's connect link."""
        consent = self._send_form(urlsplit(link).path)
        scopes = re.findall(r'name="scope"\s+value="(\w+)"', consent.text)
        choice = {"decision": "allow", "store_id": store_id, "scope": scopes}
        page = self._http.post(consent.url, data=choice, timeout=TIMEOUT_S)
        if urlsplit(page.url).path != f"/stores/{store_id}":
            raise DemoError(f"the store {store_id} was not connected: {page.status_code}")

    def check_connection(self, store_id: int) -> None:
        """Press "Check connection now"."""
        path = f"/stores/{store_id}"
        self._send_form(f"{path}/connection", action=f"{path}/check-connection")

    def text(self, path: str) -> str:
        """Return a page."""
        return self._http.get(urljoin(self._portal_url, path), timeout=TIMEOUT_S).text

    def _send_form(self, path: str, action: str | None = None, **fields: str) -> requests.Response:
        """Open a page and send its form with that action; return the page that follows."""
        page = self._http.get(urljoin(self._portal_url, path), timeout=TIMEOUT_S)
        token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page.text)
        if token is None:
            raise DemoError(f"the page {path} has no form: {page.status_code}")
        answer = self._http.post(
            urljoin(self._portal_url, action or path),
            data={**fields, "csrf_token": unescape(token[1])},
            headers={"Referer": page.url},
            timeout=TIMEOUT_S,
        )
        if not answer.ok:
            raise DemoError(f"the form of {path} was refused: {answer.status_code}")
        return answer
