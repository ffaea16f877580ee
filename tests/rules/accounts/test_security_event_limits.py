"""Security events of any number of networks and accounts take a limited number of rows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from portal.rules.accounts.security_event_kinds import (
    REFUSED_KINDS,
    SIGN_IN_REFUSED_KINDS,
    SecurityEventKind,
)
from portal.rules.accounts.security_event_limits import (
    KEYS_IN_MEMORY,
    ROWS_OF_ACCOUNT,
    ROWS_OF_HOUR,
    EventCount,
    EventCounts,
    EventKey,
    add_event,
    within_limits,
)

HOUR = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONCE = EventCount(1, HOUR, HOUR)
REFUSED, DONE = SecurityEventKind.PASSWORD_REFUSED, SecurityEventKind.SIGNED_IN


def key(number: int = 0, *, account: int | None = None, kind: str = REFUSED) -> EventKey:
    """Return the key of an event from the network with this number."""
    return EventKey(HOUR, kind, account, 1003, f"10.0.{number}.0/24", "accounts.open_session")


def test_kind_is_refused_or_done() -> None:
    assert SecurityEventKind.LIMIT_REACHED in REFUSED_KINDS
    assert DONE not in REFUSED_KINDS
    assert SIGN_IN_REFUSED_KINDS < REFUSED_KINDS


def test_counts_of_one_row_add_up_with_first_and_last_time() -> None:
    later = HOUR + timedelta(minutes=5)

    total = EventCount(2, later, later) + EventCount(3, HOUR, HOUR)

    assert total == EventCount(5, HOUR, later)


def test_each_part_of_a_key_makes_another_row() -> None:
    keys = [
        key(),
        key(1),
        key(account=5),
        key(kind=DONE),
        EventKey(HOUR, REFUSED, None, None, "10.0.0.0/24", "accounts.open_session"),
        EventKey(HOUR, REFUSED, None, 1003, "10.0.0.0/24", "api.get_store"),
        EventKey(HOUR + timedelta(hours=1), REFUSED, None, 1003, "10.0.0.0/24", "x"),
    ]

    assert len({each.digest for each in keys}) == len(keys)


def test_memory_stays_small_however_many_networks_and_accounts_there_are() -> None:
    counts: EventCounts = {}
    for number in range(5 * KEYS_IN_MEMORY):
        add_event(counts, key(number, account=number), ONCE)

    assert len(counts) == 2 * KEYS_IN_MEMORY + 1
    assert sum(count.count for count in counts.values()) == 5 * KEYS_IN_MEMORY
    assert counts[key().without_account].count == 3 * KEYS_IN_MEMORY


def test_networks_of_an_account_beyond_the_limit_share_a_row() -> None:
    counts = {key(number, account=5): ONCE for number in range(ROWS_OF_ACCOUNT + 7)}

    limited = within_limits(counts, (), {})

    assert len(limited) == ROWS_OF_ACCOUNT + 1
    assert limited[key(account=5).without_network].count == 7


def test_attack_does_not_hide_where_a_sign_in_came_from() -> None:
    rows = {(HOUR, 5, True): ROWS_OF_ACCOUNT, (HOUR, None, True): ROWS_OF_HOUR}
    counts = {key(account=5): ONCE, key(account=5, kind=DONE): ONCE}

    limited = within_limits(counts, (), rows)

    assert set(limited) == {key(account=5).without_network, key(account=5, kind=DONE)}


def test_refused_tries_of_an_hour_beyond_the_limit_share_a_row() -> None:
    counts = {key(1): ONCE, key(2): ONCE, key(3): ONCE}
    rows = Counter({(HOUR, None, True): ROWS_OF_HOUR - 1, (HOUR, 7, False): 9_000})

    limited = within_limits(counts, (), rows)

    assert limited == {key(1): ONCE, key().without_network: ONCE + ONCE}


def test_rows_that_exist_are_added_to_beyond_the_limit() -> None:
    rows = {(HOUR, None, True): ROWS_OF_HOUR}

    limited = within_limits({key(1): ONCE}, {key(1).digest}, rows)

    assert limited == {key(1): ONCE}
