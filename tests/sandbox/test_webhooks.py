"""Events are sent to the right addresses, signed, and repeated until they are delivered."""

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

from portal.sandbox import sender, webhook_client
from portal.sandbox.config import SandboxConfig
from portal.sandbox.server import SandboxServer
from tests.sandbox.conftest import Turn
from tests.sandbox.outside import CLIENT, Outside, wait_for
from tests.sandbox.receiver import Received, Receiver

DAY_S = 24 * 3600


@pytest.fixture(scope="module")
def running_receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def config(config: SandboxConfig, running_receiver: Receiver) -> SandboxConfig:
    """The app of the tests, with an address for its events."""
    return replace(config, webhook_url=running_receiver.url)


@pytest.fixture(autouse=True)
def receiver(running_receiver: Receiver) -> Iterator[Receiver]:
    """The receiver at the app's address; it answers 200 unless told otherwise."""
    yield running_receiver
    running_receiver.forget()


def true_signature(request: Received) -> str:
    """Return the signature by Ecwid's recipe: two fields, never the body."""
    message = f"{request.body['eventCreated']}.{request.body['eventId']}".encode()
    digest = hmac.new(CLIENT["client_secret"].encode(), message, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def line_of(outside: Outside, store_id: int, event_type: str) -> dict[str, Any]:
    """Return the last line of the webhook log on an event."""
    lines = [line for line in outside.deliveries(store_id) if line["type"] == event_type]
    return lines[-1]


def tried(
    outside: Outside, store_id: int, tries: int = 1, event_type: str = "product.created"
) -> dict[str, Any]:
    """Return the log's line on an event as soon as it was tried so often."""

    def look() -> dict[str, Any]:
        line = line_of(outside, store_id, event_type)
        return line if line["tries"] >= tries else {}

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
def test_the_signature_is_that_of_the_known_vectors(
    secret: str, created: int, event_id: str, expected: str
) -> None:
    assert sender.signature(secret, created, event_id) == expected


def test_an_event_comes_as_documented(outside: Outside, store_id: int, receiver: Receiver) -> None:
    before = int(time.time())

    product_id = outside.make_product(store_id)

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


def test_every_change_has_its_event(outside: Outside, store_id: int, receiver: Receiver) -> None:
    product_id = outside.make_product(store_id)
    outside.api(store_id, f"/products/{product_id}", method="PUT", json={"price": 3})
    outside.api(store_id, f"/products/{product_id}", method="DELETE")
    made = outside.api(store_id, "/categories", method="POST", json={"name": "New"}).json()
    outside.api(store_id, f"/categories/{made['id']}", method="PUT", json={"name": "Newer"})
    outside.api(store_id, f"/categories/{made['id']}", method="DELETE")

    expected = sorted(
        ["application.installed"]
        + [
            f"{kind}.{verb}"
            for kind in ("category", "product")
            for verb in ("created", "updated", "deleted")
        ]
    )
    wait_for(lambda: receiver.types(store_id) == expected)


def test_a_new_plan_is_told_by_its_names(
    outside: Outside, store_id: int, receiver: Receiver
) -> None:
    outside.control("PATCH", f"/stores/{store_id}", {"plan": "Unlimited"})

    [request] = receiver.wait_for("profile.subscriptionStatusChanged", store_id)
    assert request.body["data"] == {
        "oldSubscriptionName": "ECWID_BUSINESS",
        "newSubscriptionName": "ECWID_UNLIMITED",
    }
    assert receiver.wait_for("profile.updated", store_id)


def test_a_store_without_the_app_sends_nothing(outside: Outside) -> None:
    store_id = outside.make_store()

    outside.make_product(store_id)

    assert outside.deliveries(store_id) == []


def test_only_events_of_granted_scopes_are_sent(outside: Outside) -> None:
    store_id = outside.make_store()
    outside.connect(store_id, ("read_store_profile", "fetch_orders"))

    outside.make_product(store_id)
    outside.control("PATCH", f"/stores/{store_id}", {"name": "Else"})

    types = [line["type"] for line in outside.deliveries(store_id)]
    assert types == ["application.installed", "profile.updated"]


def test_the_uninstalling_is_told_and_is_the_last_word(
    outside: Outside, store_id: int, receiver: Receiver
) -> None:
    outside.control("POST", f"/stores/{store_id}/uninstall")
    outside.make_product(store_id)

    [request] = receiver.wait_for("application.uninstalled", store_id)
    assert request.body["entityId"] == str(store_id)
    assert outside.deliveries(store_id)[-1]["type"] == "application.uninstalled"


@pytest.mark.parametrize("status", [200, 201, 202, 204, 209])
def test_these_answers_mean_delivered(
    outside: Outside, store_id: int, receiver: Receiver, status: int
) -> None:
    tried(outside, store_id, event_type="application.installed")
    receiver.answers = [status]

    outside.make_product(store_id)

    line = tried(outside, store_id)
    assert (line["status"], line["tries"], line["due"]) == (str(status), 1, None)
    assert line["delivered"] is not None


@pytest.mark.parametrize("status", [203, 205, 206, 208, 301, 302, 307, 400, 403, 404, 429, 500])
def test_every_other_answer_is_tried_again(
    outside: Outside, store_id: int, receiver: Receiver, status: int
) -> None:
    tried(outside, store_id, event_type="application.installed")
    receiver.answers = [status]

    outside.make_product(store_id)

    line = tried(outside, store_id)
    assert (line["status"], line["delivered"]) == (str(status), None)
    assert line["due"] - line["created"] == pytest.approx(15 * 60)
    assert [request for request in receiver.received if request.path != "/hooks"] == []


def test_who_answers_too_late_was_not_reached(
    outside: Outside, store_id: int, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried(outside, store_id, event_type="application.installed")
    monkeypatch.setattr(webhook_client, "ANSWER_TIMEOUT_S", 0.1)
    receiver.wait_s = 0.4

    outside.make_product(store_id)

    line = tried(outside, store_id)
    assert (line["status"], line["delivered"]) == ("timeout", None)
    assert line["due"] is not None


@pytest.mark.parametrize(
    ("tries", "next_try_s"),
    [(1, 30 * 60), (2, 45 * 60), (3, 3600), (4, 2 * 3600), (26, DAY_S)],
)
def test_repeats_become_rarer(
    outside: Outside, store_id: int, receiver: Receiver, tries: int, next_try_s: int
) -> None:
    receiver.usual = 500
    outside.make_product(store_id)
    tried(outside, store_id)

    with outside.parts.state.writing() as connection:
        connection.execute(
            "UPDATE delivery SET tries = ?, due = 0 WHERE store = ? AND type = 'product.created'",
            (tries, store_id),
        )
    outside.parts.sender.wake()

    line = tried(outside, store_id, tries + 1)
    assert line["due"] - line["created"] == pytest.approx(next_try_s)


def test_after_a_day_ecwid_gives_up(outside: Outside, store_id: int, receiver: Receiver) -> None:
    receiver.usual = 500
    outside.make_product(store_id)
    tried(outside, store_id)

    with outside.parts.state.writing() as connection:
        connection.execute("UPDATE delivery SET tries = 27, due = 0 WHERE store = ?", (store_id,))
    outside.parts.sender.wake()

    line = tried(outside, store_id, 28)
    assert (line["due"], line["delivered"], line["status"]) == (None, None, "500")


def test_repeats_can_be_sped_up_and_keep_their_event(
    outside: Outside, store_id: int, receiver: Receiver, turn: Turn
) -> None:
    tried(outside, store_id, event_type="application.installed")
    turn(retry_speed="9000")
    receiver.answers = [500, 503]

    outside.make_product(store_id)

    requests = receiver.wait_for("product.created", store_id, 3)
    assert len({request.body["eventId"] for request in requests}) == 1
    assert all(
        request.headers["X-Ecwid-Webhook-Signature"] == true_signature(request)
        for request in requests
    )
    line = tried(outside, store_id, 3)
    assert (line["status"], line["due"]) == ("200", None)


def test_duplicates_share_their_event(
    outside: Outside, store_id: int, receiver: Receiver, turn: Turn
) -> None:
    turn(webhook_duplicates="2")

    outside.make_product(store_id)

    requests = receiver.wait_for("product.created", store_id, 3)
    assert len(requests) == 3
    assert len({request.body["eventId"] for request in requests}) == 1


def test_an_event_can_be_delayed(
    outside: Outside, store_id: int, receiver: Receiver, turn: Turn
) -> None:
    turn(webhook_delay_s="0.4")
    began = time.time()

    outside.make_product(store_id)

    waiting = line_of(outside, store_id, "product.created")
    assert (waiting["status"], waiting["tries"]) == ("waiting", 0)
    [request] = receiver.wait_for("product.created", store_id)
    assert request.at - began >= 0.4


def test_names_can_be_spelt_the_snakes_way(
    outside: Outside, store_id: int, receiver: Receiver, turn: Turn
) -> None:
    turn(webhook_names="snake")

    outside.control("PATCH", f"/stores/{store_id}", {"plan": "Free"})

    [request] = receiver.wait_for("profile.subscription_status_changed", store_id)
    assert request.query == {"eventtype": ["profile.subscription_status_changed"]}


def test_a_signature_can_be_wrong_or_missing(
    outside: Outside, store_id: int, receiver: Receiver, turn: Turn
) -> None:
    turn(webhook_signature="wrong")
    outside.make_product(store_id)
    [wrong] = receiver.wait_for("product.created", store_id)
    turn(webhook_signature="missing")
    outside.control("PATCH", f"/stores/{store_id}", {"name": "Else"})
    [missing] = receiver.wait_for("profile.updated", store_id)

    assert len(wrong.headers["X-Ecwid-Webhook-Signature"]) == len(true_signature(wrong))
    assert wrong.headers["X-Ecwid-Webhook-Signature"] != true_signature(wrong)
    assert "X-Ecwid-Webhook-Signature" not in missing.headers


def addresses(outside: Outside, store_id: int, event_type: str) -> list[str]:
    """Return where an event was sent."""
    lines = outside.deliveries(store_id)
    return sorted(line["url"] for line in lines if line["type"] == event_type)


def register(outside: Outside, store_id: int, url: str, *events: str) -> None:
    """Register an address for events of one store."""
    wish = {"url": url, "events": events}
    assert outside.api(store_id, "/webhooks", method="POST", json=wish).status_code == 200


def test_a_registration_hears_its_events_beside_the_app(
    outside: Outside, store_id: int, receiver: Receiver
) -> None:
    own = f"{receiver.url}/own"
    register(outside, store_id, own, "product.created")

    product_id = outside.make_product(store_id)
    outside.control("DELETE", f"/stores/{store_id}/products/{product_id}")

    assert addresses(outside, store_id, "product.created") == [receiver.url, own]
    assert addresses(outside, store_id, "product.deleted") == [receiver.url]


def test_a_registration_of_the_apps_address_replaces_it(
    outside: Outside, store_id: int, receiver: Receiver
) -> None:
    register(outside, store_id, receiver.url, "product.created")
    register(outside, store_id, receiver.url, "product.created", "category.created")

    product_id = outside.make_product(store_id)
    outside.control("DELETE", f"/stores/{store_id}/products/{product_id}")

    assert addresses(outside, store_id, "product.created") == [receiver.url]
    assert addresses(outside, store_id, "product.deleted") == []


def test_a_registration_hears_of_its_own_end(
    outside: Outside, store_id: int, receiver: Receiver
) -> None:
    own = f"{receiver.url}/own"
    register(outside, store_id, own, "application.uninstalled")

    outside.control("POST", f"/stores/{store_id}/uninstall")

    assert addresses(outside, store_id, "application.uninstalled") == [receiver.url, own]
    outside.connect(store_id)
    assert outside.api(store_id, "/webhooks").json()["total"] == 0


def test_an_address_that_is_none_is_out_of_reach(outside: Outside, store_id: int) -> None:
    register(outside, store_id, "no address", "category.created")

    outside.api(store_id, "/categories", method="POST", json={"name": "New"})

    def found() -> list[str]:
        lines = outside.deliveries(store_id)
        return [line["status"] for line in lines if line["url"] == "no address" and line["tries"]]

    assert wait_for(found) == ["unreachable"]


def test_waiting_events_outlive_a_restart(
    config: SandboxConfig, receiver: Receiver, tmp_path: Path
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        deaf = replace(
            config, state=tmp_path / "s.db", webhook_url=f"http://127.0.0.1:{port}/hooks"
        )
        with SandboxServer(deaf) as server, Outside(server) as outside:
            store_id = outside.make_store()
            outside.connect(store_id)
            product_id = outside.make_product(store_id)
            line = tried(outside, store_id)
            assert (line["status"], line["tries"]) == ("unreachable", 1)

    with SandboxServer(deaf) as server, Outside(server) as outside:
        kept = line_of(outside, store_id, "product.created")
        with outside.parts.state.writing() as connection:
            connection.execute("UPDATE delivery SET url = ?, due = 1", (receiver.url,))

        [request] = receiver.wait_for("product.created", store_id)

    assert kept["due"] == line["due"]
    assert request.body["entityId"] == product_id
    assert request.body["eventId"] == line["body"]["eventId"]
