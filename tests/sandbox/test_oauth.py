"""Tests for the consent page and the token endpoint."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portal.sandbox.config import SandboxConfig
from portal.sandbox.server import SandboxServer
from tests.sandbox.client import CALLBACK, CLIENT, SCOPES, SandboxClient, page_text, redirect_params
from tests.sandbox.conftest import SetSwitches

READ = ("read_store_profile", "read_catalog", "read_orders")


def works(sandbox: SandboxClient, store_id: int, token: str) -> bool:
    """Return whether a token can read the profile."""
    return sandbox.api(store_id, "/profile", token=token).status_code == 200


def test_the_consent_page_lists_every_scope_and_store(sandbox: SandboxClient) -> None:
    first = sandbox.make_store(name="Alder & Brae")
    second = sandbox.make_store(name="Cove")

    page = sandbox.call("GET", "/api/oauth/authorize", params=sandbox.consent_query())

    assert page.status_code == 200
    text = page_text(page)
    assert f"Alder & Brae ({first})" in text
    assert f"Cove ({second})" in text
    assert all(scope in text for scope in SCOPES)
    assert "See your products and categories" in text


def test_the_always_granted_scope_cannot_be_unchecked(sandbox: SandboxClient) -> None:
    sandbox.make_store()

    page = sandbox.call(
        "GET", "/api/oauth/authorize", params=sandbox.consent_query(scope="read_catalog")
    )

    boxes = re.findall(r"<input type=.checkbox.[^>]*>", page.text)
    assert len(boxes) == 2
    assert [box for box in boxes if "disabled" in box and "read_store_profile" in box]


def test_without_a_store_the_consent_page_links_to_the_store_form(
    config: SandboxConfig, tmp_path: Path
) -> None:
    empty = replace(config, state=tmp_path / "empty.db")

    with SandboxServer(empty) as server, SandboxClient(server) as sandbox:
        page = sandbox.call("GET", "/api/oauth/authorize", params=sandbox.consent_query())

    assert "There is no store yet" in page_text(page)
    assert "/_sandbox/" in page.text
    assert 'value="allow"' not in page.text


def test_consent_returns_code_store_id_and_state(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()

    answer = sandbox.submit_consent(
        sandbox.consent_query(), decision="allow", store_id=store_id, scope=SCOPES
    )

    back = redirect_params(answer)
    assert answer.headers["Location"].startswith(f"{CALLBACK}?")
    assert back == {"code": back["code"], "store_id": str(store_id), "state": "a&b"}


def test_parameters_are_appended_to_a_callback_with_a_query(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()

    answer = sandbox.submit_consent(
        sandbox.consent_query(redirect_uri=f"{CALLBACK}?action=ec_oauth"),
        decision="allow",
        store_id=store_id,
    )

    query = urlsplit(answer.headers["Location"]).query
    assert query.startswith("action=ec_oauth&code=")
    assert "?" not in query


def test_denial_returns_access_denied_and_no_code(sandbox: SandboxClient) -> None:
    answer = sandbox.submit_consent(
        sandbox.consent_query(), decision="deny", store_id=sandbox.make_store()
    )

    assert redirect_params(answer) == {"error": "access_denied", "state": "a&b"}


def test_no_state_is_returned_if_none_was_sent(sandbox: SandboxClient) -> None:
    answer = sandbox.submit_consent(sandbox.consent_query(state=None), decision="deny")

    assert redirect_params(answer) == {"error": "access_denied"}


@pytest.mark.parametrize("store_id", ["", "none", "424242", "9" * 30])
def test_consent_for_an_unknown_store_is_rejected(sandbox: SandboxClient, store_id: str) -> None:
    answer = sandbox.submit_consent(sandbox.consent_query(), decision="allow", store_id=store_id)

    assert answer.status_code == 400
    assert "Choose a store." in page_text(answer)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"client_id": "another"}, "No app is registered with this client_id."),
        ({"client_id": None}, "No app is registered with this client_id."),
        ({"response_type": "token"}, "The parameter response_type must be code."),
        ({"redirect_uri": "http://foreign.invalid/connect/callback"}, "isn't below"),
        ({"redirect_uri": "https://portal.invalid/connect/callback"}, "isn't below"),
        ({"redirect_uri": "http://portal.invalid.foreign.invalid/"}, "isn't below"),
        ({"redirect_uri": "http://portal.invalid/elsewhere"}, "isn't below"),
        ({"redirect_uri": "http://[broken"}, "isn't below"),
        ({"redirect_uri": None}, "isn't below"),
        ({"scope": "read_catalog charge"}, "The app is not configured for: charge."),
        ({"scope": "read_catalog,read_orders"}, "not configured for: read_catalog,read_orders"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_invalid_request_is_explained_without_a_redirect(
    sandbox: SandboxClient, method: str, changes: dict[str, str | None], sentence: str
) -> None:
    page = sandbox.call(
        method,
        "/api/oauth/authorize",
        params=sandbox.consent_query(**changes),
        data={"decision": "deny"},
    )

    assert page.status_code == 400
    assert sentence in page_text(page)
    assert "Location" not in page.headers


def test_a_redirect_uri_below_the_registered_one_is_accepted(sandbox: SandboxClient) -> None:
    query = sandbox.consent_query(redirect_uri=f"{CALLBACK}/shops?from=1")

    assert sandbox.call("GET", "/api/oauth/authorize", params=query).status_code == 200


def test_a_code_is_exchanged_for_a_working_token(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()

    answer = sandbox.exchange(sandbox.get_code(store_id, scopes=READ), store_id)

    token = answer.json()["access_token"]
    assert answer.status_code == 200
    assert answer.json() == {
        "access_token": token,
        "token_type": "Bearer",
        "scope": " ".join(READ),
        "store_id": store_id,
    }
    assert re.fullmatch(r"secret_.{32,}", token)
    assert works(sandbox, store_id, token)


def test_the_token_path_works_without_a_store_id(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()

    answer = sandbox.exchange(sandbox.get_code(store_id))

    assert answer.json()["store_id"] == store_id


def test_unchecked_scopes_are_not_granted(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()
    answer = sandbox.submit_consent(
        sandbox.consent_query(scope=" ".join(READ)),
        decision="allow",
        store_id=store_id,
        scope=["read_catalog", "update_orders"],
    )

    token = sandbox.exchange(redirect_params(answer)["code"]).json()

    assert token["scope"] == "read_store_profile read_catalog"


def test_reading_the_profile_is_always_granted(sandbox: SandboxClient) -> None:
    code = sandbox.get_code(sandbox.make_store(), scopes=("read_catalog",))

    granted = sandbox.exchange(code).json()["scope"]

    assert set(granted.split()) == {"read_catalog", "read_store_profile"}


def test_a_second_use_of_a_code_fails_and_revokes_the_token(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()
    code = sandbox.get_code(store_id)
    token = sandbox.exchange(code).json()["access_token"]
    assert works(sandbox, store_id, token)

    again = sandbox.exchange(code)

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert not works(sandbox, store_id, token)


def test_a_code_expires_after_five_minutes(sandbox: SandboxClient) -> None:
    code, fresh = (sandbox.get_code(sandbox.make_store()) for _ in range(2))
    with sandbox.parts.state.transaction() as connection:
        connection.execute("UPDATE code SET at = at - 301 WHERE code = ?", (code,))
        connection.execute("UPDATE code SET at = at - 290 WHERE code = ?", (fresh,))

    late, in_time = sandbox.exchange(code), sandbox.exchange(fresh)

    assert (late.status_code, late.json()["error"]) == (400, "invalid_grant")
    assert in_time.status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "invented"}, "invalid_grant"),
        ({"code": ""}, "invalid_grant"),
        ({"redirect_uri": f"{CALLBACK}/other"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "another"}, "invalid_client"),
        ({"client_secret": "guessed"}, "invalid_client"),
    ],
)
def test_an_invalid_exchange_is_rejected_and_keeps_the_code_usable(
    sandbox: SandboxClient, changes: dict[str, str], error: str
) -> None:
    code = sandbox.get_code(sandbox.make_store())

    answer = sandbox.exchange(code, **changes)

    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert answer.json()["error_description"]
    assert sandbox.exchange(code).status_code == 200


def test_a_code_of_another_store_is_rejected(sandbox: SandboxClient) -> None:
    store_id, other = sandbox.make_store(), sandbox.make_store()

    answer = sandbox.exchange(sandbox.get_code(store_id), other)

    assert answer.json()["error"] == "invalid_grant"


def test_a_post_ignores_credentials_in_the_url(sandbox: SandboxClient) -> None:
    form = CLIENT | {
        "code": sandbox.get_code(sandbox.make_store()),
        "redirect_uri": CALLBACK,
        "grant_type": "authorization_code",
    }

    answer = sandbox.call("POST", "/api/oauth/token", params=form)

    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("fault", "missing"),
    [("no_scope", "scope"), ("no_store_id", "store_id"), ("no_token", "access_token")],
)
def test_the_switch_removes_a_field_from_the_token_response(
    sandbox: SandboxClient, set_switches: SetSwitches, fault: str, missing: str
) -> None:
    set_switches(token_fault=fault)

    answer = sandbox.exchange(sandbox.get_code(sandbox.make_store())).json()

    fields = {"access_token", "token_type", "scope", "store_id"}
    assert answer.keys() == fields - {missing}


@pytest.mark.parametrize(
    ("fault", "body", "kind"),
    [("non_json", "<html>Sorry</html>", "text/html"), ("empty", "", "application/json")],
)
def test_the_switch_makes_the_token_response_invalid(
    sandbox: SandboxClient, set_switches: SetSwitches, fault: str, body: str, kind: str
) -> None:
    set_switches(token_fault=fault)

    answer = sandbox.exchange(sandbox.get_code(sandbox.make_store()))

    assert (answer.status_code, answer.text) == (200, body)
    assert answer.headers["Content-Type"].startswith(kind)


def test_the_switch_puts_another_store_into_the_token_response(
    sandbox: SandboxClient, set_switches: SetSwitches
) -> None:
    set_switches(token_fault="other_store")
    store_id = sandbox.make_store()

    answer = sandbox.exchange(sandbox.get_code(store_id)).json()

    assert answer["store_id"] != store_id


def test_switches_change_token_type_and_email_of_the_response(
    sandbox: SandboxClient, set_switches: SetSwitches
) -> None:
    set_switches(token_type="bearer", token_email="on")

    answer = sandbox.exchange(sandbox.get_code(sandbox.make_store())).json()

    assert answer["token_type"] == "bearer"
    assert "@" in answer["email"]


def test_switches_remove_state_and_store_id_from_the_callback(
    sandbox: SandboxClient, set_switches: SetSwitches
) -> None:
    set_switches(echo_state="off", callback_store_id="off")

    answer = sandbox.submit_consent(
        sandbox.consent_query(), decision="allow", store_id=sandbox.make_store(), scope=SCOPES
    )

    assert redirect_params(answer).keys() == {"code"}


def test_a_token_request_by_get_needs_the_switch(
    sandbox: SandboxClient, set_switches: SetSwitches
) -> None:
    form = CLIENT | {
        "code": sandbox.get_code(sandbox.make_store()),
        "redirect_uri": CALLBACK,
        "grant_type": "authorization_code",
    }

    refused = sandbox.call("GET", "/api/oauth/token", params=form)
    set_switches(legacy_token_get="on")
    served = sandbox.call("GET", "/api/oauth/token", params=form)

    assert refused.status_code == 405
    assert served.json()["access_token"].startswith("secret_")


@pytest.mark.parametrize("served", ["with_store_id", "without_store_id"])
def test_the_switch_selects_one_of_the_two_token_paths(
    sandbox: SandboxClient, set_switches: SetSwitches, served: str
) -> None:
    set_switches(token_url=served)
    store_id = sandbox.make_store()
    code = sandbox.get_code(store_id)

    answers = {
        "with_store_id": sandbox.exchange(code, store_id),
        "without_store_id": sandbox.exchange(code),
    }

    statuses = {name: answer.status_code for name, answer in answers.items()}
    assert statuses == dict.fromkeys(statuses, 404) | {served: 200}


def test_scopes_separated_by_commas_need_the_switch(
    sandbox: SandboxClient, set_switches: SetSwitches
) -> None:
    set_switches(comma_scopes="on")
    store_id = sandbox.make_store()

    answer = sandbox.submit_consent(
        sandbox.consent_query(scope=",".join(READ)), decision="allow", store_id=store_id, scope=READ
    )

    granted = sandbox.exchange(redirect_params(answer)["code"]).json()["scope"]
    assert granted == " ".join(READ)


def test_a_new_consent_revokes_the_previous_token(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()
    former = sandbox.connect(store_id)

    new = sandbox.connect(store_id)

    assert not works(sandbox, store_id, former)
    assert works(sandbox, store_id, new)


def test_the_switch_keeps_the_previous_token_valid(
    sandbox: SandboxClient, set_switches: SetSwitches
) -> None:
    set_switches(reconsent_revokes_token="off")
    store_id = sandbox.make_store()
    former = sandbox.connect(store_id)

    new = sandbox.connect(store_id)

    assert works(sandbox, store_id, former)
    assert works(sandbox, store_id, new)
