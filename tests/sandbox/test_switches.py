"""Tests for the switches and the random generators."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from portal.sandbox.config import GROUPS, SWITCHES, SandboxConfig
from portal.sandbox.server import SandboxServer
from portal.sandbox.switches import choices
from tests.sandbox.client import SandboxClient
from tests.sandbox.conftest import SetSwitches

# Open questions about the real service, the switch for each, and the decided default.
OPEN_POINTS = [
    ("Is `state` returned?", "echo_state", "on"),
    ("Delimiter of `scope`?", "comma_scopes", "off"),
    ("`store_id` in the callback?", "callback_store_id", "on"),
    ("Which token URL?", "token_url", "both"),
    ("Token by GET?", "legacy_token_get", "off"),
    ("`token_type` case?", "token_type", "Bearer"),
    ("Presence of `email`?", "token_email", "off"),
    ("Token in the query string?", "legacy_query_token", "off"),
    ("When is a token dead?", "forbidden_body", "off"),
    ("`limit` above 100?", "limit_above_100", "clamp"),
    ("Search lag?", "search_lag_s", "0"),
    ("Free (and Starter) stores?", "free_plan", "profile"),
    ("Order path by internal id?", "order_path_internal_id", "on"),
    ("Required fields of POST /orders?", "strict_orders", "off"),
    ("`orderid` or `orderId` in the create response?", "order_create_response", "both"),
    ("Retrying POST /orders after an error?", "error_after_rate", "0"),
    ("Retrying POST /orders after a timeout?", "timeout_after_rate", "0"),
    ("Coupon path by id or code?", "coupon_path", "both"),
    ("How are webhooks registered?", "webhook_registration", "on"),
    ("Event spelling?", "webhook_event_case", "camel"),
    ("Is `eventId` stable over retries and duplicates?", "webhook_duplicates", "0"),
    ("Reordering?", "webhook_order", "in_order"),
    ("Delay?", "webhook_delay_s", "0"),
    ("Unsigned body?", "webhook_signature", "valid"),
    ("Does a new consent revoke the previous token?", "reconsent_revokes_token", "on"),
]


@pytest.mark.parametrize(("switch", "default"), [point[1:] for point in OPEN_POINTS])
def test_every_open_point_has_a_switch_with_the_decided_default(switch: str, default: str) -> None:
    assert SWITCHES[switch][0] == default


def another(switch: str) -> str:
    """Return a value other than the default."""
    default = SWITCHES[switch][0]
    if switch == "hanging_stores":
        return "7-9"
    return next((choice for choice in choices(switch) if choice != default), "0.5")


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_can_be_set_by_api_and_by_page(
    sandbox: SandboxClient, set_switches: SetSwitches, switch: str
) -> None:
    value = another(switch)

    set_switches(**{switch: value})
    by_api = sandbox.admin("GET", "/switches").json()[switch]
    set_switches(**{switch: SWITCHES[switch][0]})
    form = {"name": switch, "value": value}
    answer = sandbox.call("POST", "/_sandbox/switches", data=form)

    assert answer.status_code == 303
    assert by_api == value == sandbox.admin("GET", "/switches").json()[switch]
    set_switches(**{switch: SWITCHES[switch][0]})


def test_every_switch_can_be_set_at_startup(config: SandboxConfig, tmp_path: Path) -> None:
    wanted = {switch: another(switch) for switch in SWITCHES}

    with SandboxServer(replace(config, state=tmp_path / "s.db", switches=wanted)) as server:
        assert server.parts.switches.all() == wanted


def test_every_switch_belongs_to_one_group() -> None:
    assert sum(len(table) for table in GROUPS.values()) == len(SWITCHES)


@pytest.mark.parametrize("value", ["1.01", "2", "-0.1", "often"])
def test_a_rate_is_between_zero_and_one(sandbox: SandboxClient, value: str) -> None:
    answer = sandbox.admin("PUT", "/switches", {"error_rate": value})

    assert answer.status_code == 400
    assert "error_rate is a number from 0 to 1" in answer.json()["error"]


def test_each_purpose_has_a_generator_that_the_seed_restarts(
    sandbox: SandboxClient, set_switches: SetSwitches
) -> None:
    def draw(purpose: str) -> list[float]:
        return [sandbox.parts.switches.rng(purpose).random() for _ in range(3)]

    set_switches(seed="5")
    faults, webhooks = draw("faults"), draw("webhooks")
    set_switches(seed="5")

    assert draw("webhooks") == webhooks != faults == draw("faults")


@pytest.mark.parametrize("value", ["", "1003,", "x", "1-2-3", "-5", "1003;1004", "all"])
def test_hanging_stores_are_ids_and_ranges(sandbox: SandboxClient, value: str) -> None:
    answer = sandbox.admin("PUT", "/switches", {"hanging_stores": value})

    assert answer.status_code == 400
    assert "is neither a store's id nor a range of ids" in answer.json()["error"]
