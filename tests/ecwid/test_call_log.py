"""The log of calls has each call's path and status, but no query, token or personal data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from requests import ConnectTimeout
from requests_mock import Mocker

from portal.ecwid.call_log import logged_calls
from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidError
from portal.ecwid.transport import Transport, open_http

API = "https://ecwid.example/api/v3"


@pytest.fixture
def client() -> EcwidClient:
    return EcwidClient(Transport(open_http(), API, 1003, "secret_token"))


def test_calls_are_logged_in_order_with_their_status(
    client: EcwidClient, requests_mock: Mocker
) -> None:
    requests_mock.get(f"{API}/1003/profile", json={})
    requests_mock.get(f"{API}/1003/products/5", status_code=404)

    with logged_calls() as calls:
        client.profile()
        with pytest.raises(EcwidError):
            client.product(5)

    assert [(call["method"], call["path"], call["status"]) for call in calls] == [
        ("GET", "/profile", 200),
        ("GET", "/products/5", 404),
    ]
    assert all(call["ms"] >= 0 for call in calls)


@pytest.mark.promise(10)
def test_token_and_query_are_not_logged(client: EcwidClient, requests_mock: Mocker) -> None:
    answer = {"total": 0, "offset": 0, "limit": 100, "items": []}
    requests_mock.get(f"{API}/1003/customers", json=answer)

    with logged_calls() as calls:
        client.customers_with_email("ada@shopper.example")

    assert "ada" not in str(calls)
    assert "secret" not in str(calls)


def test_call_without_response_is_logged_without_status(
    client: EcwidClient, requests_mock: Mocker
) -> None:
    requests_mock.get(f"{API}/1003/profile", [{"exc": ConnectTimeout}, {"json": {}}])

    with logged_calls() as calls, pytest.raises(EcwidError):
        client.profile()

    assert [call["status"] for call in calls] == [None]


def test_only_calls_of_this_thread_are_logged(client: EcwidClient, requests_mock: Mocker) -> None:
    requests_mock.get(f"{API}/1003/profile", json={})

    with logged_calls() as calls, ThreadPoolExecutor(1) as pool:
        pool.submit(client.profile).result()
    client.profile()

    assert calls == []
