"""Calls to other servers need permission during a web request, and end with its time."""

from __future__ import annotations

import math
from threading import Thread

import pytest
import requests_mock

from portal.ecwid.errors import EcwidTimeoutError
from portal.ecwid.transport import CONNECT_TIMEOUT_S, Transport, open_http
from portal.errors import OutsideCallError
from portal.outside_calls import (
    allowed_outside_calls,
    end_request,
    forbid_outside_calls,
    seconds_left,
)

API = "http://ecwid.invalid/api/v3"


def test_work_without_a_request_may_call_as_long_as_it_likes() -> None:
    assert seconds_left() == math.inf


def test_request_may_call_with_permission_only() -> None:
    forbid_outside_calls()
    try:
        with allowed_outside_calls(30):
            assert 29 < seconds_left() <= 30
        with pytest.raises(OutsideCallError, match="not declared"):
            seconds_left()
        seen: list[float] = []
        thread = Thread(target=lambda: seen.append(seconds_left()))
        thread.start()
        thread.join()
        assert seen == [math.inf]
    finally:
        end_request()
    assert seconds_left() == math.inf


def test_calls_of_a_request_have_its_time_together() -> None:
    transport = Transport(open_http(), API, 1003, "secret_token")
    with requests_mock.Mocker() as ecwid:
        ecwid.get(f"{API}/1003/profile", json={})
        with allowed_outside_calls(2):
            transport.get("/profile")
        with allowed_outside_calls(0), pytest.raises(EcwidTimeoutError, match="used up"):
            transport.get("/profile")
        transport.get("/profile")

    within, without = [request.timeout for request in ecwid.request_history]
    assert max(within) <= 2
    assert without[0] == CONNECT_TIMEOUT_S
