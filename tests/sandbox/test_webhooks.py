"""Tests for webhook events: recipients, signatures, retries and switches."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.sandbox import webhook_client, webhook_sender
from portal.sandbox.config import SandboxConfig
from portal.sandbox.server import SandboxServer
from tests.sandbox.client import CLIENT, SandboxClient, wait_for
from tests.sandbox.conftest import SetSwitches
from tests.sandbox.receiver import Received, Receiver

DAY_S = 24 * 3600


@pytest.fixture(scope="module")
def running_receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def config(config: SandboxConfig, running_receiver: Receiver) -> SandboxConfig:
    """Configuration whose app sends events to the receiver."""
    return replace(config, webhook_url=running_receiver.url)


@pytest.fixture(autouse=True)
def receiver(running_receiver: Receiver) -> Iterator[Receiver]:
    """Receiver at the app's webhook URL, reset after each test."""
    yield running_receiver
    running_receiver.reset()


def true_signature(request: Received) -> str:
    """Return the signature as Ecwid documents it: of two fields, not of the body."""
    message = f"{request.body['eventCreated']}.{request.body['eventId']}".encode()
    digest = hmac.new(CLIENT["client_secret"].encode(), message, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def last_delivery(sandbox: SandboxClient, store_id: int, event_type: str) -> dict[str, Any]:
    """Return the latest delivery of an event."""
    deliveries = sandbox.deliveries(store_id)
    return [delivery for delivery in deliveries if delivery["type"] == event_type][-1]


def wait_for_attempt(
    sandbox: SandboxClient, store_id: int, attempts: int = 1, event_type: str = "product.created"
) -> dict[str, Any]:
    """Return the latest delivery of an event once it has had so many attempts."""

    def look() -> dict[str, Any]:
        delivery = last_delivery(sandbox, store_id, event_type)
        return delivery if delivery["attempt_count"] >= attempts else {}

    return wait_for(look)


@pytest.mark.parametrize(
    ("secret", "created", "event_id", "expected"),
    [
        (
            "test_client_secret",
            1234567,
            "80aece08-40e8-4145-8764-6c2f0d38678",
            "ekmGPQc/IpCwO6woAiM+L8uvY6chew4n6JVQCiDrEVw=",
        ),
        (
            "sandbox_client_secret_0001",
            1700000000,
            "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506",
            "yCNaCiRvRge5cuvyRHJhJvowzCDiRaJ/vd88i8PtLM8=",
        ),
    ],
)
def test_the_signature_matches_the_known_vectors(
    secret: str, created: int, event_id: str, expected: str
) -> None:
    assert webhook_sender.signature(secret, created, event_id) == expected


def test_an_event_is_sent_as_documented(
    sandbox: SandboxClient, store_id: int, receiver: Receiver
) -> None:
    before = int(time.time())

    product_id = sandbox.make_product(store_id)

    [request] = receiver.wait_for("product.created", store_id)
    body = request.body
    assert body == {
        "eventId": body["eventId"],
        "eventCreated": body["eventCreated"],
        "storeId": store_id,
        "entityId": product_id,
        "eventType": "product.created",
    }
    assert before <= body["eventCreated"] <= time.time()
    assert request.query == {"eventtype": ["product.created"]}
    assert request.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert request.headers["Cache-Control"] == "no-cache"
    assert request.headers["X-Ecwid-Webhook-Signature"] == true_signature(request)


def test_every_change_emits_its_event(
    sandbox: SandboxClient, store_id: int, receiver: Receiver
) -> None:
    product_id = sandbox.make_product(store_id)
    sandbox.api(store_id, f"/products/{product_id}", method="PUT", json={"price": 3})
    sandbox.api(store_id, f"/products/{product_id}", method="DELETE")
    made = sandbox.api(store_id, "/categories", method="POST", json={"name": "New"}).json()
    sandbox.api(store_id, f"/categories/{made['id']}", method="PUT", json={"name": "Newer"})
    sandbox.api(store_id, f"/categories/{made['id']}", method="DELETE")

    expected = sorted(
        ["application.installed"]
        + [
            f"{kind}.{verb}"
            for kind in ("category", "product")
            for verb in ("created", "updated", "deleted")
        ]
    )
    wait_for(lambda: receiver.types(store_id) == expected)


def test_a_plan_change_sends_both_subscription_names(
    sandbox: SandboxClient, store_id: int, receiver: Receiver
) -> None:
    sandbox.admin("PATCH", f"/stores/{store_id}", {"plan": "Unlimited"})

    [request] = receiver.wait_for("profile.subscriptionStatusChanged", store_id)
    assert request.body["data"] == {
        "oldSubscriptionName": "ECWID_BUSINESS",
        "newSubscriptionName": "ECWID_UNLIMITED",
    }
    assert receiver.wait_for("profile.updated", store_id)


def test_a_store_without_the_app_sends_nothing(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()

    sandbox.make_product(store_id)

    assert sandbox.deliveries(store_id) == []


def test_only_events_of_granted_scopes_are_sent(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()
    sandbox.connect(store_id, ("read_store_profile", "read_orders"))

    sandbox.make_product(store_id)
    sandbox.admin("PATCH", f"/stores/{store_id}", {"name": "Renamed"})

    types = [delivery["type"] for delivery in sandbox.deliveries(store_id)]
    assert types == ["application.installed", "profile.updated"]


def test_the_uninstall_event_is_the_last_event(
    sandbox: SandboxClient, store_id: int, receiver: Receiver
) -> None:
    sandbox.admin("POST", f"/stores/{store_id}/uninstall")
    sandbox.make_product(store_id)

    [request] = receiver.wait_for("application.uninstalled", store_id)
    assert request.body["entityId"] == str(store_id)
    assert sandbox.deliveries(store_id)[-1]["type"] == "application.uninstalled"


@pytest.mark.parametrize("status", [200, 201, 202, 204, 209])
def test_these_statuses_mean_delivered(
    sandbox: SandboxClient, store_id: int, receiver: Receiver, status: int
) -> None:
    wait_for_attempt(sandbox, store_id, event_type="application.installed")
    receiver.statuses = [status]

    sandbox.make_product(store_id)

    delivery = wait_for_attempt(sandbox, store_id)
    assert (delivery["status"], delivery["attempt_count"], delivery["due"]) == (
        str(status),
        1,
        None,
    )
    assert delivery["delivered"] is not None


@pytest.mark.parametrize("status", [203, 205, 206, 208, 301, 302, 307, 400, 403, 404, 429, 500])
def test_every_other_status_is_retried(
    sandbox: SandboxClient, store_id: int, receiver: Receiver, status: int
) -> None:
    wait_for_attempt(sandbox, store_id, event_type="application.installed")
    receiver.statuses = [status]

    sandbox.make_product(store_id)

    delivery = wait_for_attempt(sandbox, store_id)
    assert (delivery["status"], delivery["delivered"]) == (str(status), None)
    assert delivery["due"] - delivery["created"] == pytest.approx(15 * 60)
    assert [request for request in receiver.received if request.path != "/hooks"] == []


def test_a_late_response_counts_as_a_timeout(
    sandbox: SandboxClient, store_id: int, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_attempt(sandbox, store_id, event_type="application.installed")
    monkeypatch.setattr(webhook_client, "ANSWER_TIMEOUT_S", 0.1)
    receiver.delay_s = 0.4

    sandbox.make_product(store_id)

    delivery = wait_for_attempt(sandbox, store_id)
    assert (delivery["status"], delivery["delivered"]) == ("timeout", None)
    assert delivery["due"] is not None


@pytest.mark.parametrize(
    ("attempts", "next_attempt_s"),
    [(1, 30 * 60), (2, 45 * 60), (3, 3600), (4, 2 * 3600), (26, DAY_S)],
)
def test_waits_between_retries_grow(
    sandbox: SandboxClient, store_id: int, receiver: Receiver, attempts: int, next_attempt_s: int
) -> None:
    receiver.default_status = 500
    sandbox.make_product(store_id)
    wait_for_attempt(sandbox, store_id)

    with sandbox.parts.state.transaction() as connection:
        connection.execute(
            "UPDATE delivery SET attempt_count = ?, due = 0"
            " WHERE store = ? AND type = 'product.created'",
            (attempts, store_id),
        )
    sandbox.parts.webhook_sender.wake()

    delivery = wait_for_attempt(sandbox, store_id, attempts + 1)
    assert delivery["due"] - delivery["created"] == pytest.approx(next_attempt_s)


def test_no_retry_follows_after_a_day(
    sandbox: SandboxClient, store_id: int, receiver: Receiver
) -> None:
    receiver.default_status = 500
    sandbox.make_product(store_id)
    wait_for_attempt(sandbox, store_id)

    with sandbox.parts.state.transaction() as connection:
        connection.execute(
            "UPDATE delivery SET attempt_count = 27, due = 0 WHERE store = ?", (store_id,)
        )
    sandbox.parts.webhook_sender.wake()

    delivery = wait_for_attempt(sandbox, store_id, 28)
    assert (delivery["due"], delivery["delivered"], delivery["status"]) == (None, None, "500")


def test_retries_can_be_sped_up_and_keep_the_event_id(
    sandbox: SandboxClient, store_id: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    wait_for_attempt(sandbox, store_id, event_type="application.installed")
    set_switches(retry_speed="9000")
    receiver.statuses = [500, 503]

    sandbox.make_product(store_id)

    requests = receiver.wait_for("product.created", store_id, 3)
    assert len({request.body["eventId"] for request in requests}) == 1
    assert all(
        request.headers["X-Ecwid-Webhook-Signature"] == true_signature(request)
        for request in requests
    )
    delivery = wait_for_attempt(sandbox, store_id, 3)
    assert (delivery["status"], delivery["due"]) == ("200", None)


def test_duplicates_have_the_same_event_id(
    sandbox: SandboxClient, store_id: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(webhook_duplicates="2")

    sandbox.make_product(store_id)

    requests = receiver.wait_for("product.created", store_id, 3)
    assert len(requests) == 3
    assert len({request.body["eventId"] for request in requests}) == 1


def test_an_event_can_be_delayed(
    sandbox: SandboxClient, store_id: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(webhook_delay_s="0.4")
    began = time.time()

    sandbox.make_product(store_id)

    pending = last_delivery(sandbox, store_id, "product.created")
    assert (pending["status"], pending["attempt_count"]) == ("pending", 0)
    [request] = receiver.wait_for("product.created", store_id)
    assert request.at - began >= 0.4


def test_event_names_can_be_in_snake_case(
    sandbox: SandboxClient, store_id: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(webhook_event_case="snake")

    sandbox.admin("PATCH", f"/stores/{store_id}", {"plan": "Free"})

    [request] = receiver.wait_for("profile.subscription_status_changed", store_id)
    assert request.query == {"eventtype": ["profile.subscription_status_changed"]}


def test_an_event_can_have_a_numeric_id_and_be_sent_with_put(
    sandbox: SandboxClient, store_id: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(webhook_event_id="number", webhook_method="PUT")

    sandbox.make_product(store_id)

    [request] = receiver.wait_for("product.created", store_id)
    assert request.method == "PUT"
    assert 0 < request.body["eventId"] < 2**53
    assert request.headers["X-Ecwid-Webhook-Signature"] == true_signature(request)


def test_a_signature_can_be_invalid_or_missing(
    sandbox: SandboxClient, store_id: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(webhook_signature="invalid")
    sandbox.make_product(store_id)
    [wrong] = receiver.wait_for("product.created", store_id)
    set_switches(webhook_signature="missing")
    sandbox.admin("PATCH", f"/stores/{store_id}", {"name": "Renamed"})
    [missing] = receiver.wait_for("profile.updated", store_id)

    assert len(wrong.headers["X-Ecwid-Webhook-Signature"]) == len(true_signature(wrong))
    assert wrong.headers["X-Ecwid-Webhook-Signature"] != true_signature(wrong)
    assert "X-Ecwid-Webhook-Signature" not in missing.headers


def recipients(sandbox: SandboxClient, store_id: int, event_type: str) -> list[str]:
    """Return the URLs to which an event was sent."""
    deliveries = sandbox.deliveries(store_id)
    return sorted(delivery["url"] for delivery in deliveries if delivery["type"] == event_type)


def register(sandbox: SandboxClient, store_id: int, url: str, *events: str) -> None:
    """Register a URL for events of a store."""
    registration = {"url": url, "events": events}
    assert sandbox.api(store_id, "/webhooks", method="POST", json=registration).status_code == 200


def test_a_registered_url_gets_its_events_in_addition_to_the_app(
    sandbox: SandboxClient, store_id: int, receiver: Receiver
) -> None:
    own = f"{receiver.url}/own"
    register(sandbox, store_id, own, "product.created")

    product_id = sandbox.make_product(store_id)
    sandbox.admin("DELETE", f"/stores/{store_id}/products/{product_id}")

    assert recipients(sandbox, store_id, "product.created") == [receiver.url, own]
    assert recipients(sandbox, store_id, "product.deleted") == [receiver.url]


def test_registering_the_apps_url_replaces_its_default_subscription(
    sandbox: SandboxClient, store_id: int, receiver: Receiver
) -> None:
    register(sandbox, store_id, receiver.url, "product.created")
    register(sandbox, store_id, receiver.url, "product.created", "category.created")

    product_id = sandbox.make_product(store_id)
    sandbox.admin("DELETE", f"/stores/{store_id}/products/{product_id}")

    assert recipients(sandbox, store_id, "product.created") == [receiver.url]
    assert recipients(sandbox, store_id, "product.deleted") == []


def test_a_registered_url_gets_the_uninstall_event(
    sandbox: SandboxClient, store_id: int, receiver: Receiver
) -> None:
    own = f"{receiver.url}/own"
    register(sandbox, store_id, own, "application.uninstalled")

    sandbox.admin("POST", f"/stores/{store_id}/uninstall")

    assert recipients(sandbox, store_id, "application.uninstalled") == [receiver.url, own]
    sandbox.connect(store_id)
    assert sandbox.api(store_id, "/webhooks").json()["total"] == 0


def test_an_invalid_url_is_unreachable(sandbox: SandboxClient, store_id: int) -> None:
    register(sandbox, store_id, "not a URL", "category.created")

    sandbox.api(store_id, "/categories", method="POST", json={"name": "New"})

    def found() -> list[str]:
        deliveries = sandbox.deliveries(store_id)
        return [
            delivery["status"]
            for delivery in deliveries
            if delivery["url"] == "not a URL" and delivery["attempt_count"]
        ]

    assert wait_for(found) == ["unreachable"]


def test_pending_deliveries_survive_a_restart(
    config: SandboxConfig, receiver: Receiver, tmp_path: Path
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        unreachable = replace(
            config, state=tmp_path / "s.db", webhook_url=f"http://127.0.0.1:{port}/hooks"
        )
        with SandboxServer(unreachable) as server, SandboxClient(server) as sandbox:
            store_id = sandbox.make_store()
            sandbox.connect(store_id)
            product_id = sandbox.make_product(store_id)
            delivery = wait_for_attempt(sandbox, store_id)
            assert (delivery["status"], delivery["attempt_count"]) == ("unreachable", 1)

    with SandboxServer(unreachable) as server, SandboxClient(server) as sandbox:
        kept = last_delivery(sandbox, store_id, "product.created")
        with sandbox.parts.state.transaction() as connection:
            connection.execute("UPDATE delivery SET url = ?, due = 1", (receiver.url,))

        [request] = receiver.wait_for("product.created", store_id)

    assert kept["due"] == delivery["due"]
    assert request.body["entityId"] == product_id
    assert request.body["eventId"] == delivery["body"]["eventId"]
