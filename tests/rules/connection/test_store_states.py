"""States in which a store is read, and states in which no call can succeed."""

from __future__ import annotations

from portal.rules.connection.store_states import TOKENLESS_STATES, WORKING_STATES, StoreState


def test_only_connected_and_limited_stores_are_read() -> None:
    assert set(WORKING_STATES) == {StoreState.CONNECTED, StoreState.LIMITED}


def test_store_without_a_valid_token_is_not_called() -> None:
    assert set(TOKENLESS_STATES) == {StoreState.RECONNECT, StoreState.DISCONNECTED}
