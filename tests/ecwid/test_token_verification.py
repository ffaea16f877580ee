"""A refused token is verified by one call; if that is refused, too, no further call is sent."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
import requests_mock
from redis import Redis

from portal.ecwid import token_verification
from portal.ecwid.errors import (
    EcwidError,
    EcwidFeatureError,
    EcwidRateLimitError,
    EcwidScopeError,
    EcwidTokenError,
)
from portal.ecwid.rate_limiter import Priority, RateLimiter
from portal.ecwid.transport import Transport, open_http
from portal.sandbox.admin_operations import add_store
from portal.sandbox.server import SandboxServer

TOKEN = "secret_of_the_store"
API = "http://ecwid.invalid/api/v3"
PRODUCTS, PROFILE = f"{API}/1003/products", f"{API}/1003/profile"
DEAD: dict[str, Any] = {"status_code": 403, "text": ""}
pytestmark = pytest.mark.promise(6)


@pytest.fixture
def http() -> Iterator[requests.Session]:
    """One connection pool."""
    with open_http() as opened:
        yield opened


@pytest.fixture
def ecwid() -> Iterator[requests_mock.Mocker]:
    """Ecwid that refuses the token everywhere."""
    with requests_mock.Mocker() as mocker:
        mocker.get(PRODUCTS, **DEAD)
        mocker.get(PROFILE, **DEAD)
        yield mocker


def process(http: requests.Session, redis: Redis) -> Transport:
    """Return a transport as in another process, which shares only Redis."""
    return Transport(
        http, API, 1003, TOKEN, RateLimiter(redis, 600).for_token(TOKEN, Priority.INTERACTIVE)
    )


def test_all_processes_together_use_a_dead_token_twice(
    http: requests.Session, redis: Redis, ecwid: requests_mock.Mocker
) -> None:
    asked, may_answer = threading.Event(), threading.Event()

    def refuse_slowly(request: object, context: Any) -> str:
        asked.set()
        may_answer.wait(10)
        context.status_code = 403
        return ""

    ecwid.get(PROFILE, text=refuse_slowly)
    with ThreadPoolExecutor(9) as pool:
        calls = [pool.submit(process(http, redis).get, "/products")]
        assert asked.wait(10)
        calls += [
            pool.submit(process(http, redis).get, path)
            for path in ("/products", "/orders", "/profile", "/profile") * 2
        ]
        may_answer.set()
        errors = [call.exception() for call in calls]

    assert {type(error) for error in errors} == {EcwidTokenError}
    assert [call.path for call in ecwid.request_history] == [
        "/api/v3/1003/products",
        "/api/v3/1003/profile",
    ]


@pytest.mark.parametrize("path", ["/products", "/profile"])
def test_concurrent_callers_use_a_dead_token_twice(
    http: requests.Session, redis: Redis, sandbox: SandboxServer, path: str
) -> None:
    store_id = add_store(sandbox.parts, {})
    sandbox.parts.switches.set("latency_ms", "100")

    def call(priority: Priority) -> None:
        token_limiter = RateLimiter(redis, 600).for_token(TOKEN, priority)
        with pytest.raises(EcwidTokenError):
            Transport(http, f"{sandbox.url}/api/v3", store_id, TOKEN, token_limiter).get(path)

    with ThreadPoolExecutor(8) as pool:
        for caller in [pool.submit(call, priority) for priority in list(Priority) * 4]:
            caller.result()

    assert sandbox.parts.access.dead_token_counts[store_id, TOKEN] == 2


def test_next_call_waits_only_for_the_headers_of_a_response(
    http: requests.Session, redis: Redis, ecwid: requests_mock.Mocker
) -> None:
    read = threading.Event()

    class SlowBody(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert read.wait(10)
            return super().read(size)

    ecwid.get(PRODUCTS, body=SlowBody(b"{}"))
    ecwid.get(PROFILE, json={"lives": True})
    with ThreadPoolExecutor(1) as pool:
        long_page = pool.submit(process(http, redis).get, "/products")

        assert process(http, redis).get("/profile") == {"lives": True}
        assert not long_page.done()
        read.set()
        assert long_page.result() == {}


@pytest.mark.parametrize(
    "profile",
    [
        {"json": {}},
        {"status_code": 402, "json": {"errorCode": "STORE_IS_SUSPENDED"}},
        {"status_code": 403, "json": {"errorCode": "INSUFFICIENT_APP_SCOPE"}},
    ],
    ids=["well", "suspended", "scope"],
)
def test_token_stays_usable_after_a_single_endpoint_refuses(
    http: requests.Session, redis: Redis, ecwid: requests_mock.Mocker, profile: dict[str, Any]
) -> None:
    ecwid.get(f"{API}/1003/webhooks", **DEAD)
    ecwid.get(PROFILE, **profile)
    ecwid.get(PRODUCTS, json={})
    with pytest.raises(EcwidTokenError):
        process(http, redis).get("/webhooks")

    assert process(http, redis).get("/products") == {}


@pytest.mark.parametrize(
    ("answer", "kind", "scope"),
    [
        ({"reason": "Access denied for scope read_catalog"}, EcwidScopeError, "read_catalog"),
        ({"json": {"errorMessage": "Missing permission"}}, EcwidScopeError, None),
        ({"json": {"errorMessage": "create_orders is needed"}}, EcwidScopeError, "create_orders"),
        ({"reason": "This feature is not available"}, EcwidFeatureError, None),
        ({"json": {"errorMessage": "Upgrade the plan"}}, EcwidFeatureError, None),
        ({"reason": "Forbidden"}, EcwidTokenError, None),
        (
            {"json": {"errorCode": "INVALID_API_TOKEN", "errorMessage": "no such scope"}},
            EcwidTokenError,
            None,
        ),
    ],
)
def test_words_of_a_403_without_a_code_count_once_the_profile_is_readable(
    http: requests.Session,
    redis: Redis,
    ecwid: requests_mock.Mocker,
    answer: dict[str, Any],
    kind: type[EcwidError],
    scope: str | None,
) -> None:
    ecwid.get(PRODUCTS, status_code=403, **answer)
    ecwid.get(PROFILE, json={})

    with pytest.raises(EcwidError) as refused:
        process(http, redis).get("/products")

    assert type(refused.value) is kind
    assert getattr(refused.value, "scope", None) == scope
    assert [call.path for call in ecwid.request_history][1:] == ["/api/v3/1003/profile"]


def test_words_of_a_403_do_not_count_while_the_profile_is_refused(
    http: requests.Session, redis: Redis, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PRODUCTS, status_code=403, reason="Access denied for scope read_catalog")

    with pytest.raises(EcwidTokenError):
        process(http, redis).get("/products")


def test_callers_wait_until_the_mark_expires_if_verification_gets_no_response(
    http: requests.Session,
    redis: Redis,
    ecwid: requests_mock.Mocker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.ecwid.rate_limiter.MAX_WAIT_S", dict.fromkeys(Priority, 0.05))
    ecwid.get(PROFILE, status_code=502)
    with pytest.raises(EcwidTokenError):
        process(http, redis).get("/products")

    with pytest.raises(EcwidRateLimitError):
        process(http, redis).get("/products")

    assert ecwid.call_count == 2
    lapse = max(redis.pttl(key) for key in redis.keys("portal:*[bt]*:*"))
    assert 0 < lapse <= token_verification.SUSPECT_TTL_S * 1000


def test_late_429_does_not_revive_a_dead_token(
    http: requests.Session, redis: Redis, ecwid: requests_mock.Mocker
) -> None:
    transport = process(http, redis)
    with pytest.raises(EcwidTokenError):
        transport.get("/products")
    assert transport.rate_limiter is not None

    transport.rate_limiter.block(1)

    assert redis.pttl(token_verification.BLOCK_PREFIX + transport.rate_limiter.key) > 10_000
    transport.rate_limiter.mark_valid()
    assert transport.rate_limiter.acquire() == 0


def test_process_remembers_a_dead_token_without_redis(
    http: requests.Session, ecwid: requests_mock.Mocker
) -> None:
    with Redis.from_url("redis://127.0.0.1:1") as away:
        transport = process(http, away)
        errors: list[EcwidError] = []
        for _ in range(3):
            with pytest.raises(EcwidTokenError) as raised:
                transport.get("/products")
            errors.append(raised.value)
        assert ecwid.call_count == 2
        assert transport.rate_limiter is not None

        transport.rate_limiter.mark_valid()

        with pytest.raises(EcwidTokenError):
            transport.get("/products")
    assert ecwid.call_count == 4
