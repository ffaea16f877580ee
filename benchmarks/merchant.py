"""Merchant who uses the running demo over HTTP, with forms and redirects."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import requests

from portal.demo import EMAIL, PASSWORD, STORE_ID, Demo, running
from portal.rules.connection.health_word import IN_SYNC_WORDS
from portal.rules.connection.scopes import REQUIRED_NAMES

POLL_S = 0.05


@contextmanager
def demo_of_its_own(latency_ms: int = 0) -> Iterator[Demo]:
    """Run the demo on free ports in a temporary directory, without the sandbox's quota.

    Each call of the API takes ``latency_ms`` longer.
    """
    with tempfile.TemporaryDirectory(prefix="b", dir="/tmp") as folder:
        demo = Demo.on_free_ports(Path(folder))
        with running(demo):
            switches = {"quota_per_minute": "0", "latency_ms": str(latency_ms)}
            requests.put(f"{demo.sandbox_url}/_sandbox/api/switches", json=switches, timeout=10)
            yield demo


class Merchant:
    """The demo's merchant with a browser without JavaScript."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._http = requests.Session()
        self._http.trust_env = False
        self._post("/login", email=EMAIL, password=PASSWORD)

    def connect(self) -> None:
        """Connect the demo's store; return when the portal has handled the callback."""
        consent = self._post("/connect").headers["Location"]
        choice = {"decision": "allow", "store_id": STORE_ID, "scope": REQUIRED_NAMES}
        back = requests.post(consent, data=choice, allow_redirects=False, timeout=30)
        answer = self._http.get(back.headers["Location"], allow_redirects=False, timeout=30)
        if answer.status_code != requests.codes.see_other:
            raise RuntimeError(f"the store was not connected: {answer.status_code}")

    def page(self, path: str) -> str:
        """Return a page of the portal."""
        answer = self._http.get(f"{self._demo.portal_url}{path}", timeout=30)
        answer.raise_for_status()
        return unescape(answer.text)

    def wait_until_in_sync(self, timeout_s: float) -> None:
        """Return when the store's page has the state of a finished import.

        The state is a code in the page, not the sentence that the merchant reads.
        """
        self._wait_for(f"/stores/{STORE_ID}/progress", _is_in_sync, "a store in sync", timeout_s)

    def wait_for(self, path: str, text: str, timeout_s: float) -> None:
        """Return when a page shows ``text``, which must be data and no words of the portal."""
        self._wait_for(path, lambda page: text in page, repr(text), timeout_s)

    def _wait_for(
        self, path: str, is_shown: Callable[[str], bool], sought: str, timeout_s: float
    ) -> None:
        until = time.monotonic() + timeout_s
        while not is_shown(page := self.page(path)):
            if time.monotonic() > until:
                shown = f"{path} in state {_state(page)}"
                raise TimeoutError(f"{shown} doesn't show {sought} after {timeout_s:g} s")
            time.sleep(POLL_S)

    def _post(self, path: str, **fields: str) -> requests.Response:
        page = self.page("/signup" if path == "/login" else "/connect")
        token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)
        if token is None:
            raise RuntimeError(f"{path} has no form")
        fields["csrf_token"] = token[1]
        url = f"{self._demo.portal_url}{path}"
        answer = self._http.post(url, data=fields, allow_redirects=False, timeout=30)
        if answer.status_code != requests.codes.see_other:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return answer


def _is_in_sync(page: str) -> bool:
    state = _state(page)
    if state is None:
        raise RuntimeError("the store's page has no state")
    return state in IN_SYNC_WORDS


def _state(page: str) -> str | None:
    found = re.search(r'data-state="(\w+)"', page)
    return found[1] if found else None
