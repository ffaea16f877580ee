"""Merchants create, change, test and replay webhook endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from rq import Queue
from rq.serializers import JSONSerializer
from werkzeug.test import TestResponse

from portal.jobs import DELIVER_WEBHOOKS
from portal.models import (
    AuditLogEntry,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    EndpointAlert,
    EndpointState,
    Merchant,
    NotificationState,
    OffReason,
    OutboundEvent,
    Store,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.outbound_webhooks.outbound_events import SUBSCRIBABLE_EVENTS
from portal.services.outbound_webhooks.dispatcher import dispatch_due
from portal.services.outbound_webhooks.endpoints import ENDPOINTS_PER_CHANNEL
from portal.services.pagination import PAGE_SIZE
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.channel import Channel, open_channel
from tests.factories import SECRET, make_delivery, make_endpoint, make_merchant, make_store
from tests.sealed import open_secret
from tests.web.conftest import Visitor, page_text

PAGE = "/account/webhooks"
ENDPOINT_FORM: dict[str, object] = {
    "name": "Warehouse",
    "url": "http://127.0.0.1:9/hooks",
    "store": "all",
    "events": ["order.created", "store.recovered"],
}


@pytest.fixture
def channel() -> Iterator[Channel]:
    """A receiver that accepts everything."""
    with open_channel() as opened:
        yield opened


@pytest.fixture
def endpoint(
    runtime: Runtime, merchant: Merchant, store: Store, channel: Channel
) -> WebhookEndpoint:
    """The merchant's endpoint at the receiver."""
    return make_endpoint(merchant, runtime.sealer, url=channel.url)


def secret_on(page: str) -> str:
    """Return the secret that a page shows."""
    found = re.search(r"whsec_[\w+/]{43}=", page)
    assert found, page
    return found[0]


def address_of(endpoint: WebhookEndpoint) -> str:
    return f"{PAGE}/{endpoint.id}"


def send_test(runtime: Runtime, browser: Visitor, endpoint: WebhookEndpoint) -> TestResponse:
    """Send a ping as the daemon does, and return the page of its delivery."""
    place = browser.post(f"{address_of(endpoint)}/test").headers["Location"]
    dispatch_due(runtime)
    return browser.get(place)


def actions() -> list[str]:
    """Return the actions in the audit log, in order."""
    return [row.action for row in AuditLogEntry.select().order_by(AuditLogEntry.id)]


def test_endpoint_is_created_and_its_secret_shown_once(
    runtime: Runtime, browser: Visitor, store: Store
) -> None:
    assert "No endpoints yet" in page_text(browser.get(PAGE))
    assert "Events" in page_text(browser.get(f"{PAGE}/new"))

    made = browser.see_secret(PAGE, **ENDPOINT_FORM | {"name": " Warehouse "})

    secret = secret_on(made.text)
    endpoint = WebhookEndpoint.get()
    assert made.headers["Cache-Control"] == "no-store"
    assert open_secret(runtime.sealer, endpoint, "sealed_secret") == secret
    assert (endpoint.name, endpoint.store_id) == ("Warehouse", None)
    assert endpoint.event_types == ["store.recovered", "order.created"]
    assert "Warehouse" in page_text(browser.get(PAGE))
    assert secret not in browser.get(PAGE).text + browser.get(address_of(endpoint)).text
    noted = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).get()
    assert (noted.action, noted.store_id) == ("endpoint.created", store.id)
    assert noted.after["host"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": "  "}, "Enter a name"),
        ({"name": "x" * 81}, "at most 80"),
        ({"url": ""}, "Enter your app's URL"),
        ({"url": "nonsense"}, "Enter a full URL"),
        ({"url": "https://me:pw@example.com/"}, "Remove the user name and password"),
        ({"events": []}, "Choose at least one"),
        ({"events": ["ping"]}, "not a valid"),
        ({"store": "2004"}, "Not a valid choice"),
    ],
)
def test_invalid_form_is_shown_again_with_its_errors(
    browser: Visitor,
    store: Store,
    endpoint: WebhookEndpoint,
    changes: dict[str, object],
    problem: str,
) -> None:
    make_store(make_merchant(email="eve@example.com"), id=2004)
    before = endpoint.url

    for place in (PAGE, f"{address_of(endpoint)}/edit"):
        answer = browser.post(place, **ENDPOINT_FORM | changes)

        assert answer.status_code == 422
        assert problem in page_text(answer)
    assert WebhookEndpoint.get().url == before
    assert WebhookEndpoint.select().count() == 1


