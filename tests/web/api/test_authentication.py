"""API keys: stores, scopes, lifetime and rate limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from redis import Redis

from portal.config import Settings
from portal.models import ApiKey, Membership, Merchant, Store, utc_now
from portal.rules.api_keys.allowed_networks import parse_networks
from portal.rules.api_keys.key_limits import KeyLimits
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import create_key, revoke_key, rotate_key
from portal.services.api_keys.suspend_keys import suspend_key
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.factories import make_merchant, make_store
from tests.web.api.conftest import Caller, make_key_text

CALLS = 40


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with few calls at once, and no more of them during a test."""
    return replace(settings, api_requests_per_minute=1, api_burst=CALLS)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("", "key_missing"),
        ("Basic bXA6eA==", "key_missing"),
        ("Bearer ", "key_missing"),
        ("Bearer nonsense", "key_unknown"),
        ("Bearer mp_000000000000_x", "key_unknown"),
    ],
)
def test_call_without_a_valid_key_is_a_401(app: Flask, store: Store, sent: str, code: str) -> None:
    answer = app.test_client().get("/api/v1/stores", headers={"Authorization": sent})

    assert (answer.status_code, answer.json["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.mimetype == "application/problem+json"


@pytest.mark.promise(9)
def test_key_has_access_to_its_store_or_all_stores_of_its_merchant_only(
    app: Flask, merchant: Merchant, store: Store
) -> None:
    second = make_store(merchant, id=1004, name="Second")
    make_store(make_merchant(email="eve@example.com"), id=2004)
    of_one, of_all = (
        Caller(app, make_key_text(merchant, store=store)),
        Caller(app, make_key_text(merchant)),
    )

    assert [item["id"] for item in of_one.get("/stores").json["items"]] == [1003]
    assert [item["id"] for item in of_all.get("/stores").json["items"]] == [1003, 1004]
    assert of_all.get("/stores/1004").json["name"] == "Second"
    for caller, hidden in ((of_one, 1004), (of_one, 2004), (of_all, 2004), (of_all, 5)):
        answer = caller.get(f"/stores/{hidden}/products")
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")

    Membership.delete().where(Membership.store == second).execute()
    assert of_all.get("/stores/1004").status_code == 404


def test_key_is_limited_to_its_scopes(app: Flask, merchant: Merchant, store: Store) -> None:
    caller = Caller(app, make_key_text(merchant, KeyScope.READ_CATALOG))

    assert caller.get("/stores/1003/products").status_code == 200
    refused = caller.get("/stores/1003/orders")
    assert (refused.status_code, refused.json["code"]) == (403, "scope_missing")
    assert "read_orders" in refused.json["detail"]
    assert caller.post("/stores/1003/runs", {"resource": "products"}).status_code == 403


def test_rotated_key_works_for_another_day_and_revoked_key_stops_at_once(
    app: Flask, merchant: Merchant, store: Store
) -> None:
    old = Caller(app, make_key_text(merchant))
    (key,) = ApiKey.select()
    made = rotate_key(merchant, key.id)
    assert made is not None
    new = Caller(app, made.text)

    assert [old.get("/stores").status_code, new.get("/stores").status_code] == [200, 200]

    ApiKey.update(previous_expires_at=utc_now() - timedelta(seconds=1)).execute()
    assert [old.get("/stores").status_code, new.get("/stores").status_code] == [401, 200]

    revoke_key(merchant, key.id)
    assert new.get("/stores").status_code == 401


def refusal(caller: Caller, **environ: str) -> tuple[int, str]:
    """Return status and code of a refused call from an address."""
    answer = caller.send("GET", "/stores", environ_base=environ)
    return answer.status_code, answer.json["code"]


def test_expired_or_suspended_key_is_refused_with_the_reason_only_to_who_has_its_secret(
    app: Flask, merchant: Merchant, store: Store
) -> None:
    made = create_key(merchant, "old", KeyScope, limits=KeyLimits(utc_now()))
    assert made is not None
    guesser = Caller(app, f"{made.key.shown_prefix}_guess")

    assert refusal(Caller(app, made.text)) == (401, "key_expired")
    assert refusal(guesser) == (401, "key_unknown")
    suspend_key(merchant, made.key.id)
    assert refusal(Caller(app, made.text)) == (403, "key_suspended")
    assert refusal(guesser) == (401, "key_unknown")
    assert ApiKey.get().last_used_at is None


def test_key_works_from_its_networks_only(app: Flask, merchant: Merchant, store: Store) -> None:
    limits = KeyLimits(networks=parse_networks(["203.0.113.0/24", "2001:db8::/32"]))
    made = create_key(merchant, "ERP", KeyScope, limits=limits)
    assert made is not None
    caller = Caller(app, made.text)

    for address in ("203.0.113.7", "2001:db8::7", "::ffff:203.0.113.9"):
        answer = caller.send("GET", "/stores", environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == 200
    assert ApiKey.get().last_used_from == "203.0.113.0/24"
    refused = caller.send("GET", "/stores", environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert (refused.status_code, refused.json["code"]) == (403, "address_not_allowed")
    assert "203.0.113" not in refused.text
    assert refused.headers["RateLimit"].startswith('"refused-key";r=59;')


def test_networks_of_a_key_count_for_the_client_behind_trusted_proxies_only(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    limits = KeyLimits(networks=parse_networks(["203.0.113.0/24"]))
    made = create_key(merchant, "ERP", KeyScope, limits=limits)
    assert made is not None
    statuses = {}

    for count in (0, 1):
        proxied = replace(runtime, settings=replace(runtime.settings, trusted_proxies=count))
        caller = Caller(create_app(proxied), made.text)
        for claimed in ("203.0.113.7", "203.0.113.7, 198.51.100.9"):
            answer = caller.get("/stores", X_Forwarded_For=claimed)
            statuses[count, claimed] = answer.status_code

    assert statuses == {
        (0, "203.0.113.7"): 403,
        (0, "203.0.113.7, 198.51.100.9"): 403,
        (1, "203.0.113.7"): 200,
        (1, "203.0.113.7, 198.51.100.9"): 403,
    }


def test_last_use_is_stored_to_the_minute(caller: Caller, store: Store) -> None:
    caller.get("/stores")
    used_at = ApiKey.get().last_used_at
    caller.get("/stores")

    assert utc_now() - used_at < timedelta(minutes=1)
    assert ApiKey.get().last_used_at == used_at


def test_rate_limit_of_one_key_does_not_affect_another(
    caller: Caller, app: Flask, merchant: Merchant, store: Store
) -> None:
    statuses = [caller.get("/stores").status_code for _ in range(CALLS + 1)]
    refused = caller.get("/stores")

    assert statuses == [200] * CALLS + [429]
    assert refused.json["code"] == "rate_limited"
    assert int(refused.headers["Retry-After"]) > 0
    assert Caller(app, make_key_text(merchant)).get("/stores").status_code == 200


def test_both_secrets_of_a_rotated_key_have_one_limit(
    caller: Caller, app: Flask, merchant: Merchant, store: Store
) -> None:
    made = rotate_key(merchant, ApiKey.get().id)
    assert made is not None
    new = Caller(app, made.text)

    statuses = [each.get("/stores").status_code for each in (caller, new) for _ in range(21)]

    assert statuses == [200] * CALLS + [429] * 2


def test_guessing_different_keys_is_rate_limited(app: Flask, store: Store) -> None:
    statuses = {Caller(app, f"mp_00_{n}").get("/stores").status_code for n in range(61)}

    assert statuses == {401, 429}


def test_guessed_keys_leave_one_counter_whatever_is_sent(
    app: Flask, store: Store, redis: Redis
) -> None:
    def keys_after(calls: int) -> int:
        for number in range(calls):
            Caller(app, f"mp_{number}_{'x' * 500}").get("/stores/1003")
        return int(redis.dbsize())

    assert keys_after(20) == keys_after(1)
