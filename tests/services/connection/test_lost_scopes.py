"""Each lost scope stops the whole store, every text says so, and a regained one ends it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests_mock

from portal.errors import RunRefusedError
from portal.errors.orders import StoreNotWorkingError
from portal.models import Issue, Resource, Store, StoreState
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.rules.orders.order_request import OrderRequest
from portal.services.connection.probe_store import probe_store
from portal.services.connection.store_health import health_of
from portal.services.orders.quote_order import quote_order
from portal.services.runs.requested_runs import start
from portal.services.runtime import Runtime
from tests.factories import profile_payload
from tests.services.conftest import API, PROFILE

PERMISSIONS_PAGE = Path(__file__).parents[3] / "docs" / "permissions.md"
STOPPED = re.compile(r"nothing is synced and no orders are sent", re.IGNORECASE)


@pytest.mark.parametrize("lost", REQUIRED_NAMES)
def test_each_lost_scope_stops_the_store_until_it_is_back(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, lost: str
) -> None:
    kept = [name for name in REQUIRED_NAMES if name != lost]
    ecwid.get(f"{API}/application/token", json={"permissions": kept})
    ecwid.get(PROFILE, json=profile_payload())
    if lost == "read_store_profile":
        ecwid.get(PROFILE, status_code=403, json={"errorCode": "INSUFFICIENT_APP_SCOPE"})

    probe_store(runtime, 1003)

    stopped = Store.get_by_id(1003)
    assert stopped.state == StoreState.ACTION_REQUIRED
    issue = Issue.get()
    assert issue.detail == {"scopes": [lost]}
    with pytest.raises(StoreNotWorkingError):
        quote_order(runtime, 1003, OrderRequest(lines=()))
    for resource in Resource:
        with pytest.raises(RunRefusedError):
            start(runtime, stopped, resource)
    for text in (issue.impact, health_of(stopped).sections["scopes"].detail):
        assert STOPPED.search(text)

    ecwid.get(PROFILE, json=profile_payload())
    ecwid.get(f"{API}/application/token", json={"permissions": list(REQUIRED_NAMES)})
    probe_store(runtime, 1003)

    assert Store.get_by_id(1003).state == StoreState.CONNECTED
    assert Issue.get().resolved_at is not None


def test_permissions_page_says_that_everything_stops() -> None:
    page = " ".join(PERMISSIONS_PAGE.read_text().split())

    assert STOPPED.search(page)
