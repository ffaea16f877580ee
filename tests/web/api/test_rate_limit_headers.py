"""Responses of the API report the limits that counted the call."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from redis import Redis
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from portal.config import Settings
from portal.models import Merchant, Store
from portal.services.runtime import Runtime
from portal.web.app import create_app
from portal.web.limits import limiter
from tests.web.api.conftest import Caller, make_key_text

QUOTA = 3


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with few calls at once, and no more of them during a test."""
    return replace(settings, api_requests_per_minute=1, api_burst=QUOTA)


def remaining(answer: TestResponse) -> list[tuple[str, int, int]]:
    """Return name, remaining calls and seconds to the next one of each limit."""
    found = []
    for item in answer.headers["RateLimit"].split(", "):
        name, calls, seconds = item.split(";")
        found.append(
            (name.strip('"'), int(calls.removeprefix("r=")), int(seconds.removeprefix("t=")))
        )
    return found


def test_each_call_reports_the_calls_that_remain_until_none_is_left(
    caller: Caller, store: Store
) -> None:
    answers = [caller.get("/stores/1003/products") for _ in range(QUOTA + 1)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"store";q=3;w=180'}
    found = [remaining(answer) for answer in answers]
    assert [[(name, calls) for name, calls, _ in limits] for limits in found] == [
        [("store", 2)],
        [("store", 1)],
        [("store", 0)],
        [("store", 0)],
    ]
    assert all(50 <= seconds <= 60 for limits in found for _, _, seconds in limits)


def test_only_the_refused_call_says_how_long_to_wait(caller: Caller, store: Store) -> None:
    with capture_logs() as logs:
        answers = [caller.get("/stores") for _ in range(QUOTA + 1)]

    assert [each["buckets"] for each in logs if each["event"] == "rate_limit.exceeded"] == [["1"]]
    assert ["Retry-After" in answer.headers for answer in answers] == [False] * QUOTA + [True]
    refused = answers[-1]
    [(name, _, seconds)] = remaining(refused)
    assert (name, refused.json["code"]) == ("key", "rate_limited")
    assert int(refused.headers["Retry-After"]) == refused.json["retry_after_s"] == seconds


def test_not_modified_and_invalid_calls_count_too(caller: Caller, store: Store) -> None:
    etag = caller.get("/stores").headers["ETag"]
    unchanged = caller.get("/stores", If_None_Match=etag)
    invalid = caller.get("/stores?color=red")

    assert (unchanged.status_code, invalid.status_code) == (304, 422)
    assert [remaining(each)[0][1] for each in (unchanged, invalid)] == [1, 0]


def test_call_with_a_wrong_key_reports_the_limit_of_refused_keys(app: Flask, store: Store) -> None:
    wrong = Caller(app, "mp_00_nonsense")

    answers = [wrong.get("/stores") for _ in range(2)]

    assert answers[1].headers["RateLimit-Policy"] == '"refused-key";q=60;w=60'
    assert [(name, calls) for name, calls, _ in remaining(answers[1])] == [("refused-key", 58)]


def test_document_is_limited_by_address_whatever_key_is_sent(app: Flask, store: Store) -> None:
    answers = [Caller(app, f"mp_00_{n}").get("/openapi.json") for n in range(2)]

    assert [remaining(answer)[0][:2] for answer in answers] == [("address", 59), ("address", 58)]


def test_limits_are_left_out_if_redis_stops_during_the_call(
    app: Flask, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve = app.view_functions["api.openapi"]
    pool = limiter.storage.storage.connection_pool  # type: ignore[attr-defined]

    def stop_redis() -> ResponseReturnValue:
        answer = serve()
        pool.disconnect()
        pool.reset()
        lost = pool.connection_kwargs | {"path": "/nowhere.sock"}
        monkeypatch.setattr(pool, "connection_kwargs", lost)
        return answer

    app.view_functions["api.openapi"] = stop_redis

    answer = caller.get("/openapi.json")

    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers


def test_key_is_limited_by_each_process_while_redis_is_away(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    with Redis.from_url("redis://127.0.0.1:1/0") as unreachable:
        alone = Caller(create_app(replace(runtime, redis=unreachable)), make_key_text(merchant))
        answers = [alone.get("/stores") for _ in range(QUOTA + 1)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert remaining(answers[0])[0][:2] == ("key", 2)
