"""Requests for other hosts than the portal's get 400, whatever they ask for."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from portal.ecwid.signature import sign
from portal.models import RejectedWebhookCount, SecurityEvent, WebhookEvent
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.services.runtime import Runtime
from portal.web.app import create_app
from portal.web.trusted_hosts import host_name, trusted_hosts
from tests.conftest import CLIENT_SECRET
from tests.web.conftest import Visitor

OWN = "portal.example"


@pytest.fixture
def portal_database_url(sqlite_database_url: str) -> str:
    """URL of an SQLite database; no SQL differs."""
    return sqlite_database_url


@pytest.fixture
def runtime_in_production(runtime: Runtime) -> Runtime:
    """A portal at https://portal.example behind a proxy."""
    settings = replace(
        runtime.settings, env="production", portal_url=f"https://{OWN}", trusted_proxies=1
    )
    return replace(runtime, settings=settings)


@pytest.fixture
def production(runtime_in_production: Runtime) -> Visitor:
    """A browser of that portal."""
    return Visitor(create_app(runtime_in_production))


@pytest.mark.parametrize("path", ["/login", "/", "/nothing", "/api/v1/me", "/static/icon.svg"])
@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "portal.example.evil.example", ""])
def test_request_for_another_host_is_refused(production: Visitor, host: str, path: str) -> None:
    response = production.get(path, headers={"Host": host})

    assert response.status_code == 400
    assert response.text == "This is not an address of the portal. Use https://portal.example\n"
    assert response.mimetype == "text/plain"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Request-Id"]


@pytest.mark.parametrize(
    ("forwarded", "network"),
    [
        ("198.51.100.1, 203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.7", "203.0.113.0/24"),
        ("", "127.0.0.0/24"),
    ],
)
def test_refusal_is_a_security_event_of_the_senders_network(
    runtime_in_production: Runtime, production: Visitor, forwarded: str, network: str
) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-For": forwarded}
    production.get("/login", headers=headers)
    production.client.post("/webhooks/ecwid", headers=headers)
    runtime_in_production.security_events.flush()

    [event] = SecurityEvent.select()
    assert (event.kind, event.network, event.count) == ("host_refused", network, 1)


def test_refusal_of_a_head_request_has_no_body(production: Visitor) -> None:
    response = production.client.head("/login", headers={"Host": "evil.example"})

    assert (response.status_code, response.data) == (400, b"")


@pytest.mark.parametrize("host", [OWN, "PORTAL.example", f"{OWN}:443", f"{OWN}:8443"])
def test_request_for_the_portals_host_is_served(production: Visitor, host: str) -> None:
    assert production.get("/login", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/healthz/daemon", "/readyz"])
def test_probe_is_answered_for_every_host(production: Visitor, path: str) -> None:
    assert production.get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_webhook_for_another_host_is_refused_and_counted(
    production: Visitor, runtime: Runtime
) -> None:
    now = int(time.time())
    response = production.client.post(
        "/webhooks/ecwid",
        json={"eventId": "a", "eventCreated": now, "storeId": 1003, "eventType": "order.created"},
        headers={
            "Host": "evil.example",
            "X-Ecwid-Webhook-Signature": sign(CLIENT_SECRET, now, "a"),
        },
    )
    runtime.rejected_webhooks.flush()

    assert response.status_code == 400
    assert WebhookEvent.select().count() == 0
    assert [row.reason for row in RejectedWebhookCount] == [RejectionReason.WRONG_HOST]


def test_forwarded_host_is_never_used(production: Visitor) -> None:
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}

    refused = production.get("/login", headers={"Host": "evil.example", "X-Forwarded-Host": OWN})
    problem = production.get("/api/v1/nothing", headers={"Host": OWN, **forwarded})

    assert refused.status_code == 400
    assert problem.json["type"].startswith(f"https://{OWN}/")


def test_development_also_serves_the_names_of_this_machine(runtime: Runtime) -> None:
    settings = replace(runtime.settings, portal_url="http://pörtal.example")

    assert trusted_hosts(settings) == {
        "xn--prtal-jua.example", "127.0.0.1", "localhost", "::1"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("portal.example", "portal.example"),
        ("[::1]:8000", "::1"),
        ("[::1]", "::1"),
        ("portal.example:", ""),
        ("portal.example:80:80", ""),
        ("portal.example,evil.example", ""),
        ("ada@portal.example", ""),
        ("portal.example/evil", ""),
        (" portal.example", ""),
        ("portal.example\n", ""),
    ],
)
def test_name_is_read_without_its_port(header: str, name: str) -> None:
    assert host_name(header) == name
