"""A channel sends test events to its endpoints by the API, and reads their outcomes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.models import AuditLogEntry
from portal.rules.api_keys.token_bucket import BucketLimit
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.outbound_webhooks.dispatcher import dispatch_due
from portal.services.runtime import Runtime
from portal.web.api.views import webhook_deliveries
from tests.channel import Channel, open_channel
from tests.web.api.conftest import Caller

HOOK = {"name": "W", "event_types": ["store.connected"]}


@pytest.fixture
def receiver() -> Iterator[Channel]:
    """A program that accepts everything."""
    with open_channel() as opened:
        yield opened


@pytest.fixture
def endpoint(market: Caller, receiver: Channel) -> str:
    """Path of an endpoint of the channel at the receiver."""
    made = market.post("/webhook-endpoints", HOOK | {"url": receiver.url}).json
    return f"/webhook-endpoints/{made['endpoint']['id']}"


def test_test_event_is_sent_and_its_outcome_read(
    runtime: Runtime, market: Caller, endpoint: str, receiver: Channel
) -> None:
    sent = market.post(f"{endpoint}/test", {"type": "submission.rejected"})
    place = sent.headers["Location"].partition("/api/v1")[2]
    dispatch_due(runtime)

    assert (sent.status_code, sent.headers["Retry-After"]) == (202, "1")
    assert (sent.json["state"], sent.json["test"]) == ("waiting", True)
    outcome = market.get(place).json
    assert (outcome["state"], outcome["attempts"], outcome["error"]) == ("delivered", 1, None)
    (taken,) = receiver.taken
    assert (taken.payload["type"], taken.payload["test"]) == ("submission.rejected", True)
    assert taken.payload["data"]["codes"] == ["out_of_stock"]
    assert taken.uid == outcome["event_id"]
    noted = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).get()
    assert (noted.action, noted.after) == ("endpoint.tested", {"type": "submission.rejected"})


def test_failure_is_reported_with_its_reason(
    runtime: Runtime, market: Caller, endpoint: str, receiver: Channel
) -> None:
    receiver.status = 500
    market.post(f"{endpoint}/pause")

    place = market.post(f"{endpoint}/test", {"type": "ping"}).headers["Location"]
    dispatch_due(runtime)

    outcome = market.get(place.partition("/api/v1")[2]).json
    assert (outcome["state"], outcome["error"]) == ("failed", "http 500")
    assert market.get(endpoint).json["failures"] == 0


def test_documented_events_are_the_types_that_can_be_sent(market: Caller) -> None:
    document = market.get("/openapi.json").json

    body = document["components"]["schemas"]["NewTestEvent"]["properties"]["type"]
    assert body == {"$ref": "#/components/schemas/OutboundEventType"}
    types = document["components"]["schemas"]["OutboundEventType"]["enum"]
    assert set(types) == set(document["webhooks"]) == set(OutboundEventType)


def test_unknown_type_and_more_than_ten_at_once_are_refused(
    market: Caller, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One more a minute, so that none becomes possible during the test.
    monkeypatch.setattr(webhook_deliveries, "TEST_EVENTS", BucketLimit(per_minute=1, burst=10))
    wrong = market.post(f"{endpoint}/test", {"type": "unicorn.born"})
    answers = [market.post(f"{endpoint}/test", {"type": "ping"}) for _ in range(11)]

    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "type")
    assert [answer.status_code for answer in answers] == [202] * 9 + [429] * 2
    assert answers[-1].json["code"] == "rate_limited"
    assert answers[0].headers["RateLimit-Policy"].startswith('"test-events";q=10;w=600, "key";')
    assert answers[-1].headers["RateLimit"].startswith('"test-events";r=0;')


@pytest.mark.promise(9)
def test_other_channels_neither_send_nor_read(
    market: Caller, caller: Caller, endpoint: str
) -> None:
    place = market.post(f"{endpoint}/test", {"type": "ping"}).headers["Location"]

    assert caller.post(f"{endpoint}/test", {"type": "ping"}).status_code == 404
    assert caller.get(place.partition("/api/v1")[2]).status_code == 404
    assert market.get(f"{endpoint}/deliveries/99").status_code == 404
