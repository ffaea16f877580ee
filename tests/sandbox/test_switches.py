"""Each point on which sources disagree has its switch, and chance has its seed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from portal.sandbox.config import GROUPS, SWITCHES, SandboxConfig
from portal.sandbox.server import SandboxServer
from portal.sandbox.switches import choices
from tests.sandbox.conftest import Turn
from tests.sandbox.outside import Outside

# What nobody knows of the real service, the switch for it, and what the sandbox usually does.
OPEN_POINTS = [
    ("Is `state` echoed?", "echo_state", "on"),
    ("Delimiter of `scope`?", "comma_scopes", "off"),
    ("`store_id` in the callback?", "callback_store_id", "on"),
    ("Which token URL?", "token_url", "both"),
    ("Token by GET?", "legacy_token_get", "off"),
    ("`token_type` case?", "token_type", "Bearer"),
    ("Presence of `email`?", "token_email", "off"),
    ("Token in the query string?", "legacy_query_token", "off"),
    ("When is a token dead?", "forbidden_body", "off"),
    ("`limit` above 100?", "limit_above_100", "clamp"),
    ("Search lag?", "index_lag_s", "0"),
    ("Free (and Starter) stores?", "free_plan", "profile"),
    ("Order path by internal id?", "order_path_internal_id", "on"),
    ("Required fields of POST /orders?", "strict_orders", "on"),
    ("Create answer `orderid` or `orderId`?", "order_create_answer", "both"),
    ("Retrying POST /orders after an error?", "error_after_rate", "0"),
    ("Retrying POST /orders after a timeout?", "timeout_after_rate", "0"),
    ("Coupon path by id or code?", "coupon_path", "both"),
    ("How are webhooks registered?", "webhook_endpoints", "on"),
    ("Event spelling?", "webhook_names", "camel"),
    ("Is `eventId` stable over retries and duplicates?", "webhook_duplicates", "0"),
    ("Reordering?", "webhook_order", "in_order"),
    ("Delay?", "webhook_delay_s", "0"),
    ("Unsigned body?", "webhook_signature", "right"),
    ("Does re-consent kill the former token?", "reconsent_kills_token", "on"),
]


@pytest.mark.parametrize(("switch", "usual"), [point[1:] for point in OPEN_POINTS])
def test_an_open_point_has_its_switch_and_what_was_decided_is_usual(
    switch: str, usual: str
) -> None:
    assert SWITCHES[switch][0] == usual


def another(switch: str) -> str:
    """Return a value that isn't the usual one."""
    usual = SWITCHES[switch][0]
    return next((choice for choice in choices(switch) if choice != usual), "0.5")


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_is_turned_from_outside_and_on_its_page(
    outside: Outside, turn: Turn, switch: str
) -> None:
    value = another(switch)

    turn(**{switch: value})
    by_control = outside.control("GET", "/switches").json()[switch]
    turn(**{switch: SWITCHES[switch][0]})
    form = {"name": switch, "value": value}
    answer = outside.call("POST", "/_sandbox/switches", data=form)

    assert answer.status_code == 303
    assert by_control == value == outside.control("GET", "/switches").json()[switch]
    turn(**{switch: SWITCHES[switch][0]})


def test_every_switch_can_be_set_at_the_start(config: SandboxConfig, tmp_path: Path) -> None:
    wanted = {switch: another(switch) for switch in SWITCHES}

    with SandboxServer(replace(config, state=tmp_path / "s.db", switches=wanted)) as server:
        assert server.parts.switches.all() == wanted


def test_no_switch_stands_in_two_groups() -> None:
    assert sum(len(table) for table in GROUPS.values()) == len(SWITCHES)


@pytest.mark.parametrize("value", ["1.01", "2", "-0.1", "often"])
def test_a_share_is_no_more_than_all(outside: Outside, value: str) -> None:
    answer = outside.control("PUT", "/switches", {"error_rate": value})

    assert answer.status_code == 400
    assert "error_rate is a number from 0 to 1" in answer.json()["error"]


def test_each_purpose_has_a_chance_of_its_own_and_a_seed_starts_both_again(
    outside: Outside, turn: Turn
) -> None:
    def drawn(purpose: str) -> list[float]:
        return [outside.parts.switches.chance(purpose).random() for _ in range(3)]

    turn(seed="5")
    faults, webhooks = drawn("faults"), drawn("webhooks")
    turn(seed="5")

    assert drawn("webhooks") == webhooks != faults == drawn("faults")
