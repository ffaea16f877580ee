"""Rate limits: what they count as one caller, and that their cost doesn't depend on the caller."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import structlog
from flask import Flask, g, request
from redis import Redis

from portal.models import Merchant
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import create_key
from portal.services.runtime import Runtime
from portal.web.anonymous_limit import ANONYMOUS_BY_ADDRESS
from portal.web.limits import limiter
from tests.redis_memory import full_redis
from tests.web.conftest import Visitor, page_text
from tests.web.log_lines import logged

HUGE = "ada@" + "x" * 250_000
KEY_LIMIT = 400


def key_functions(app: Flask) -> Iterator[tuple[str, Any]]:
    """Yield the function of each limit's key, with the name of what it limits."""
    manager = limiter.limit_manager
    for limits in (manager._decorated_limits, manager._blueprint_limits):
        for name, groups in limits.items():
            for group in groups:
                yield name, group.key_function


def test_no_key_of_a_limit_grows_with_what_is_sent(app: Flask, merchant: Merchant) -> None:
    names = set()
    made = create_key(merchant, "ERP", KeyScope)
    assert made is not None
    key = made.key
    sent: dict[str, Any] = {
        "data": {"email": HUGE},
        "query_string": {"q": HUGE},
        "headers": {"Authorization": f"Bearer {HUGE}", "X-Forwarded-For": HUGE},
        "environ_overrides": {"REMOTE_ADDR": HUGE},
    }

    for name, key_function in key_functions(app):
        with app.test_request_context("/login", method="POST", **sent):
            request.view_args = {"endpoint_id": 1}
            g.api_key = key
            assert len(key_function()) < KEY_LIMIT, name
        names.add(name)

    assert len(names) > 80


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.8", False),
    ],
)
def test_addresses_of_one_network_have_one_limit(
    app: Flask, one: str, other: str, are_one: bool
) -> None:
    first, second = Visitor(app), Visitor(app)
    first.client.environ_base["REMOTE_ADDR"] = one
    second.client.environ_base["REMOTE_ADDR"] = other
    for number in range(10):
        first.post("/signup", email=f"no address {number}")

    assert second.post("/signup", email="no address").status_code == (429 if are_one else 422)


def test_wrong_sign_ins_with_huge_fields_cost_little(
    app: Flask, visitor: Visitor, redis: Redis, log_output: StringIO
) -> None:
    before = redis.info("memory")["used_memory_dataset"]

    answers = [
        visitor.post("/login", email=f"{number}{HUGE}"[:120_000], password="y" * 120_000)
        for number in range(40)
    ]

    assert {answer.status_code for answer in answers} == {422, 429}
    assert "Use at most 254 characters." in page_text(answers[0])
    assert max(len(answer.data) for answer in answers) < 20_000
    assert len(log_output.getvalue()) / len(answers) < 1_000
    assert "xxxx" not in log_output.getvalue()
    assert redis.info("memory")["used_memory_dataset"] - before < 100_000


def test_exceeded_limit_is_logged_without_its_key(
    visitor: Visitor, log_output: StringIO, merchant: Merchant
) -> None:
    visitor.client.environ_base["REMOTE_ADDR"] = "2001:db8:1:2::3"
    for _ in range(4):
        visitor.post("/forgot", email=merchant.email)

    [line] = [line for line in logged(log_output) if line["event"] == "rate_limit.exceeded"]
    assert (line["endpoint"], line["limit"]) == ("accounts.send_reset", "3 per 1 hour")
    assert line["network"] == "2001:db8:1::/48"
    assert merchant.email not in log_output.getvalue()
    assert "2001:db8:1:2" not in log_output.getvalue()


def test_names_of_counters_in_redis_are_digests(visitor: Visitor, redis: Redis) -> None:
    for _ in range(2):
        visitor.post("/forgot", email="ada@example.com")

    names = [key.decode() for key in redis.keys("portal:limit:*")]
    assert len(names) == 3
    assert {len(name.rpartition(":")[2]) for name in names} == {32}
    assert all(0 < redis.ttl(name) <= 3_600 for name in names)


def test_limits_count_in_memory_while_redis_is_full(visitor: Visitor, runtime: Runtime) -> None:
    visitor.post("/forgot", email="ada@example.com")
    with full_redis(runtime.redis):
        answers = [visitor.post("/forgot", email="ada@example.com") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 3_000


@pytest.fixture
def crowded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """An anonymous browser whose network has used up its requests."""
    monkeypatch.setattr(ANONYMOUS_BY_ADDRESS, "amount", 2)
    visitor = Visitor(app)
    visitor.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert [visitor.get(path).status_code for path in ("/nowhere", "/healthz")] == [404, 200]
    return visitor


@pytest.mark.parametrize(
    "path", ["/", "/login", "/healthz", "/readyz", "/nowhere", "/api/v1/nowhere", "/api/docs"]
)
def test_anonymous_paths_are_limited_by_address(crowded: Visitor, path: str) -> None:
    refused = crowded.get(path)

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_people_files_webhooks_and_this_machine_are_not_limited_with_strangers(
    crowded: Visitor, app: Flask, merchant: Merchant
) -> None:
    nearby = {"REMOTE_ADDR": "203.0.113.9"}
    signed_in = Visitor(app).force_login(merchant)
    local = Visitor(app)

    assert crowded.get("/static/favicon.svg").status_code in {200, 404}
    assert crowded.client.post("/webhooks/ecwid", json={}).status_code in {400, 401}
    assert signed_in.get("/stores", environ_overrides=nearby).status_code == 200
    assert [local.get("/healthz").status_code for _ in range(3)] == [200] * 3


def test_invented_keys_have_no_limit_of_their_own(app: Flask, runtime: Runtime) -> None:
    client = app.test_client()

    remaining = [
        client.get(
            "/api/v1/openapi.json", headers={"Authorization": f"Bearer mp_00_{number}"}
        ).headers["RateLimit"]
        for number in range(2)
    ]

    assert [text.split(";")[:2] for text in remaining] == [
        ['"address"', "r=59"],
        ['"address"', "r=58"],
    ]


def test_anonymous_requests_are_served_without_a_pause_while_redis_is_unreachable(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = limiter.storage.storage.connection_pool  # type: ignore[attr-defined]
    pool.disconnect()
    monkeypatch.setattr(
        pool, "connection_kwargs", pool.connection_kwargs | {"path": "/nowhere.sock"}
    )
    visitor = Visitor(app)
    visitor.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"

    with structlog.testing.capture_logs() as lines:
        statuses = [visitor.get("/healthz").status_code for _ in range(3)]

    assert statuses == [200] * 3
    assert [line["event"] for line in lines] == ["anonymous_limit.redis_unavailable"]
