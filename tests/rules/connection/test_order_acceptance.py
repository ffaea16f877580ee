"""A store takes orders unless the merchant or its connection prevents it."""

from __future__ import annotations

import pytest

from portal.rules.connection.order_acceptance import RefusalReason, refusal_reason
from portal.rules.connection.store_states import WORKING_STATES, StoreState


@pytest.mark.parametrize("state", StoreState)
def test_only_an_open_store_that_works_takes_orders(state: StoreState) -> None:
    is_working = state in WORKING_STATES

    assert (refusal_reason(state, is_closed=False) is None) is is_working
    closed = refusal_reason(state, is_closed=True)
    assert closed is not None
    assert (closed is RefusalReason.CLOSED) is is_working


def test_pause_of_selling_counts_last() -> None:
    assert refusal_reason("connected", is_closed=False, is_selling_paused=True) == "selling_paused"
    assert refusal_reason("connected", is_closed=True, is_selling_paused=True) == "closed"


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (StoreState.SUSPENDED, "paused"),
        (StoreState.DISCONNECTED, "disconnected"),
        (StoreState.RECONNECT, "not_working"),
        (StoreState.PLAN_BLOCKED, "not_working"),
    ],
)
def test_reason_is_named(state: StoreState, reason: str) -> None:
    assert refusal_reason(state, is_closed=False) == reason
