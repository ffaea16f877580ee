"""Store in the sandbox with a signed-in merchant, used by the tests that create orders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from portal.models import Membership, Merchant
from portal.sandbox.server import SandboxServer
from portal.services.runtime import Runtime
from tests.services.orders.conftest import Counter
from tests.shop import open_shop
from tests.web.conftest import Visitor


def press(browser: Visitor, path: str, **fields: str) -> TestResponse:
    """Press a button of the order form, and follow it to the draft's page."""
    response = browser.post(path, **fields)
    assert response.status_code == 303
    assert response.headers["Location"].startswith(f"{path}/")
    return browser.get(response.headers["Location"])


@pytest.fixture
def counter(runtime: Runtime, sandbox: SandboxServer, merchant: Merchant) -> Iterator[Counter]:
    """The merchant's connected store, still empty."""
    sandbox.parts.switches.set("quota_per_minute", "0")
    shop = open_shop(runtime, sandbox)
    Membership.create(merchant=merchant, store=shop.store_id)
    yield Counter(sandbox, runtime, shop.store_id)
    sandbox.parts.access.faults.stop()
