"""States say which stores may be read, and which may be asked how they stand."""

from __future__ import annotations

from portal.rules.connection.store_states import UNASKABLE_STATES, WORKING_STATES, StoreState


def test_connected_and_limited_stores_alone_are_read() -> None:
    assert set(WORKING_STATES) == {StoreState.CONNECTED, StoreState.LIMITED}


def test_a_store_without_a_living_token_is_asked_nothing() -> None:
    assert set(UNASKABLE_STATES) == {StoreState.RECONNECT, StoreState.DISCONNECTED}
