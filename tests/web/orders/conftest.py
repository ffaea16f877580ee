"""Store in the sandbox with a signed-in merchant, used by the tests that create orders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.models import Membership, Merchant
from portal.sandbox.server import SandboxServer
from portal.services.runtime import Runtime
from tests.services.orders.conftest import Counter
from tests.shop import open_shop


@pytest.fixture
def counter(runtime: Runtime, sandbox: SandboxServer, merchant: Merchant) -> Iterator[Counter]:
    """The merchant's connected store, still empty."""
    sandbox.parts.switches.set("quota_per_minute", "0")
    shop = open_shop(runtime, sandbox)
    Membership.create(merchant=merchant, store=shop.store_id)
    yield Counter(sandbox, runtime, shop.store_id)
    sandbox.parts.access.faults.stop()
