"""The consent URL is what Ecwid expects, and every invalid token response is rejected by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import requests_mock

from portal.ecwid import oauth
from portal.ecwid.oauth import OAuthApp, TokenResponse
from portal.errors.connect import TokenResponseError
from portal.rules.connection.scopes import REQUIRED_NAMES
from tests.ecwid.dripping_server import PACE_S, dripping_server

OAUTH = "http://ecwid.invalid/api/oauth"
CALLBACK = "https://portal.example/connect/callback"
TOKEN_URL = f"{OAUTH}/token/1003"
APP = OAuthApp("our-client", "our&secret=1", OAUTH, CALLBACK)
GRANTED = {
    "access_token": "secret_4f0Qexample",
    "token_type": "Bearer",
    "scope": "read_store_profile read_catalog",
    "store_id": 1003,
}


@pytest.fixture
def ecwid() -> Iterator[requests_mock.Mocker]:
    with requests_mock.Mocker() as mocker:
        yield mocker


def refusal_of(store_id: int | None = 1003) -> TokenResponseError:
    with pytest.raises(TokenResponseError) as raised:
        APP.exchange("the-code", store_id)
    return raised.value


def test_consent_url_names_the_app_and_its_scopes() -> None:
    url = APP.consent_url(scopes=REQUIRED_NAMES, state="st&te")  # codespell:ignore

    assert url.startswith(f"{OAUTH}/authorize?")
    assert parse_qs(urlsplit(url).query) == {
        "response_type": ["code"],
        "client_id": ["our-client"],
        "redirect_uri": [CALLBACK],
        "scope": [" ".join(REQUIRED_NAMES)],
        "state": ["st&te"],  # codespell:ignore
    }


def test_scopes_are_separated_by_encoded_spaces() -> None:
    query = urlsplit(APP.consent_url(scopes=["a_b", "c_d"], state="s")).query

    assert "scope=a_b+c_d" in query or "scope=a_b%20c_d" in query


def test_secret_and_tokens_are_not_in_a_repr() -> None:
    answer = TokenResponse(1003, "secret_abc", frozenset(), "public_abc")

    assert "our&secret=1" not in repr(APP)
    assert "our%26secret" not in APP.consent_url(scopes=["a"], state="s")
    assert "_abc" not in repr(answer)


def test_code_is_exchanged_for_a_token(ecwid: requests_mock.Mocker) -> None:
    ecwid.post(TOKEN_URL, json=GRANTED)

    answer = APP.exchange("the-code", 1003)

    assert answer == TokenResponse(
        store_id=1003,
        access_token="secret_4f0Qexample",
        scopes=frozenset({"read_store_profile", "read_catalog"}),
        public_token=None,
    )


def test_exchange_sends_what_ecwid_documents(ecwid: requests_mock.Mocker) -> None:
    ecwid.post(TOKEN_URL, json=GRANTED)

    APP.exchange("the code+1", 1003)

    sent = ecwid.last_request
    assert parse_qs(sent.text) == {
        "client_id": ["our-client"],
        "client_secret": ["our&secret=1"],
        "code": ["the code+1"],
        "redirect_uri": [CALLBACK],
        "grant_type": ["authorization_code"],
    }
    assert sent.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert "Authorization" not in sent.headers
    assert sent.query == ""
    assert sent.timeout == 10


@pytest.mark.parametrize(
    ("store_id", "path"), [(1003, "/api/oauth/token/1003"), (None, "/api/oauth/token")]
)
def test_token_url_contains_the_store_id_if_it_is_known(
    ecwid: requests_mock.Mocker, store_id: int | None, path: str
) -> None:
    ecwid.post(requests_mock.ANY, json=GRANTED)

    APP.exchange("the-code", store_id)

    assert ecwid.last_request.path == path


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"store_id": "1003"}, {"store_id": 1003}),
        ({"store_id": 2002}, {"store_id": 2002}),
        ({"token_type": "bearer"}, {}),
        ({"token_type": None, "email": "ada@example.com"}, {}),
        ({"access_token": "odd but opaque"}, {"access_token": "odd but opaque"}),
        ({"public_token": "public_Zz91"}, {"public_token": "public_Zz91"}),
        ({"public_token": ""}, {"public_token": None}),
        ({"scope": "a  b\n"}, {"scopes": frozenset({"a", "b"})}),
        ({"scope": "a,b"}, {"scopes": frozenset({"a", "b"})}),
        ({"scope": "a, b,,c d"}, {"scopes": frozenset({"a", "b", "c", "d"})}),
    ],
)
def test_unimportant_differences_in_a_response_are_accepted(
    ecwid: requests_mock.Mocker, changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    ecwid.post(TOKEN_URL, json=GRANTED | changes)

    answer = APP.exchange("the-code", 1003)

    assert {name: getattr(answer, name) for name in expected} == expected


@pytest.mark.parametrize("value", [None, "", "missing"])
@pytest.mark.parametrize("name", ["access_token", "store_id", "scope"])
def test_missing_part_of_a_response_is_named(
    ecwid: requests_mock.Mocker, name: str, value: str | None
) -> None:
    answer = GRANTED | {name: value}
    if value == "missing":
        del answer[name]
    ecwid.post(TOKEN_URL, json=answer)

    error = refusal_of()

    assert str(error) == f"Ecwid's token response lacks {name}"
    assert not error.retryable


def test_all_missing_parts_of_a_response_are_named(ecwid: requests_mock.Mocker) -> None:
    ecwid.post(TOKEN_URL, json={})

    assert str(refusal_of()).endswith("lacks access_token, store_id, scope")


@pytest.mark.parametrize(
    "changes",
    [
        {"store_id": "clay"},
        {"store_id": "-5"},
        {"store_id": "0"},
        {"store_id": "1003.5"},
        {"store_id": "9" * 30},
        {"store_id": 2**63},
        {"store_id": True},
        {"store_id": [1003]},
        {"store_id": {"id": 1003}},
        {"scope": ["read_catalog"]},
        {"scope": 5},
        {"access_token": {"token": "x"}},
        {"access_token": 5},
        {"access_token": "secret_\nX-Evil: 1"},
        {"access_token": "secret_ключ"},
        {"public_token": ["x"]},
    ],
    ids=repr,
)
def test_response_with_an_invalid_part_is_rejected(
    ecwid: requests_mock.Mocker, changes: dict[str, Any]
) -> None:
    ecwid.post(TOKEN_URL, json=GRANTED | changes)

    error = refusal_of()

    assert "Ecwid's token response" in str(error)
    assert not error.retryable


@pytest.mark.parametrize(
    "body",
    ["", "<html></html>", "[]", "5", "null", '"text"', '{"access_token": "sec', "[" * 100_000],
    ids=["empty", "html", "list", "number", "null", "text", "cut short", "deep"],
)
def test_response_that_is_not_a_json_object_is_rejected(
    ecwid: requests_mock.Mocker, body: str
) -> None:
    ecwid.post(TOKEN_URL, text=body)

    error = refusal_of()

    assert str(error) == "Ecwid's token response is not a JSON object"
    assert not error.retryable


@pytest.mark.parametrize("body", [json.dumps(GRANTED), '{"error": "invalid_grant"}', "", "<html>"])
@pytest.mark.parametrize("status", [201, 204, 400, 401, 403, 404, 429])
def test_other_status_means_a_refused_code_whatever_the_body(
    ecwid: requests_mock.Mocker, status: int, body: str
) -> None:
    ecwid.post(TOKEN_URL, status_code=status, text=body)

    error = refusal_of()

    assert str(error) == f"Ecwid refused the code (HTTP {status})"
    assert not error.retryable


def test_error_in_a_successful_response_is_a_refusal_without_ecwids_message(
    ecwid: requests_mock.Mocker,
) -> None:
    ecwid.post(TOKEN_URL, json={"error": "our&secret=1", "error_description": "wrong"})

    error = refusal_of()

    assert str(error) == "Ecwid refused the code"
    assert not error.retryable


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_failing_token_service_is_retryable(ecwid: requests_mock.Mocker, status: int) -> None:
    ecwid.post(TOKEN_URL, status_code=status, text="<html>")

    error = refusal_of()

    assert str(error) == "Ecwid's token service is failing"
    assert error.retryable


@pytest.mark.parametrize(
    "trouble", [requests.ConnectTimeout, requests.ReadTimeout, requests.ConnectionError]
)
def test_unreachable_token_service_is_retryable(
    ecwid: requests_mock.Mocker, trouble: type[Exception]
) -> None:
    ecwid.post(TOKEN_URL, exc=trouble)

    error = refusal_of()

    assert str(error) == "Ecwid's token service is unreachable"
    assert error.retryable


def test_token_response_that_arrives_byte_by_byte_is_retryable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(oauth, "TIMEOUT_S", 5 * PACE_S)

    with dripping_server(b"", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" + b" " * 50) as url:
        app = replace(APP, oauth_url=url)
        with pytest.raises(TokenResponseError) as raised:
            app.exchange("the-code", 1003)

    assert raised.value.retryable


@pytest.mark.promise(10)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_secret_is_not_sent_to_a_redirect_target(ecwid: requests_mock.Mocker, status: int) -> None:
    elsewhere = ecwid.register_uri(requests_mock.ANY, "http://elsewhere.invalid/", json=GRANTED)
    ecwid.post(TOKEN_URL, status_code=status, headers={"Location": "http://elsewhere.invalid/"})

    error = refusal_of()

    assert "refused the code" in str(error)
    assert not elsewhere.called
