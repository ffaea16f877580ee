"""Decisions on undocumented behavior of OAuth, access, lists and plans, tested on both sides.

Each test's name states a decision. Where the real service may behave differently, the sandbox has
a switch.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.ecwid.errors import (
    EcwidError,
    EcwidFeatureError,
    EcwidNotFoundError,
    EcwidPlanError,
    EcwidScopeError,
    EcwidTokenError,
)
from portal.ecwid.profile import read_profile
from portal.errors.connect import TokenResponseError
from tests.contract.conftest import Sides
from tests.sandbox.client import CALLBACK, CLIENT, redirect_params

READ = ("read_store_profile", "read_catalog")


def consent_query(sides: Sides) -> dict[str, str]:
    """Return the query of the portal's link to the consent page."""
    url = sides.app.consent_url(scopes=READ, state="a&b=c")
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def submit_consent(sides: Sides, query: dict[str, str], **form: Any) -> dict[str, str]:
    """Submit the consent page and return the parameters of the redirect."""
    answer = sides.sandbox.submit_consent(query, **form)
    return redirect_params(answer)


def code_for(sides: Sides, store_id: int) -> str:
    """Consent to the requested scopes and return the code."""
    return submit_consent(
        sides, consent_query(sides), decision="allow", store_id=store_id, scope=READ
    )["code"]


@pytest.mark.parametrize(("switch", "state"), [("on", "a&b=c"), ("off", None)])
def test_the_client_sends_state_and_it_may_be_returned(
    sides: Sides, switch: str, state: str | None
) -> None:
    sides.set_switches(echo_state=switch)
    form = {"decision": "allow", "store_id": sides.sandbox.make_store(), "scope": READ}

    assert submit_consent(sides, consent_query(sides), **form).get("state") == state


def test_scopes_are_separated_by_spaces_and_commas_need_the_switch(sides: Sides) -> None:
    query = consent_query(sides)
    with_commas = query | {"scope": ",".join(READ)}

    assert query["scope"] == "read_store_profile read_catalog"
    assert sides.sandbox.call("GET", "/api/oauth/authorize", params=with_commas).status_code == 400
    sides.set_switches(comma_scopes="on")
    assert sides.sandbox.call("GET", "/api/oauth/authorize", params=with_commas).status_code == 200


def test_undocumented_parameters_are_not_sent_and_are_ignored(sides: Sides) -> None:
    query = consent_query(sides)
    odd = query | {"source": "x", "partner": "y", "store_id": "5"}

    assert query.keys() == {"client_id", "redirect_uri", "response_type", "scope", "state"}
    assert sides.sandbox.call("GET", "/api/oauth/authorize", params=odd).status_code == 200


def test_a_denied_consent_is_an_error_without_description(sides: Sides) -> None:
    back = submit_consent(sides, consent_query(sides), decision="deny")

    assert back == {"error": "access_denied", "state": "a&b=c"}


def test_a_store_with_the_app_can_consent_again(sides: Sides) -> None:
    store_id, _, _ = sides.store(*READ)

    assert sides.app.exchange(code_for(sides, store_id), store_id).store_id == store_id


@pytest.mark.parametrize(("switch", "is_there"), [("on", True), ("off", False)])
def test_the_token_response_decides_about_the_store(
    sides: Sides, switch: str, is_there: bool
) -> None:
    sides.set_switches(callback_store_id=switch)
    store_id = sides.sandbox.make_store()
    form = {"decision": "allow", "store_id": store_id, "scope": READ}
    back = submit_consent(sides, consent_query(sides), **form)

    assert ("store_id" in back) is is_there
    assert sides.app.exchange(back["code"], None).store_id == store_id


@pytest.mark.parametrize("is_named", [True, False])
def test_the_token_path_works_with_and_without_the_store_id(sides: Sides, is_named: bool) -> None:
    store_id = sides.sandbox.make_store()

    answer = sides.app.exchange(code_for(sides, store_id), store_id if is_named else None)

    assert answer.store_id == store_id


