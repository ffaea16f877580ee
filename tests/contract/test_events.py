"""Decisions on undocumented behavior of webhooks, tested on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.ecwid.errors import EcwidNotFoundError
from portal.ecwid.signature import SigningKey, matching_key
from portal.rules.webhooks.event_types import EventTopic, topic_of
from portal.sandbox.config import SandboxConfig
from portal.sandbox.retries import RETRY_AFTER_S
from portal.sandbox.server import SandboxServer
from tests.contract.conftest import Sides
from tests.sandbox.client import CALLBACK, CLIENT, SCOPES, SandboxClient
from tests.sandbox.receiver import Received, Receiver

EVENT = "profile.subscriptionStatusChanged"
SIGNATURE = "X-Ecwid-Webhook-Signature"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture(scope="module")
def sandbox_client(
    tmp_path_factory: pytest.TempPathFactory, receiver: Receiver
) -> Iterator[SandboxClient]:
    """Client of a sandbox whose app sends its events to the receiver."""
    folder: Path = tmp_path_factory.mktemp("events")
    config = SandboxConfig(
        state=folder / "state.db",
        redirect_uri=CALLBACK,
        scopes=SCOPES,
        webhook_url=receiver.url,
        **CLIENT,
    )
    with SandboxServer(config) as server, SandboxClient(server) as client:
        yield client


def plan_change_webhook(
    sides: Sides, receiver: Receiver, store_id: int, name: str, count: int = 1
) -> Received:
    """Change the store's plan and return the first webhook about it."""
    receiver.reset()
    sides.sandbox.admin("PATCH", f"/stores/{store_id}", {"plan": "Unlimited"})
    return receiver.wait_for(name, store_id, count)[0]


def is_from_ecwid(request: Received) -> bool:
    """Return whether the portal accepts the signature of a request."""
    key = matching_key(
        request.headers.get(SIGNATURE),
        current=CLIENT["client_secret"],
        event_created=request.body["eventCreated"],
        event_id=request.body["eventId"],
    )
    return key is SigningKey.CURRENT


@pytest.mark.parametrize(("switch", "is_there"), [("on", True), ("off", False)])
def test_stores_may_have_registration_endpoints(sides: Sides, switch: str, is_there: bool) -> None:
    _, _, client = sides.store()
    sides.set_switches(webhook_registration=switch)

    if is_there:
        assert client.webhooks().items == []
    else:
        with pytest.raises(EcwidNotFoundError):
            client.webhooks()


def test_a_registration_can_be_created_listed_and_deleted(sides: Sides) -> None:
    _, transport, client = sides.store()
    client.create_webhook("http://127.0.0.1:9/hooks", ["product.updated"])

    (mine,) = client.webhooks().items
    assert (mine["url"], mine["events"]) == ("http://127.0.0.1:9/hooks", ["product.updated"])
    assert transport.call("DELETE", f"/webhooks/{mine['id']}") == {"deleteCount": 1}
    assert client.webhooks().items == []


@pytest.mark.parametrize(
    ("switch", "name"),
    [("camel", EVENT), ("snake", "profile.subscription_status_changed")],
)
def test_both_spellings_of_event_names_mean_the_same(
    sides: Sides, receiver: Receiver, switch: str, name: str
) -> None:
    store_id, _, _ = sides.store()
    sides.set_switches(webhook_event_case=switch)

    assert plan_change_webhook(sides, receiver, store_id, name)
    assert topic_of(name) is EventTopic.CONNECTION


def test_an_event_has_its_type_in_the_query(sides: Sides, receiver: Receiver) -> None:
    store_id, _, _ = sides.store()

    assert plan_change_webhook(sides, receiver, store_id, EVENT).query == {"eventtype": [EVENT]}


def test_a_retried_event_keeps_its_id(sides: Sides, receiver: Receiver) -> None:
    store_id, _, _ = sides.store()
    sides.set_switches(webhook_duplicates="1", retry_speed="100000")
    receiver.reset()
    receiver.statuses.extend([500, 500])

    sides.sandbox.admin("PATCH", f"/stores/{store_id}", {"plan": "Unlimited"})

    sent = receiver.wait_for(EVENT, store_id, 2)
    assert len({request.body["eventId"] for request in sent}) == 1


@pytest.mark.parametrize(
    ("switch", "is_right"), [("valid", True), ("invalid", False), ("missing", False)]
)
def test_only_a_valid_signature_is_accepted(
    sides: Sides, receiver: Receiver, switch: str, is_right: bool
) -> None:
    store_id, _, _ = sides.store()
    sides.set_switches(webhook_signature=switch)

    assert is_from_ecwid(plan_change_webhook(sides, receiver, store_id, EVENT)) is is_right


def test_events_can_be_delayed_and_shuffled(sides: Sides, receiver: Receiver) -> None:
    store_id, _, _ = sides.store()
    sides.set_switches(webhook_order="shuffled", webhook_delay_s="0.3")

    request = plan_change_webhook(sides, receiver, store_id, EVENT)

    assert request.at - request.body["eventCreated"] >= 0.3


def test_a_delivery_is_retried_27_times_within_a_day() -> None:
    minutes = [15, 30, 45, *(60 * hour for hour in range(1, 25))]

    assert [seconds // 60 for seconds in RETRY_AFTER_S] == minutes
    assert len(RETRY_AFTER_S) == 27


def test_a_registration_of_our_url_replaces_the_default_subscription(
    sides: Sides, receiver: Receiver
) -> None:
    store_id, _, client = sides.store()
    client.create_webhook(receiver.url, [EVENT])
    receiver.reset()

    sides.sandbox.admin("PATCH", f"/stores/{store_id}", {"plan": "Unlimited"})
    receiver.wait_for(EVENT, store_id)
    # A delivery to the app's default subscription would have arrived before this event.
    client.create_webhook(receiver.url, ["profile.updated"])
    sides.sandbox.admin("PATCH", f"/stores/{store_id}", {"name": "Else"})
    receiver.wait_for("profile.updated", store_id)

    assert receiver.types(store_id).count(EVENT) == 1
