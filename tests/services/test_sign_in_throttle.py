"""Counts of failed sign-ins in Redis: exact, bounded, and without a trace of what was typed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog
from redis import Redis

from portal.rules.accounts.sign_in_throttle import Origin
from portal.services import sign_in_throttle
from portal.services.accounts.sign_up import email_key
from portal.services.sign_in_throttle import CODE, PASSWORD, SignInThrottle
from tests.redis_memory import full_redis

EMAIL = "ada@example.com"
ATTACKER, OWNER = Origin("203.0.113.0/24"), Origin("198.51.100.0/24")


@pytest.fixture
def throttle(redis: Redis) -> SignInThrottle:
    """The throttle of one process."""
    return SignInThrottle(redis, "secret")


def exhaust(throttle: SignInThrottle, kind: str = PASSWORD) -> None:
    """Send wrong passwords until the attacker has to wait."""
    while throttle.begin(kind, EMAIL, ATTACKER) == 0:
        pass


def test_all_processes_count_together(throttle: SignInThrottle, redis: Redis) -> None:
    exhaust(throttle)

    other = SignInThrottle(redis, "secret")

    assert 0 < other.begin(PASSWORD, EMAIL, ATTACKER) <= 30
    assert other.begin(PASSWORD, EMAIL, OWNER) == 0
    assert other.begin(CODE, EMAIL, ATTACKER) == 0


def test_tries_at_the_same_time_are_not_checked_beyond_the_limit(
    throttle: SignInThrottle,
) -> None:
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: throttle.begin(PASSWORD, EMAIL, ATTACKER), range(16)))

    assert waits.count(0) == 5


def test_right_password_gives_the_caller_all_free_tries_back(throttle: SignInThrottle) -> None:
    for _ in range(20):
        assert throttle.begin(PASSWORD, EMAIL, OWNER) == 0
        throttle.succeed(PASSWORD, EMAIL, OWNER)


def test_cleared_account_waits_no_longer(throttle: SignInThrottle) -> None:
    exhaust(throttle)
    exhaust(throttle, CODE)

    assert throttle.clear(EMAIL, PASSWORD)

    assert throttle.begin(PASSWORD, EMAIL, ATTACKER) == 0
    assert throttle.begin(CODE, EMAIL, ATTACKER) > 0
    assert throttle.clear(EMAIL)
    assert not throttle.clear(EMAIL)


def test_any_number_of_addresses_makes_a_bounded_number_of_keys(
    throttle: SignInThrottle, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in_throttle, "BUCKETS", 8)

    for number in range(60):
        throttle.begin(PASSWORD, f"person-{number}@example.com", Origin(str(number)))

    keys = redis.keys()
    assert len(keys) <= 8
    assert all(0 < redis.ttl(key) < 86_400 for key in keys)
    fields = [redis.hlen(key) for key in keys]
    assert max(fields) <= 21, "one network each, until all networks together have to wait"


def test_redis_has_neither_the_address_nor_the_network(
    throttle: SignInThrottle, redis: Redis
) -> None:
    throttle.begin(PASSWORD, EMAIL, ATTACKER)

    [key] = redis.keys()
    stored = f"{key.decode()} {redis.hgetall(key)}"
    assert "ada" not in stored
    assert "203.0.113" not in stored


def test_process_counts_alone_while_redis_is_full(throttle: SignInThrottle, redis: Redis) -> None:
    with full_redis(redis), structlog.testing.capture_logs() as lines:
        exhaust(throttle)
        assert throttle.begin(PASSWORD, EMAIL, ATTACKER) > 0
        throttle.succeed(PASSWORD, EMAIL, ATTACKER)
        assert throttle.begin(PASSWORD, EMAIL, ATTACKER) == 0
        assert throttle.clear(EMAIL)

    assert redis.keys() == []
    assert {line["event"] for line in lines} == {"sign_in_throttle.redis_unavailable"}


def test_process_counts_alone_while_redis_is_unreachable() -> None:
    throttle = SignInThrottle(Redis(unix_socket_path="/nowhere.sock"), "secret")

    exhaust(throttle)

    assert throttle.begin(PASSWORD, EMAIL, ATTACKER) > 0
    assert throttle.clear(EMAIL)


@pytest.mark.parametrize(
    "spelling",
    [
        "ADA@example.com",
        "  ada@example.com\n",
        "ada@EXAMPLE.COM",
        "ada@\uff45xample.com",  # a full-width letter, which IDNA maps
        "ada@example\u3002com",  # an ideographic full stop
    ],
)
def test_spellings_of_one_address_are_one_key(spelling: str) -> None:
    assert email_key(spelling) == EMAIL


@pytest.mark.parametrize("text", ["", "no address", "x" * 250_000, "ada@example.com, \ud800"])
def test_text_that_is_no_address_is_a_short_key(throttle: SignInThrottle, text: str) -> None:
    assert len(email_key(text)) <= 255
    assert throttle.begin(PASSWORD, email_key(text), ATTACKER) == 0
