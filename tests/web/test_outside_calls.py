"""Views that wait for other servers are declared, and only half of the threads serve them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from urllib.parse import parse_qs, urlsplit

import pytest
import requests_mock
from flask import Flask

from portal.ecwid.rate_limiter import Priority
from portal.errors import OutsideCallError
from portal.models import Membership, Merchant, Store
from portal.services.runtime import Runtime
from portal.web.api.order_writes import wait_s
from portal.web.outside_calls import DECLARED, calls_other_servers, limit_outside_calls, spare_slot
from tests.web.api.conftest import make_key_text
from tests.web.conftest import Visitor, page_text

# A view that is missing here gets OutsideCallError from its first call.
VIEWS = {
    "api.views.order_quotes.check_availability",
    "api.views.order_quotes.create_quote",
    "api.views.order_submissions.dry_run_order",
    "connect.link_custom_app.link_custom_app",
    "connect.views.callback",
    "connect.views.claim",
    "connect.views.custom_app",
    "operator.views.custom_app.connect_custom_app",
    "orders.views.new_order.draft",
    "orders.views.new_order.submit_form",
    "stores.views.disconnect.disconnect",
    "stores.views.reconnect.replace_token",
}


@pytest.fixture
def full(app: Flask) -> Flask:
    """The app while requests wait in all of its slots."""
    limit_outside_calls(app, threads=0)
    with app.app_context(), spare_slot() as has_slot:
        assert has_slot
        yield app


def test_each_view_that_calls_other_servers_is_declared() -> None:
    assert {name.removeprefix("portal.web.") for name in DECLARED} == VIEWS


@pytest.mark.parametrize(
    "call",
    [
        lambda runtime: runtime.client(1003, Priority.INTERACTIVE).profile(),
        lambda runtime: runtime.oauth.exchange("code", 1003),
        lambda runtime: runtime.mailer.connect().__enter__(),
    ],
    ids=["Ecwid", "OAuth", "mail"],
)
def test_view_that_is_not_declared_can_call_nobody(
    app: Flask, runtime: Runtime, store: Store, call: Callable[[Runtime], object]
) -> None:
    refused: list[str] = []

    @app.get("/undeclared")
    def undeclared() -> str:
        with pytest.raises(OutsideCallError) as error:
            call(runtime)
        refused.append(str(error.value))
        return ""

    app.test_client().get("/undeclared")

    assert len(refused) == 1


@pytest.mark.parametrize(("threads", "slots"), [(8, 4), (3, 1), (1, 1)])
def test_half_of_the_threads_may_wait(app: Flask, threads: int, slots: int) -> None:
    limit_outside_calls(app, threads)
    with app.app_context(), ExitStack() as stack:
        taken = [stack.enter_context(spare_slot()) for _ in range(slots + 1)]

    assert taken == [True] * slots + [False]


def test_slot_is_free_again_after_a_failed_view(app: Flask) -> None:
    @calls_other_servers
    def failing() -> None:
        raise ZeroDivisionError

    DECLARED.discard(f"{__name__}.failing")
    limit_outside_calls(app, threads=2)
    for _ in range(2):
        with app.app_context(), pytest.raises(ZeroDivisionError):
            failing()


def test_page_without_a_slot_changes_nothing_and_says_when_to_try_again(
    full: Flask, browser: Visitor, store: Store
) -> None:
    sent = {"name": store.name, "copy": "keep"}
    response = browser.post(f"/stores/{store.id}/disconnect", **sent)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert "Ecwid is responding slowly" in page_text(response)
    assert Store.get().state == store.state
    assert browser.get(f"/stores/{store.id}").status_code == 200


@pytest.mark.parametrize(("header", "seconds"), [("wait=3", 3), ("wait=60", 5), ("", 5)])
def test_call_waits_for_an_outcome_only_with_a_slot(
    app: Flask, header: str, seconds: float
) -> None:
    with app.test_request_context(headers={"Prefer": header}), wait_s() as first:
        limit_outside_calls(app, threads=1)
        with spare_slot(), wait_s() as second:
            assert (first, second) == (seconds, 0)


def test_callback_without_a_slot_can_be_repeated(full: Flask, browser: Visitor) -> None:
    consent = browser.post("/connect").headers["Location"]
    state = parse_qs(urlsplit(consent).query)["state"][0]
    callback = f"/connect/callback?error=access_denied&state={state}"

    assert browser.get(callback).status_code == 503
    limit_outside_calls(full, threads=1)

    assert browser.get(callback).status_code == 403


def test_api_call_without_a_slot_gets_the_time_to_wait(
    full: Flask, store: Store, merchant: Merchant
) -> None:
    key = {"Authorization": f"Bearer {make_key_text(merchant)}"}
    body = {"lines": [{"product_id": 1, "quantity": 1}]}

    with requests_mock.Mocker() as ecwid:
        response = full.test_client().post(
            f"/api/v1/stores/{store.id}/availability", json=body, headers=key
        )

    assert response.status_code == 503
    assert (response.json or {})["code"] == "unavailable"
    assert response.headers["Retry-After"] == "5"
    assert ecwid.call_count == 0
    assert Membership.select().count() == 1