def test_production_accepts_only_https_urls(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    settings = replace(runtime.settings, env="production", portal_url="https://localhost")
    browser = Visitor(create_app(replace(runtime, settings=settings)))
    browser.client.environ_base["wsgi.url_scheme"] = "https"
    browser.force_login(merchant)

    answer = browser.post(PAGE, **ENDPOINT_FORM)

    assert answer.status_code == 422
    assert "starts with https://" in page_text(answer)


def test_endpoint_is_changed_to_one_store(
    browser: Visitor, store: Store, endpoint: WebhookEndpoint
) -> None:
    place = f"{address_of(endpoint)}/edit"
    assert endpoint.url in browser.get(place).text

    changed = ENDPOINT_FORM | {"name": "ERP", "store": "1003", "events": ["product.deleted"]}
    assert browser.post(place, **changed).status_code == 303

    now = WebhookEndpoint.get()
    assert (now.name, now.store_id, now.url) == ("ERP", 1003, ENDPOINT_FORM["url"])
    assert now.event_types == ["product.deleted"]
    noted = AuditLogEntry.get()
    assert noted.before["events"] == list(SUBSCRIBABLE_EVENTS)
    assert noted.after["events"] == ["product.deleted"]


def test_rotated_secret_also_signs_for_another_day(
    runtime: Runtime, browser: Visitor, endpoint: WebhookEndpoint, channel: Channel
) -> None:
    new = secret_on(browser.see_secret(f"{address_of(endpoint)}/rotate").text)
    assert "sign with the previous one until" in page_text(browser.get(address_of(endpoint)))

    send_test(runtime, browser, endpoint)

    (taken,) = channel.taken
    assert taken.verified(SECRET) == taken.verified(new)
    left = WebhookEndpoint.get().previous_expires_at - utc_now()
    assert timedelta(hours=23) < left < timedelta(hours=25)
    assert actions() == ["endpoint.rotated", "endpoint.tested"]


def test_outcome_of_a_test_event_is_shown(
    runtime: Runtime, browser: Visitor, endpoint: WebhookEndpoint, channel: Channel
) -> None:
    channel.status, channel.answer = 503, b"<b>closed</b> for today"
    assert "Send test event" in page_text(browser.get(address_of(endpoint)))

    place = browser.post(f"{address_of(endpoint)}/test", type="order.created").headers["Location"]
    waiting = browser.get(place)
    dispatch_due(runtime)
    shown = browser.get(f"{place}/progress")

    assert 'data-live-every="2"' in waiting.text
    assert "No attempts yet." in page_text(waiting)
    text = page_text(shown)
    assert "503 Service Unavailable" in text
    assert "<b>closed</b> for today" in text
    assert "Failed, retrying" in text
    assert '"type":"order.created"' in text
    assert "A test event" in text
    (taken,) = channel.taken
    assert taken.verified(SECRET)["test"] is True
    assert actions() == ["endpoint.tested"]

    channel.status = 302
    shown = send_test(runtime, browser, endpoint)
    assert "We don't follow redirects" in page_text(shown)
    channel.status = 200
    delivered = send_test(runtime, browser, endpoint)
    assert "Delivered" in page_text(delivered)
    assert "every 2s" not in delivered.text


def test_unknown_type_and_more_than_ten_test_events_a_minute_are_refused(
    app: Flask, browser: Visitor, endpoint: WebhookEndpoint
) -> None:
    place = f"{address_of(endpoint)}/test"

    assert browser.post(place, type="unicorn.born").status_code == 422
    answers = [browser.post(place).status_code for _ in range(10)]

    assert answers == [303] * 9 + [429]
    assert Delivery.select().where(Delivery.is_test).count() == 9


def test_test_event_ends_a_failure_and_works_while_the_endpoint_is_off(
    runtime: Runtime, browser: Visitor, endpoint: WebhookEndpoint
) -> None:
    WebhookEndpoint.update(
        state=EndpointState.OFF,
        off_reason=OffReason.FAILING,
        failing_since_at=utc_now() - timedelta(hours=72),
    ).execute()
    assert "Turned off" in page_text(browser.get(address_of(endpoint)))

    send_test(runtime, browser, endpoint)

    now = WebhookEndpoint.get()
    assert now.failing_since_at is None
    assert now.state == EndpointState.OFF
    assert "seems to work again" in page_text(browser.get(address_of(endpoint)))


def test_test_event_reports_a_secret_that_cannot_be_decrypted(
    runtime: Runtime, browser: Visitor, endpoint: WebhookEndpoint
) -> None:
    WebhookEndpoint.update(sealed_secret="broken").execute()

    shown = send_test(runtime, browser, endpoint)

    assert "We can't read the signing secret" in page_text(shown)


def test_paused_endpoint_is_turned_on_without_its_failures(
    runtime: Runtime, browser: Visitor, endpoint: WebhookEndpoint
) -> None:
    place = address_of(endpoint)
    WebhookEndpoint.update(
        failing_since_at=utc_now() - timedelta(hours=40), failures=9, alerted_percent=50
    ).execute()
    assert "55% of the time has passed" in page_text(browser.get(place))
    assert "On, deliveries failing" in page_text(browser.get(PAGE))

    for _ in range(2):
        assert browser.post(f"{place}/pause").status_code == 303
    assert "Paused since" in page_text(browser.get(place))
    for _ in range(2):
        assert browser.post(f"{place}/on").status_code == 303

    now = WebhookEndpoint.get()
    assert (now.state, now.failures, now.alerted_percent) == (EndpointState.ON, 0, 0)
    assert now.failing_since_at is None
    assert actions() == ["endpoint.paused", "endpoint.turned_on"]
    queue = Queue(DELIVER_WEBHOOKS.queue, connection=runtime.redis, serializer=JSONSerializer)
    assert [job.func_name for job in queue.jobs] == [DELIVER_WEBHOOKS.path]


def test_endpoint_that_answered_410_is_explained(
    browser: Visitor, endpoint: WebhookEndpoint
) -> None:
    WebhookEndpoint.update(state=EndpointState.OFF, off_reason=OffReason.GONE).execute()

    EndpointAlert.create(endpoint=endpoint, percent=100, state=NotificationState.BOUNCED)

    page = page_text(browser.get(address_of(endpoint)))

    assert "responded with 410" in page
    assert "didn't reach you (refused" in page


def test_endpoint_is_deleted_after_a_confirmation(
    browser: Visitor, endpoint: WebhookEndpoint, store: Store
) -> None:
    for _ in range(3):
        DeliveryAttempt.create(delivery=make_delivery(endpoint, store))
    assert "can't be undone" in page_text(browser.get(f"{address_of(endpoint)}/delete"))

    assert browser.post(f"{address_of(endpoint)}/delete").status_code == 303

    assert WebhookEndpoint.select().count() == Delivery.select().count() == 0
    assert actions() == ["endpoint.deleted"]
    assert browser.get(address_of(endpoint)).status_code == 404


def test_number_of_endpoints_per_merchant_is_limited(
    runtime: Runtime, browser: Visitor, merchant: Merchant, store: Store
) -> None:
    for _ in range(ENDPOINTS_PER_CHANNEL):
        make_endpoint(merchant, runtime.sealer)

    assert browser.post(PAGE, **ENDPOINT_FORM).status_code == 303
    assert "the limit of endpoints" in page_text(browser.get(PAGE))
    assert WebhookEndpoint.select().count() == ENDPOINTS_PER_CHANNEL


def test_deliveries_are_paginated_and_filtered_by_state(
    browser: Visitor, endpoint: WebhookEndpoint, store: Store
) -> None:
    place = address_of(endpoint)
    assert "No deliveries yet" in page_text(browser.get(place))
    for _ in range(PAGE_SIZE + 1):
        make_delivery(endpoint, store, state=DeliveryState.DELIVERED)
    make_delivery(endpoint, store, state=DeliveryState.GIVEN_UP, error="http 500", attempts=8)

    first = browser.get(place)
    assert "Responded with 500 Internal Server Error" in page_text(first)
    second = browser.get(f"{place}?after={Delivery.select().count() - PAGE_SIZE + 1}")
    assert page_text(second).count("Store 1003") == 2
    assert "Previous page" in page_text(second)
    only = browser.get(f"{place}?state=given_up")
    assert page_text(only).count("Store 1003") == 1
    assert "No deliveries with this status" in page_text(browser.get(f"{place}?state=waiting"))
    assert browser.get(f"{place}?state=nonsense").status_code == 200
    assert browser.get(f"{place}?after=x").status_code == 404


def test_delivery_is_sent_again_with_the_same_id(
    runtime: Runtime, browser: Visitor, endpoint: WebhookEndpoint, store: Store
) -> None:
    delivery = make_delivery(endpoint, store, state=DeliveryState.DELIVERED, attempts=1)
    place = f"{address_of(endpoint)}/deliveries/{delivery.id}"
    WebhookEndpoint.update(resume_at=utc_now() + timedelta(hours=1)).execute()

    page = page_text(browser.get(place))
    assert delivery.event.uid in page
    assert "/api/v1/stores/1003/products/5" in page
    answer = browser.post(f"{place}/replay")

    assert answer.headers["Location"].endswith(place)
    again = Delivery.get_by_id(delivery.id)
    assert (again.state, again.attempts) == (DeliveryState.WAITING, 0)
    assert WebhookEndpoint.get().resume_at is None
    assert "Sending it again now" in page_text(browser.get(place))
    assert actions() == ["endpoint.replayed"]

    WebhookEndpoint.update(state=EndpointState.PAUSED).execute()
    browser.post(f"{place}/replay")
    assert "when you turn the endpoint on" in page_text(browser.get(place))


def test_all_failed_deliveries_are_sent_again_after_showing_their_number(
    browser: Visitor, endpoint: WebhookEndpoint, store: Store, runtime: Runtime, merchant: Merchant
) -> None:
    states = (DeliveryState.GIVEN_UP, DeliveryState.FAILED, DeliveryState.DELIVERED)
    for state in states:
        make_delivery(endpoint, store, state=state, attempts=8)
    old = make_delivery(endpoint, store, state=DeliveryState.GIVEN_UP).event
    OutboundEvent.update(happened_at=utc_now() - timedelta(days=5)).where(
        OutboundEvent.id == old.id
    ).execute()
    make_delivery(
        make_endpoint(merchant, runtime.sealer), store, state=DeliveryState.GIVEN_UP, attempts=8
    )
    place = f"{address_of(endpoint)}/replay"

    assert "2 webhooks failed" in page_text(browser.get(place))
    assert "3 webhooks failed" in page_text(browser.get(f"{place}?hours=720"))
    assert browser.post(place, hours="72").status_code == 303

    assert "Sending 2 webhooks again" in page_text(browser.get(address_of(endpoint)))
    waiting = Delivery.select().where(Delivery.state == DeliveryState.WAITING)
    assert waiting.where(Delivery.endpoint == endpoint).count() == waiting.count() == 2
    assert "0 webhooks failed" in page_text(browser.get(place))
    assert browser.get(f"{place}?hours=5").status_code == 422
    assert browser.post(place, hours="").status_code == 422


@pytest.mark.promise(9)
def test_endpoints_of_other_merchants_are_a_404(
    app: Flask, stranger: Visitor, runtime: Runtime, endpoint: WebhookEndpoint, store: Store
) -> None:
    delivery = make_delivery(endpoint, store)
    eve = Merchant.get(Merchant.email == "eve@example.com")
    hers = make_endpoint(eve, runtime.sealer)

    assert "Warehouse" not in page_text(stranger.get(f"{PAGE}/new"))
    for place in ("", "/edit", "/delete", "/replay", f"/deliveries/{delivery.id}"):
        assert stranger.get(address_of(endpoint) + place).status_code == 404
    for place in ("/test", "/on", "/pause", "/rotate", "/delete", "/replay", "/edit"):
        assert stranger.post(address_of(endpoint) + place, **ENDPOINT_FORM).status_code == 404
    # Also not through the URL of an endpoint of their own.
    place = f"{address_of(hers)}/deliveries/{delivery.id}"
    assert stranger.get(place).status_code == stranger.post(f"{place}/replay").status_code == 404