def test_a_token_request_by_get_needs_the_switch(sides: Sides) -> None:
    store_id = sides.sandbox.make_store()
    query = CLIENT | {
        "code": code_for(sides, store_id),
        "redirect_uri": CALLBACK,
        "grant_type": "authorization_code",
    }

    assert sides.sandbox.call("GET", "/api/oauth/token", params=query).status_code == 405
    sides.set_switches(legacy_token_get="on")
    assert sides.sandbox.call("GET", "/api/oauth/token", params=query).status_code == 200


def test_a_second_use_of_a_code_fails_and_revokes_the_token(sides: Sides) -> None:
    store_id = sides.sandbox.make_store()
    code = code_for(sides, store_id)
    token = sides.app.exchange(code, store_id).access_token

    with pytest.raises(TokenResponseError):
        sides.app.exchange(code, store_id)

    with pytest.raises(EcwidTokenError):
        sides.transport(store_id, token).get("/profile")


@pytest.mark.parametrize("spelling", ["Bearer", "bearer"])
def test_the_token_type_is_case_insensitive(sides: Sides, spelling: str) -> None:
    sides.set_switches(token_type=spelling)
    store_id = sides.sandbox.make_store()

    assert sides.app.exchange(code_for(sides, store_id), store_id).access_token


@pytest.mark.parametrize("switch", ["on", "off"])
def test_the_owners_email_in_the_token_response_is_optional(sides: Sides, switch: str) -> None:
    sides.set_switches(token_email=switch)
    store_id = sides.sandbox.make_store()

    assert sides.app.exchange(code_for(sides, store_id), store_id).scopes == set(READ)


@pytest.mark.parametrize("fault", ["non_json", "empty", "no_scope", "no_store_id", "no_token"])
def test_an_incomplete_token_response_is_an_error(sides: Sides, fault: str) -> None:
    sides.set_switches(token_fault=fault)
    store_id = sides.sandbox.make_store()

    with pytest.raises(TokenResponseError):
        sides.app.exchange(code_for(sides, store_id), store_id)


def test_a_rejected_code_is_a_400_and_an_error(sides: Sides) -> None:
    answer = sides.sandbox.exchange("never given")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    with pytest.raises(TokenResponseError, match="Ecwid refused the code"):
        sides.app.exchange("never given", None)


def test_a_token_in_the_query_needs_the_switch(sides: Sides) -> None:
    store_id, transport, client = sides.store(*READ)
    path = f"/api/v3/{store_id}/profile"
    query = {"token": transport.access_token}

    assert sides.sandbox.call("GET", path, params=query).status_code == 403
    sides.set_switches(legacy_query_token="on")
    assert sides.sandbox.call("GET", path, params=query).status_code == 200
    assert client.profile()["generalInfo"]["storeId"] == store_id


def test_the_token_endpoint_lists_scopes_and_a_lost_scope_is_an_error(sides: Sides) -> None:
    store_id, _, client = sides.store(*READ)

    assert set(client.application_token()["permissions"]) == set(READ)
    sides.sandbox.admin("PATCH", f"/stores/{store_id}", {"scopes": ["read_store_profile"]})
    with pytest.raises(EcwidScopeError) as raised:
        client.product(42)
    assert raised.value.facts.code == "INSUFFICIENT_APP_SCOPE"


@pytest.mark.parametrize("body", ["on", "off"])
def test_an_empty_403_or_the_error_code_means_a_dead_token(sides: Sides, body: str) -> None:
    store_id, _, client = sides.store(*READ)
    sides.set_switches(forbidden_body=body)
    sides.sandbox.admin("POST", f"/stores/{store_id}/uninstall")

    with pytest.raises(EcwidTokenError):
        client.profile()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"suspended": True}, EcwidError),
        ({"plan": "Free"}, EcwidPlanError),
        ({"scopes": ["read_catalog"]}, EcwidScopeError),
    ],
    ids=["suspended", "plan", "scope"],
)
def test_no_other_error_means_a_dead_token(
    sides: Sides, change: dict[str, Any], kind: type[EcwidError]
) -> None:
    store_id, _, client = sides.store()
    sides.sandbox.admin("PATCH", f"/stores/{store_id}", change)

    with pytest.raises(kind) as raised:
        client.order("EBJFT")

    assert not isinstance(raised.value, EcwidTokenError)


