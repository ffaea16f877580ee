"""A merchant who joins the demo's marketplace and delivers orders, in a browser without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from portal.demo import Demo
from tests.browser.mails import mailed_link

PASSWORD = "correct horse battery"
TIMEOUT_S = 30


class Browser:
    """Browser without JavaScript: follows redirects and sends forms."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self.page = requests.Response()

    def open(self, url: str) -> None:
        """Open a page."""
        self._show(self._session.get(url, timeout=TIMEOUT_S))

    def send(self, action: str, **fields: Any) -> None:
        """Send the form of the page whose address ends with ``action``."""
        [url] = {url for url in self._forms() if urlsplit(url).path.endswith(action)}
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page.text)
        given = {**fields, "csrf_token": token[1]} if token else fields
        headers = {"Referer": self.page.url}
        self._show(self._session.post(url, given, headers=headers, timeout=TIMEOUT_S))

    def _forms(self) -> list[str]:
        forms = re.findall(r"<form[^>]*>", self.page.text)
        actions = [re.search(r'action="([^"]*)"', form) for form in forms]
        return [urljoin(self.page.url, found[1] if found else "") for found in actions]

    def _show(self, page: requests.Response) -> None:
        assert page.ok, page.text
        self.page = page


def join_marketplace(demo: Demo, email: str, link_url: str, store_id: int) -> None:
    """Open a connect link: sign up, allow access to the store at Ecwid, come back to its page."""
    browser = Browser()
    browser.open(link_url)
    assert "asks for access to your store" in browser.page.text
    [sign_up] = set(re.findall(r'href="(/signup[^"]*)"', browser.page.text))
    browser.open(f"{demo.portal_url}{sign_up}")
    browser.send("/signup", email=email)
    browser.open(mailed_link(demo.folder / "mail", email, "/signup/"))
    browser.send(urlsplit(browser.page.url).path, password=PASSWORD)
    assert browser.page.url == link_url
    browser.send(urlsplit(link_url).path)
    assert browser.page.url.startswith(demo.sandbox_url)
    scopes = re.findall(r'name="scope"\s+value="(\w+)"', browser.page.text)
    browser.send("/authorize", store_id=store_id, scope=scopes, decision="allow")
    assert browser.page.url == f"{demo.portal_url}/stores/{store_id}"


def deliver(order_url: str, statuses: Iterable[str] = ("SHIPPED", "DELIVERED")) -> None:
    """Set the fulfillment statuses of an order on the sandbox's page, one after the other."""
    browser = Browser()
    for status in statuses:
        browser.open(order_url)
        browser.send(
            urlsplit(order_url).path,
            paymentStatus="PAID",
            fulfillmentStatus=status,
            trackingNumber="TRACK-1",
        )
