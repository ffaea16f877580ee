"""A served app, and browser contexts that are signed in to it without a form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from portal.models import Merchant
from tests.web.conftest import Visitor


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve an app on a port, by default on an unused one; yield its URL."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def signed_in_context(
    browser: Browser, app: Flask, url: str, merchant: Merchant, **options: Any
) -> BrowserContext:
    """Return a browser context with a session of the merchant."""
    context = browser.new_context(base_url=url, **options)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = Visitor(app).force_login(merchant).client.get_cookie(name)
    assert cookie is not None
    context.add_cookies([{"name": name, "value": cookie.value, "url": url}])
    return context