def test_a_missing_feature_is_a_feature_error(sides: Sides) -> None:
    store_id, transport, _ = sides.store()
    sides.sandbox.admin("PATCH", f"/stores/{store_id}", {"features": ["API"]})

    with pytest.raises(EcwidFeatureError):
        transport.call("POST", "/discount_coupons", body={"code": "TEN"})


def test_the_store_is_checked_before_the_token(sides: Sides) -> None:
    assert sides.sandbox.call("GET", "/api/v3/424242/profile").status_code == 404
    with pytest.raises(EcwidNotFoundError):
        sides.transport(424242, "secret_of_nobody").get("/profile")


def test_a_limit_above_100_is_clamped_and_reported(sides: Sides) -> None:
    _, transport, client = sides.store(products=230)

    assert transport.get("/products", {"limit": 500})["limit"] == 100
    pages = [client.products(sort_by="UPDATED_TIME_ASC", offset=n) for n in (0, 100, 200)]
    assert [len(page.items) for page in pages] == [100, 100, 30]
    assert [page.is_last for page in pages] == [False, False, True]


def test_searches_may_lag_and_reading_by_id_does_not(sides: Sides) -> None:
    _, transport, client = sides.store()
    sides.set_switches(search_lag_s="60")
    product_id = transport.call("POST", "/products", body={"name": "Mug"})["id"]

    assert client.products_by_id([product_id]).items == []
    assert client.product(product_id)["name"] == "Mug"


def test_a_batch_is_read_by_its_ticket(sides: Sides) -> None:
    _, transport, _ = sides.store()
    ticket = transport.call("POST", "/batch", body=[{"id": "a", "path": "/profile"}])["ticket"]

    assert transport.get("/batch", {"ticket": ticket})["totalRequests"] == 1


@pytest.mark.parametrize("plan", ["Venture", "ecwid_venture", "UNLIMITED", "Reseller's Delight"])
def test_any_plan_name_is_accepted_because_features_decide(sides: Sides, plan: str) -> None:
    store_id, _, client = sides.store(plan=plan)

    profile = read_profile(store_id, client.profile(extended=True))

    assert profile.plan_name == plan
    assert "API" in profile.features


@pytest.mark.parametrize("readable", ["profile", "402"])
def test_a_free_store_serves_its_profile_or_nothing(sides: Sides, readable: str) -> None:
    sides.set_switches(free_plan=readable)
    store_id, _, client = sides.store(plan="Free")

    if readable == "402":
        with pytest.raises(EcwidPlanError):
            client.profile()
    else:
        assert "API" not in read_profile(store_id, client.profile()).features
    with pytest.raises(EcwidPlanError):
        client.product(42)


def test_counts_have_the_field_names_of_the_official_client(sides: Sides) -> None:
    _, _, client = sides.store(products=7)

    assert client.latest_stats()["productCount"] == 7


@pytest.mark.parametrize("kills", ["on", "off"])
def test_a_new_consent_may_revoke_the_previous_token(sides: Sides, kills: str) -> None:
    sides.set_switches(reconsent_revokes_token=kills)
    store_id, _, former = sides.store(*READ)
    token = sides.app.exchange(code_for(sides, store_id), store_id).access_token

    assert sides.transport(store_id, token).get("/profile")
    if kills == "on":
        with pytest.raises(EcwidTokenError):
            former.profile()
    else:
        assert former.profile()


def test_each_call_of_a_batch_counts_against_the_quota(sides: Sides) -> None:
    _, transport, client = sides.store()
    sides.set_switches(quota_per_minute="4")
    calls = [{"path": "/classes"}] * 2

    ticket = transport.call("POST", "/batch", body=calls)["ticket"]
    while batch_status(sides, ticket) != "COMPLETED":
        pass

    client.profile()
    with pytest.raises(EcwidError) as raised:
        client.profile()
    assert raised.value.facts.status == 429


def batch_status(sides: Sides, ticket: str) -> str:
    """Return the status of a batch from the database, which uses no quota."""
    sql = "SELECT status FROM batch WHERE ticket = ?"
    row = sides.sandbox.parts.state.row(sql, ticket)
    assert row is not None
    return str(row["status"])
