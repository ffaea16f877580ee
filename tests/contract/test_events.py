"""Where nobody knows how Ecwid's webhooks behave, one decision holds on both sides."""

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
from tests.sandbox.outside import CALLBACK, CLIENT, SCOPES, Outside
from tests.sandbox.receiver import Received, Receiver

EVENT = "profile.subscriptionStatusChanged"
SIGNATURE = "X-Ecwid-Webhook-Signature"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture(scope="module")
def sandbox_outside(
    tmp_path_factory: pytest.TempPathFactory, receiver: Receiver
) -> Iterator[Outside]:
    """A running sandbox whose app hears of everything at the receiver."""
    folder: Path = tmp_path_factory.mktemp("events")
    config = SandboxConfig(
        state=folder / "state.db",
        redirect_uri=CALLBACK,
        scopes=SCOPES,
        webhook_url=receiver.url,
        **CLIENT,
    )
    with SandboxServer(config) as server, Outside(server) as caller:
        yield caller


def heard(sides: Sides, receiver: Receiver, store_id: int, name: str, count: int = 1) -> Received:
    """Change the store's plan; return the request that told of it."""
    receiver.forget()
    sides.outside.control("PATCH", f"/stores/{store_id}", {"plan": "Unlimited"})
    return receiver.wait_for(name, store_id, count)[0]


def is_from_ecwid(request: Received) -> bool:
    """Tell whether our own check finds a request genuine."""
    key = matching_key(
        request.headers.get(SIGNATURE),
        current=CLIENT["client_secret"],
        event_created=request.body["eventCreated"],
        event_id=request.body["eventId"],
    )
    return key is SigningKey.CURRENT


@pytest.mark.parametrize(("switch", "is_there"), [("on", True), ("off", False)])
def test_stores_may_have_endpoints_for_registrations(
    sides: Sides, switch: str, is_there: bool
) -> None:
    _, _, client = sides.store()
    sides.turn(webhook_endpoints=switch)

    if is_there:
        assert client.webhooks().items == []
    else:
        with pytest.raises(EcwidNotFoundError):
            client.webhooks()


def test_a_registration_is_made_listed_and_removed_in_these_shapes(sides: Sides) -> None:
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
def test_names_of_events_come_in_two_spellings_and_mean_the_same(
    sides: Sides, receiver: Receiver, switch: str, name: str
) -> None:
    store_id, _, _ = sides.store()
    sides.turn(webhook_names=switch)

    assert heard(sides, receiver, store_id, name)
    assert topic_of(name) is EventTopic.CONNECTION


def test_an_event_is_posted_with_its_type_in_the_query(sides: Sides, receiver: Receiver) -> None:
    store_id, _, _ = sides.store()

    assert heard(sides, receiver, store_id, EVENT).query == {"eventtype": [EVENT]}


def test_an_event_keeps_its_id_when_it_is_sent_again(sides: Sides, receiver: Receiver) -> None:
    store_id, _, _ = sides.store()
    sides.turn(webhook_duplicates="1", retry_speed="100000")
    receiver.forget()
    receiver.answers.extend([500, 500])

    sides.outside.control("PATCH", f"/stores/{store_id}", {"plan": "Unlimited"})

    sent = receiver.wait_for(EVENT, store_id, 2)
    assert len({request.body["eventId"] for request in sent}) == 1


@pytest.mark.parametrize(
    ("switch", "is_right"), [("right", True), ("wrong", False), ("missing", False)]
)
def test_only_a_right_signature_is_genuine(
    sides: Sides, receiver: Receiver, switch: str, is_right: bool
) -> None:
    store_id, _, _ = sides.store()
    sides.turn(webhook_signature=switch)

    assert is_from_ecwid(heard(sides, receiver, store_id, EVENT)) is is_right


def test_events_come_late_and_out_of_order_when_told_to(sides: Sides, receiver: Receiver) -> None:
    store_id, _, _ = sides.store()
    sides.turn(webhook_order="shuffled", webhook_delay_s="0.3")

    request = heard(sides, receiver, store_id, EVENT)

    assert request.at - request.body["eventCreated"] >= 0.3


def test_a_delivery_is_repeated_twenty_seven_times_within_a_day() -> None:
    minutes = [15, 30, 45, *(60 * hour for hour in range(1, 25))]

    assert [seconds // 60 for seconds in RETRY_AFTER_S] == minutes
    assert len(RETRY_AFTER_S) == 27


def test_our_own_registration_replaces_that_of_the_app(sides: Sides, receiver: Receiver) -> None:
    store_id, _, client = sides.store()
    client.create_webhook(receiver.url, [EVENT])
    receiver.forget()

    sides.outside.control("PATCH", f"/stores/{store_id}", {"plan": "Unlimited"})
    receiver.wait_for(EVENT, store_id)
    # Had the app been told as well, its delivery would stand before this one.
    client.create_webhook(receiver.url, ["profile.updated"])
    sides.outside.control("PATCH", f"/stores/{store_id}", {"name": "Else"})
    receiver.wait_for("profile.updated", store_id)

    assert receiver.types(store_id).count(EVENT) == 1
