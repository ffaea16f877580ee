"""Consent is shown, given and refused, and a code becomes a token once, as Ecwid has it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portal.sandbox.config import SandboxConfig
from portal.sandbox.server import SandboxServer
from tests.sandbox.conftest import Turn
from tests.sandbox.outside import CALLBACK, CLIENT, SCOPES, Outside, sent_back, words

READ = ("read_store_profile", "read_catalog", "fetch_orders")


def works(outside: Outside, store_id: int, token: str) -> bool:
    """Tell whether a token still opens the profile."""
    return outside.api(store_id, "/profile", token=token).status_code == 200


def test_the_consent_page_names_every_scope_and_store(outside: Outside) -> None:
    first = outside.make_store(name="Alder & Brae")
    second = outside.make_store(name="Cove")

    page = outside.call("GET", "/api/oauth/authorize", params=outside.consent())

    assert page.status_code == 200
    text = words(page)
    assert f"Alder & Brae ({first})" in text
    assert f"Cove ({second})" in text
    assert all(scope in text for scope in SCOPES)
    assert "See your products and categories" in text


def test_what_is_granted_anyway_is_named_and_cannot_be_left_out(outside: Outside) -> None:
    outside.make_store()

    page = outside.call("GET", "/api/oauth/authorize", params=outside.consent(scope="read_catalog"))

    boxes = re.findall(r"<input type=.checkbox.[^>]*>", page.text)
    assert len(boxes) == 2
    assert [box for box in boxes if "disabled" in box and "read_store_profile" in box]


def test_without_a_store_the_consent_page_says_where_to_make_one(
    config: SandboxConfig, tmp_path: Path
) -> None:
    empty = replace(config, state=tmp_path / "empty.db")

    with SandboxServer(empty) as server, Outside(server) as outside:
        page = outside.call("GET", "/api/oauth/authorize", params=outside.consent())

    assert "There is no store yet" in words(page)
    assert "/_sandbox/" in page.text
    assert 'value="allow"' not in page.text


def test_allowing_sends_code_store_and_state_back(outside: Outside) -> None:
    store_id = outside.make_store()

    answer = outside.decide(outside.consent(), decision="allow", store_id=store_id, scope=SCOPES)

    back = sent_back(answer)
    assert answer.headers["Location"].startswith(f"{CALLBACK}?")
    assert back == {"code": back["code"], "store_id": str(store_id), "state": "a&b"}


def test_a_callback_with_a_query_is_appended_to(outside: Outside) -> None:
    store_id = outside.make_store()

    answer = outside.decide(
        outside.consent(redirect_uri=f"{CALLBACK}?action=ec_oauth"),
        decision="allow",
        store_id=store_id,
    )

    query = urlsplit(answer.headers["Location"]).query
    assert query.startswith("action=ec_oauth&code=")
    assert "?" not in query


def test_denying_sends_access_denied_and_no_code(outside: Outside) -> None:
    answer = outside.decide(outside.consent(), decision="deny", store_id=outside.make_store())

    assert sent_back(answer) == {"error": "access_denied", "state": "a&b"}


def test_no_state_is_sent_back_where_none_was_given(outside: Outside) -> None:
    answer = outside.decide(outside.consent(state=None), decision="deny")

    assert sent_back(answer) == {"error": "access_denied"}


@pytest.mark.parametrize("store_id", ["", "none", "424242", "9" * 30])
def test_consent_for_a_store_that_is_none_is_refused(outside: Outside, store_id: str) -> None:
    answer = outside.decide(outside.consent(), decision="allow", store_id=store_id)

    assert answer.status_code == 400
    assert "Choose a store." in words(answer)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"client_id": "another"}, "No app is registered with this client_id."),
        ({"client_id": None}, "No app is registered with this client_id."),
        ({"response_type": "token"}, "The parameter response_type must be code."),
        ({"redirect_uri": "http://foreign.invalid/connect/callback"}, "doesn't lie under"),
        ({"redirect_uri": "https://portal.invalid/connect/callback"}, "doesn't lie under"),
        ({"redirect_uri": "http://portal.invalid.foreign.invalid/"}, "doesn't lie under"),
        ({"redirect_uri": "http://portal.invalid/elsewhere"}, "doesn't lie under"),
        ({"redirect_uri": "http://[broken"}, "doesn't lie under"),
        ({"redirect_uri": None}, "doesn't lie under"),
        ({"scope": "read_catalog charge"}, "The app is not configured for: charge."),
        ({"scope": "read_catalog,read_orders"}, "not configured for: read_catalog,read_orders"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_wrong_request_is_explained_and_sends_nobody_anywhere(
    outside: Outside, method: str, changes: dict[str, str | None], sentence: str
) -> None:
    page = outside.call(
        method, "/api/oauth/authorize", params=outside.consent(**changes), data={"decision": "deny"}
    )

    assert page.status_code == 400
    assert sentence in words(page)
    assert "Location" not in page.headers


def test_an_address_below_the_registered_one_is_fine(outside: Outside) -> None:
    query = outside.consent(redirect_uri=f"{CALLBACK}/shops?from=1")

    assert outside.call("GET", "/api/oauth/authorize", params=query).status_code == 200


def test_a_code_becomes_a_token_that_opens_the_store(outside: Outside) -> None:
    store_id = outside.make_store()

    answer = outside.exchange(outside.allow(store_id, scopes=READ), store_id)

    token = answer.json()["access_token"]
    assert answer.status_code == 200
    assert answer.json() == {
        "access_token": token,
        "token_type": "Bearer",
        "scope": " ".join(READ),
        "store_id": store_id,
    }
    assert re.fullmatch(r"secret_.{32,}", token)
    assert works(outside, store_id, token)


def test_the_token_address_may_leave_the_store_out(outside: Outside) -> None:
    store_id = outside.make_store()

    answer = outside.exchange(outside.allow(store_id))

    assert answer.json()["store_id"] == store_id


def test_scopes_left_unticked_are_not_granted(outside: Outside) -> None:
    store_id = outside.make_store()
    answer = outside.decide(
        outside.consent(scope=" ".join(READ)),
        decision="allow",
        store_id=store_id,
        scope=["read_catalog", "update_orders"],
    )

    token = outside.exchange(sent_back(answer)["code"]).json()

    assert token["scope"] == "read_store_profile read_catalog"


def test_reading_the_profile_is_granted_unasked(outside: Outside) -> None:
    code = outside.allow(outside.make_store(), scopes=("read_catalog",))

    granted = outside.exchange(code).json()["scope"]

    assert set(granted.split()) == {"read_catalog", "read_store_profile"}


def test_a_code_works_once_and_its_second_use_kills_the_token(outside: Outside) -> None:
    store_id = outside.make_store()
    code = outside.allow(store_id)
    token = outside.exchange(code).json()["access_token"]
    assert works(outside, store_id, token)

    again = outside.exchange(code)

    assert (again.status_code, again.json()) == (400, {"error": "invalid_grant"})
    assert not works(outside, store_id, token)


def test_a_code_ends_after_five_minutes(outside: Outside) -> None:
    code, fresh = (outside.allow(outside.make_store()) for _ in range(2))
    with outside.parts.state.writing() as connection:
        connection.execute("UPDATE code SET at = at - 301 WHERE code = ?", (code,))
        connection.execute("UPDATE code SET at = at - 290 WHERE code = ?", (fresh,))

    late, in_time = outside.exchange(code), outside.exchange(fresh)

    assert (late.status_code, late.json()) == (400, {"error": "invalid_grant"})
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
def test_a_wrong_exchange_is_refused_and_spends_nothing(
    outside: Outside, changes: dict[str, str], error: str
) -> None:
    code = outside.allow(outside.make_store())

    answer = outside.exchange(code, **changes)

    assert (answer.status_code, answer.json()) == (400, {"error": error})
    assert outside.exchange(code).status_code == 200


def test_a_code_of_another_store_is_refused(outside: Outside) -> None:
    store_id, other = outside.make_store(), outside.make_store()

    answer = outside.exchange(outside.allow(store_id), other)

    assert answer.json() == {"error": "invalid_grant"}


def test_a_secret_in_the_address_is_not_read(outside: Outside) -> None:
    form = CLIENT | {
        "code": outside.allow(outside.make_store()),
        "redirect_uri": CALLBACK,
        "grant_type": "authorization_code",
    }

    answer = outside.call("POST", "/api/oauth/token", params=form)

    assert answer.json() == {"error": "invalid_client"}


@pytest.mark.parametrize(
    ("fault", "missing"),
    [("no_scope", "scope"), ("no_store_id", "store_id"), ("no_token", "access_token")],
)
def test_a_faulty_answer_lacks_one_field(
    outside: Outside, turn: Turn, fault: str, missing: str
) -> None:
    turn(token_fault=fault)

    answer = outside.exchange(outside.allow(outside.make_store())).json()

    fields = {"access_token", "token_type", "scope", "store_id"}
    assert answer.keys() == fields - {missing}


@pytest.mark.parametrize(
    ("fault", "body", "kind"),
    [("non_json", "<html>Sorry</html>", "text/html"), ("empty", "", "application/json")],
)
def test_a_faulty_answer_is_no_json(
    outside: Outside, turn: Turn, fault: str, body: str, kind: str
) -> None:
    turn(token_fault=fault)

    answer = outside.exchange(outside.allow(outside.make_store()))

    assert (answer.status_code, answer.text) == (200, body)
    assert answer.headers["Content-Type"].startswith(kind)


def test_a_faulty_answer_names_another_store(outside: Outside, turn: Turn) -> None:
    turn(token_fault="other_store")
    store_id = outside.make_store()

    answer = outside.exchange(outside.allow(store_id)).json()

    assert answer["store_id"] != store_id


def test_the_token_answer_can_be_spelt_otherwise(outside: Outside, turn: Turn) -> None:
    turn(token_type="bearer", token_email="on")

    answer = outside.exchange(outside.allow(outside.make_store())).json()

    assert answer["token_type"] == "bearer"
    assert "@" in answer["email"]


def test_state_and_store_can_be_kept_back(outside: Outside, turn: Turn) -> None:
    turn(echo_state="off", callback_store_id="off")

    answer = outside.decide(
        outside.consent(), decision="allow", store_id=outside.make_store(), scope=SCOPES
    )

    assert sent_back(answer).keys() == {"code"}


def test_a_token_is_fetched_by_get_only_behind_the_switch(outside: Outside, turn: Turn) -> None:
    form = CLIENT | {
        "code": outside.allow(outside.make_store()),
        "redirect_uri": CALLBACK,
        "grant_type": "authorization_code",
    }

    refused = outside.call("GET", "/api/oauth/token", params=form)
    turn(legacy_token_get="on")
    served = outside.call("GET", "/api/oauth/token", params=form)

    assert refused.status_code == 405
    assert served.json()["access_token"].startswith("secret_")


@pytest.mark.parametrize("served", ["with_store_id", "without_store_id"])
def test_the_token_may_be_had_at_one_of_two_addresses(
    outside: Outside, turn: Turn, served: str
) -> None:
    turn(token_url=served)
    store_id = outside.make_store()
    code = outside.allow(store_id)

    answers = {
        "with_store_id": outside.exchange(code, store_id),
        "without_store_id": outside.exchange(code),
    }

    statuses = {name: answer.status_code for name, answer in answers.items()}
    assert statuses == dict.fromkeys(statuses, 404) | {served: 200}


def test_commas_separate_scopes_only_behind_the_switch(outside: Outside, turn: Turn) -> None:
    turn(comma_scopes="on")
    store_id = outside.make_store()

    answer = outside.decide(
        outside.consent(scope=",".join(READ)), decision="allow", store_id=store_id, scope=READ
    )

    granted = outside.exchange(sent_back(answer)["code"]).json()["scope"]
    assert granted == " ".join(READ)


def test_a_new_consent_ends_the_former_token(outside: Outside) -> None:
    store_id = outside.make_store()
    former = outside.connect(store_id)

    new = outside.connect(store_id)

    assert not works(outside, store_id, former)
    assert works(outside, store_id, new)


def test_the_former_token_may_live_on(outside: Outside, turn: Turn) -> None:
    turn(reconsent_kills_token="off")
    store_id = outside.make_store()
    former = outside.connect(store_id)

    new = outside.connect(store_id)

    assert works(outside, store_id, former)
    assert works(outside, store_id, new)
