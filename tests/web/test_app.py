"""Headers, errors, probes, languages and commands of the whole app."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, request

from portal.ecwid.signature import sign
from portal.models import AlertCheck, Merchant, Store, utc_now
from portal.services.runtime import Runtime, open_runtime
from portal.web.app import create_app
from portal.web.security import transport_security
from tests.conftest import CLIENT_SECRET
from tests.factories import make_merchant, make_store
from tests.web.conftest import PASSWORD_HASH, Visitor, page_text

PAGES = ("/", "/login", "/signup", "/nothing")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_forbids_scripts_and_styles_from_elsewhere(visitor: Visitor, path: str) -> None:
    response = visitor.get(path)

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in response.headers


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_an_exception_from_the_content_policy(visitor: Visitor, path: str) -> None:
    page = visitor.get(path).text

    assert " style=" not in page
    assert " onclick=" not in page
    assert "<style" not in page
    assert all("src=" in part.partition(">")[0] for part in page.split("<script")[1:])
    assert "https://" not in page


def test_policy_allows_form_redirects_to_the_consent_page(
    visitor: Visitor, runtime: Runtime
) -> None:
    origin = runtime.settings.ecwid_oauth_url.removesuffix("/api/oauth")

    assert f"form-action 'self' {origin};" in visitor.get("/").headers["Content-Security-Policy"]


def test_only_used_features_of_browsers_are_allowed(visitor: Visitor) -> None:
    policy = visitor.get("/login").headers["Permissions-Policy"]

    allowed = {each for each in policy.split(", ") if not each.endswith("=()")}
    assert allowed == {
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
        "clipboard-write=(self)",
    }
    assert {"camera=()", "payment=()", "usb=()", "browsing-topics=()"} <= set(policy.split(", "))


@pytest.mark.parametrize(
    ("path", "has_it"),
    [
        ("/login", True),
        ("/no-such-page", True),
        ("/static/icon.svg", True),
        ("/static/js/live.js", False),
        ("/styles.css", False),
        ("/api/v1/openapi.json", False),
    ],
)
def test_features_are_forbidden_to_whatever_a_browser_shows_as_a_document(
    visitor: Visitor, path: str, has_it: bool
) -> None:
    with visitor.get(path) as response:
        assert ("Permissions-Policy" in response.headers) == has_it
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("covers_subdomains", "header"),
    [(False, "max-age=31536000"), (True, "max-age=31536000; includeSubDomains")],
)
def test_https_covers_subdomains_only_by_setting(
    runtime: Runtime, covers_subdomains: bool, header: str
) -> None:
    settings = replace(runtime.settings, env="production", hsts_subdomains=covers_subdomains)

    assert transport_security(settings).header_value == header


def test_production_requires_https(runtime: Runtime) -> None:
    settings = replace(runtime.settings, env="production", portal_url="https://portal.example")
    visitor = Visitor(create_app(replace(runtime, settings=settings)))
    merchant = make_merchant(password_hash=PASSWORD_HASH)

    page = visitor.client.get("/login", base_url="https://portal.example")
    token = page.text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    response = visitor.client.post(
        "/login",
        base_url="https://portal.example",
        headers={"Referer": "https://portal.example/login"},
        data={"csrf_token": token, "email": merchant.email, "password": "a few good words"},
    )

    cookie = response.headers.getlist("Set-Cookie")[-1]
    assert response.status_code == 303
    assert cookie.startswith("__Host-portal=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert (
        "http://"
        not in page.headers["Content-Security-Policy"].partition("img-src")[2].partition(";")[0]
    )


def test_missing_page_says_what_to_do(visitor: Visitor) -> None:
    response = visitor.get("/nothing")

    assert response.status_code == 404
    assert "Page not found" in page_text(response)
    assert "Go to home" in page_text(response)


def test_too_large_form_is_rejected(visitor: Visitor) -> None:
    response = visitor.post("/login", email="x" * 400_000)

    assert response.status_code == 413
    assert "Too much data" in page_text(response)


def test_bug_shows_an_error_page_and_is_logged(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    app.add_url_rule("/bug", view_func=lambda: 1 // 0)

    response = app.test_client().get("/bug")

    assert response.status_code == 500
    assert "Something went wrong on our side" in page_text(response)
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_unavailable_database_is_a_503_for_people_and_machines(
    runtime: Runtime, browser: Visitor, tmp_path: Path
) -> None:
    settings = replace(runtime.settings, database_url="postgresql://nobody:x@127.0.0.1:1/nothing")
    away = open_runtime(settings)
    visitor = Visitor(create_app(away))
    now = int(time.time())

    page = visitor.get("/stores")
    event = visitor.client.post(
        "/webhooks/ecwid",
        json={"eventId": "a", "eventCreated": now, "storeId": 1003, "eventType": "b"},
        headers={"X-Ecwid-Webhook-Signature": sign(CLIENT_SECRET, now, "a")},
    )
    ready = visitor.get("/readyz")

    assert page.status_code == 503
    assert "We're temporarily unavailable" in page_text(page)
    assert event.status_code == 503
    assert event.json["error"]
    assert ready.status_code == 503
    away.redis.close()
    away.http.close()


def test_probes_report_database_and_queue(visitor: Visitor, runtime: Runtime) -> None:
    assert visitor.get("/healthz").json == {"alive": True}
    assert visitor.get("/readyz").json == {"database": "ready", "queue": "ready"}


def test_probe_of_the_daemon_fails_while_it_is_silent(visitor: Visitor, runtime: Runtime) -> None:
    probe = "/healthz/daemon"
    assert visitor.get(probe).json == {"daemon": "ready"}
    AlertCheck.create(checked_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC))

    silent = visitor.get(probe)
    AlertCheck.update(checked_at=utc_now()).execute()
    again = visitor.get(probe)
    runtime.database.execute_sql("DROP TABLE alert_check")
    unknown = visitor.get(probe)

    assert (silent.status_code, silent.json["daemon"]) == (
        503,
        "silent since 2026-03-01T09:30:00+00:00",
    )
    assert (again.status_code, unknown.status_code) == (200, 503)
    assert unknown.json["daemon"].startswith("unknown (")


def test_unavailable_queue_server_keeps_the_portal_ready(
    visitor: Visitor, runtime: Runtime
) -> None:
    runtime.redis.connection_pool.disconnect()
    runtime.redis.connection_pool.connection_kwargs["path"] = "/nowhere.sock"

    response = visitor.get("/readyz")

    assert response.status_code == 200
    assert response.json["queue"].startswith("unreachable")


def test_schema_with_missing_migrations_is_not_ready(visitor: Visitor, runtime: Runtime) -> None:
    name = next(
        table for table in runtime.database.get_tables() if "migrat" in table or "history" in table
    )
    runtime.database.execute_sql(f'DELETE FROM "{name}"')

    response = visitor.get("/readyz")

    assert response.status_code == 503
    assert "0001" in response.json["database"]


def test_limits_are_counted_in_memory_while_the_queue_server_is_unavailable(
    runtime: Runtime, merchant: Merchant
) -> None:
    settings = replace(runtime.settings, redis_url="redis://127.0.0.1:1/0")
    visitor = Visitor(create_app(replace(runtime, settings=settings)))

    answers = [
        visitor.post("/login", email=merchant.email, password="wrong password").status_code
        for _ in range(6)
    ]

    assert answers == [422] * 5 + [429]


def test_start_page_redirects_merchants_to_their_stores(
    visitor: Visitor, merchant: Merchant
) -> None:
    assert "Your Ecwid store on the marketplace" in page_text(visitor.get("/"))

    visitor.sign_in(merchant)

    assert visitor.get("/").headers["Location"] == "/stores"


def test_language_without_translation_falls_back_to_english(
    visitor: Visitor, merchant: Merchant
) -> None:
    Merchant.update(locale="xx").execute()

    foreign = visitor.get("/login", headers={"Accept-Language": "fr-CH,fr;q=0.9"})
    visitor.sign_in(merchant)

    assert '<html lang="en" dir="ltr">' in foreign.text
    assert '<html lang="en" dir="ltr">' in visitor.get("/stores").text


def test_behind_a_proxy_the_forwarded_address_is_used(runtime: Runtime) -> None:
    settings = replace(runtime.settings, trusted_proxies=1)
    app = create_app(replace(runtime, settings=settings))

    @app.get("/address")
    def address() -> str:
        return f"{request.remote_addr} {request.scheme}"

    headers = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9", "X-Forwarded-Proto": "https"}
    assert app.test_client().get("/address", headers=headers).text == "203.0.113.9 https"


def test_state_without_label_is_shown_by_its_raw_name(browser: Visitor, merchant: Merchant) -> None:
    make_store(merchant, plan_level="surprising")

    assert "surprising" in page_text(browser.get(f"/stores/{Store.get().id}"))
