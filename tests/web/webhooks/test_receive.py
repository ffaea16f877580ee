"""The receiver responds with 200 only after the event is committed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.models import (
    EventState,
    Merchant,
    RejectedWebhookCount,
    Store,
    WebhookEvent,
    WebhookHealth,
)
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.services.runtime import Runtime
from portal.web.webhooks.receiver import BODY_LIMIT_BYTES, HEADER_LIMIT
from tests.conftest import CLIENT_SECRET
from tests.factories import make_store
from tests.web.conftest import Connect, Ecwid, Visitor

PATH = "/webhooks/ecwid"


def event(**changes: Any) -> dict[str, Any]:
    """Return an event as Ecwid sends it."""
    values = {
        "eventId": str(uuid.uuid4()),
        "eventCreated": int(time.time()),
        "storeId": 1003,
        "entityId": 5,
        "eventType": "product.updated",
    }
    return values | changes


def signature(body: dict[str, Any], secret: str = CLIENT_SECRET) -> str:
    """Return the signature that Ecwid would send."""
    text = f"{body['eventCreated']}.{body['eventId']}"
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), hashlib.sha256)).decode()


def deliver(app: Flask, body: dict[str, Any], **headers: str) -> TestResponse:
    """Post an event, with a valid signature unless ``headers`` override it."""
    sent = {"X-Ecwid-Webhook-Signature": signature(body)} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return app.test_client().post(PATH, json=body, headers=sent)


def counted(runtime: Runtime) -> dict[str, int]:
    """Return the number of rejected webhooks by reason."""
    runtime.rejected_webhooks.flush()
    return {row.reason: row.receipts for row in RejectedWebhookCount.select()}


@pytest.mark.promise(2)
def test_genuine_event_is_stored_before_the_response(app: Flask, runtime: Runtime) -> None:
    make_store()
    body = event()

    response = deliver(app, body)

    assert response.status_code == 200
    row = WebhookEvent.get()
    assert (row.event_id, row.store_id, row.entity_id) == (body["eventId"], 1003, "5")
    assert row.state == EventState.PENDING
    runtime.arrival_recorder.flush()
    assert Store.get_by_id(1003).webhook_health == WebhookHealth.VERIFIED


def test_only_harmless_headers_are_kept(app: Flask) -> None:
    deliver(app, event(), User_Agent="Ecwid/1", Cookie="a=b", Authorization="Bearer x")

    assert WebhookEvent.get().headers == {
        "Content-Type": "application/json",
        "User-Agent": "Ecwid/1",
    }


def test_long_header_is_cut(app: Flask) -> None:
    deliver(app, event(), User_Agent="x" * 5000)

    assert len(WebhookEvent.get().headers["User-Agent"]) == HEADER_LIMIT


@pytest.mark.promise(2)
def test_event_that_cannot_be_stored_is_a_503(app: Flask, runtime: Runtime) -> None:
    runtime.database.execute_sql("DROP TABLE webhook_event")

    response = deliver(app, event())

    assert response.status_code == 503
    assert "send it again" in response.json["error"]
    assert counted(runtime) == {RejectionReason.NOT_RECORDED: 1}


@pytest.mark.promise(3)
def test_repeated_event_is_a_200_and_stored_once(app: Flask) -> None:
    body = event()
    deliver(app, body)

    again = deliver(app, body)

    assert again.status_code == 200
    assert again.json["duplicate"] is True
    assert WebhookEvent.select().count() == 1


@pytest.mark.promise(3)
@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("path", [PATH, f"{PATH}/", f"{PATH}?eventtype=product.updated"])
@pytest.mark.parametrize("event_id", [987_654_321, "987654321"])
def test_numeric_ids_put_and_a_final_slash_are_accepted_without_a_redirect(
    app: Flask, method: str, path: str, event_id: object
) -> None:
    body = event(eventId=event_id, storeId="1003", entityId="5", eventCreated=str(int(time.time())))
    headers = {"X-Ecwid-Webhook-Signature": signature(body)}

    response = app.test_client().open(path, method=method, json=body, headers=headers)

    assert response.status_code == 200
    row = WebhookEvent.get()
    assert (row.event_id, row.store_id, row.entity_id) == ("987654321", 1003, "5")


@pytest.mark.promise(3)
@pytest.mark.parametrize("given", ["", "nonsense", "QUJD", "ünïcode"])
def test_wrong_signature_is_a_401(app: Flask, given: str) -> None:
    response = deliver(app, event(), X_Ecwid_Webhook_Signature=given)

    assert response.status_code == 401
    assert WebhookEvent.select().count() == 0


def test_missing_signature_is_a_401(app: Flask) -> None:
    assert app.test_client().post(PATH, json=event()).status_code == 401


def test_replay_of_a_week_old_event_is_a_401(app: Flask) -> None:
    response = deliver(app, event(eventCreated=int(time.time()) - 7 * 24 * 3600))

    assert response.status_code == 401


@pytest.mark.promise(3)
def test_event_of_an_unknown_store_is_kept_and_counts_when_the_store_connects(
    app: Flask, browser: Visitor, ecwid: Ecwid, connect: Connect, merchant: Merchant
) -> None:
    store_id = ecwid.add_store(store_id=1003)
    accepted = deliver(app, event(eventType="application.installed", entityId="1003"))

    connect(browser, store_id)

    assert accepted.status_code == 200
    assert WebhookEvent.get().state == EventState.PENDING
    store = Store.get_by_id(1003)
    assert store.webhook_health == WebhookHealth.VERIFIED
    assert store.last_event_at == WebhookEvent.get().received_at


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", json.dumps({"eventId": "x"}).encode()],
)
def test_malformed_event_is_a_400_with_the_reason(app: Flask, body: bytes) -> None:
    response = app.test_client().post(PATH, data=body, content_type="application/json")

    assert response.status_code == 400
    assert response.json["accepted"] is False
    assert response.json["error"]


def test_other_method_is_a_405(app: Flask) -> None:
    response = app.test_client().get(PATH)

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST, PUT"
    assert response.json["error"]


@pytest.mark.parametrize("extra", [1, 1_000_000])
def test_body_over_64_kib_is_a_413(app: Flask, runtime: Runtime, extra: int) -> None:
    body = b" " * (BODY_LIMIT_BYTES + extra)

    response = app.test_client().post(PATH, data=body, content_type="application/json")

    assert BODY_LIMIT_BYTES == 64 * 1024
    assert response.status_code == 413
    assert counted(runtime) == {RejectionReason.TOO_LARGE: 1}


def test_body_of_exactly_64_kib_is_accepted(app: Flask) -> None:
    body = event(data="")
    body["data"] = "x" * (BODY_LIMIT_BYTES - len(json.dumps(body)))

    assert len(json.dumps(body)) == BODY_LIMIT_BYTES
    assert deliver(app, body).status_code == 200


@pytest.mark.promise(1)
def test_event_is_accepted_while_the_queue_server_is_unavailable(
    app: Flask, runtime: Runtime
) -> None:
    runtime.drain_waker.flush()
    runtime.redis.connection_pool.disconnect()
    runtime.redis.connection_pool.connection_kwargs["path"] = "/nowhere.sock"

    response = deliver(app, event())

    assert response.status_code == 200
    assert WebhookEvent.select().count() == 1


def test_other_urls_are_left_to_the_pages(app: Flask) -> None:
    assert app.test_client().post(f"{PATH}/more", json=event()).status_code == 404


def test_database_connection_is_closed_after_an_event(app: Flask, runtime: Runtime) -> None:
    def deliver_and_look() -> bool:
        assert deliver(app, event()).status_code == 200
        return bool(runtime.database.is_closed())

    with ThreadPoolExecutor(1) as other_thread:
        assert other_thread.submit(deliver_and_look).result(10)
