"""Where nobody knows how Ecwid behaves, one decision holds on both sides.

OAuth, access, lists and plans; the resources and webhooks have files of their own. Each test's name
is the decision; where the real service may behave otherwise, the sandbox has a switch for it.
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
from portal.errors import TokenResponseError
from tests.contract.conftest import Sides
from tests.sandbox.outside import CALLBACK, CLIENT, sent_back

READ = ("read_store_profile", "read_catalog")


def asked_for(sides: Sides) -> dict[str, str]:
    """Return the query with which we send a merchant to the consent page."""
    url = sides.app.consent_url(scopes=READ, state="a&b=c")
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def consented(sides: Sides, query: dict[str, str], **form: Any) -> dict[str, str]:
    """Return what the browser brings back after the consent page."""
    answer = sides.outside.decide(query, **form)
    return sent_back(answer)


def code_for(sides: Sides, store_id: int) -> str:
    """Return the code of a consent to what we ask for."""
    return consented(sides, asked_for(sides), decision="allow", store_id=store_id, scope=READ)[
        "code"
    ]


@pytest.mark.parametrize(("switch", "state"), [("on", "a&b=c"), ("off", None)])
def test_state_is_sent_and_may_or_may_not_come_back(
    sides: Sides, switch: str, state: str | None
) -> None:
    sides.turn(echo_state=switch)
    form = {"decision": "allow", "store_id": sides.outside.make_store(), "scope": READ}

    assert consented(sides, asked_for(sides), **form).get("state") == state


def test_scopes_are_separated_by_spaces_unless_commas_are_tolerated(sides: Sides) -> None:
    query = asked_for(sides)
    with_commas = query | {"scope": ",".join(READ)}

    assert query["scope"] == "read_store_profile read_catalog"
    assert sides.outside.call("GET", "/api/oauth/authorize", params=with_commas).status_code == 400
    sides.turn(comma_scopes="on")
    assert sides.outside.call("GET", "/api/oauth/authorize", params=with_commas).status_code == 200


def test_undocumented_parameters_are_not_sent_and_ignored(sides: Sides) -> None:
    query = asked_for(sides)
    odd = query | {"source": "x", "partner": "y", "store_id": "5"}

    assert query.keys() == {"client_id", "redirect_uri", "response_type", "scope", "state"}
    assert sides.outside.call("GET", "/api/oauth/authorize", params=odd).status_code == 200


def test_a_refused_consent_is_an_error_without_description(sides: Sides) -> None:
    back = consented(sides, asked_for(sides), decision="deny")

    assert back == {"error": "access_denied", "state": "a&b=c"}


def test_a_store_that_has_the_app_may_consent_again(sides: Sides) -> None:
    store_id, _, _ = sides.store(*READ)

    assert sides.app.exchange(code_for(sides, store_id), store_id).store_id == store_id


@pytest.mark.parametrize(("switch", "is_there"), [("on", True), ("off", False)])
def test_the_callback_may_name_the_store_and_the_token_answer_decides(
    sides: Sides, switch: str, is_there: bool
) -> None:
    sides.turn(callback_store_id=switch)
    store_id = sides.outside.make_store()
    form = {"decision": "allow", "store_id": store_id, "scope": READ}
    back = consented(sides, asked_for(sides), **form)

    assert ("store_id" in back) is is_there
    assert sides.app.exchange(back["code"], None).store_id == store_id


@pytest.mark.parametrize("is_named", [True, False])
def test_the_token_is_had_with_and_without_the_store_in_the_url(
    sides: Sides, is_named: bool
) -> None:
    store_id = sides.outside.make_store()

    answer = sides.app.exchange(code_for(sides, store_id), store_id if is_named else None)

    assert answer.store_id == store_id


def test_a_token_is_fetched_by_post_alone_unless_told_otherwise(sides: Sides) -> None:
    store_id = sides.outside.make_store()
    query = CLIENT | {
        "code": code_for(sides, store_id),
        "redirect_uri": CALLBACK,
        "grant_type": "authorization_code",
    }

    assert sides.outside.call("GET", "/api/oauth/token", params=query).status_code == 405
    sides.turn(legacy_token_get="on")
    assert sides.outside.call("GET", "/api/oauth/token", params=query).status_code == 200


def test_a_code_used_twice_fails_and_kills_the_token_it_gave(sides: Sides) -> None:
    store_id = sides.outside.make_store()
    code = code_for(sides, store_id)
    token = sides.app.exchange(code, store_id).access_token

    with pytest.raises(TokenResponseError):
        sides.app.exchange(code, store_id)

    with pytest.raises(EcwidTokenError):
        sides.transport(store_id, token).get("/profile")


@pytest.mark.parametrize("spelling", ["Bearer", "bearer"])
def test_the_type_of_token_is_read_in_any_case(sides: Sides, spelling: str) -> None:
    sides.turn(token_type=spelling)
    store_id = sides.outside.make_store()

    assert sides.app.exchange(code_for(sides, store_id), store_id).access_token


@pytest.mark.parametrize("switch", ["on", "off"])
def test_the_owners_address_in_the_token_answer_is_optional(sides: Sides, switch: str) -> None:
    sides.turn(token_email=switch)
    store_id = sides.outside.make_store()

    assert sides.app.exchange(code_for(sides, store_id), store_id).scopes == set(READ)


@pytest.mark.parametrize("fault", ["non_json", "empty", "no_scope", "no_store_id", "no_token"])
def test_a_token_answer_that_lacks_something_is_a_failure(sides: Sides, fault: str) -> None:
    sides.turn(token_fault=fault)
    store_id = sides.outside.make_store()

    with pytest.raises(TokenResponseError):
        sides.app.exchange(code_for(sides, store_id), store_id)


def test_a_refused_code_is_a_400_in_json_and_a_failure(sides: Sides) -> None:
    answer = sides.outside.exchange("never given")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    with pytest.raises(TokenResponseError, match="Ecwid refused the code"):
        sides.app.exchange("never given", None)


def test_a_token_in_the_query_is_refused_unless_told_otherwise(sides: Sides) -> None:
    store_id, transport, client = sides.store(*READ)
    path = f"/api/v3/{store_id}/profile"
    query = {"token": transport.access_token}

    assert sides.outside.call("GET", path, params=query).status_code == 403
    sides.turn(legacy_query_token="on")
    assert sides.outside.call("GET", path, params=query).status_code == 200
    assert client.profile()["generalInfo"]["storeId"] == store_id


def test_the_scopes_of_a_token_are_told_and_a_lost_one_is_refused(sides: Sides) -> None:
    store_id, _, client = sides.store(*READ)

    assert set(client.application_token()["permissions"]) == set(READ)
    sides.outside.control("PATCH", f"/stores/{store_id}", {"scopes": ["read_store_profile"]})
    with pytest.raises(EcwidScopeError) as raised:
        client.product(42)
    assert raised.value.facts.code == "INSUFFICIENT_APP_SCOPE"


@pytest.mark.parametrize("body", ["on", "off"])
def test_a_token_is_dead_by_an_empty_403_or_by_its_code(sides: Sides, body: str) -> None:
    store_id, _, client = sides.store(*READ)
    sides.turn(forbidden_body=body)
    sides.outside.control("POST", f"/stores/{store_id}/uninstall")

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
def test_no_other_refusal_looks_like_a_dead_token(
    sides: Sides, change: dict[str, Any], kind: type[EcwidError]
) -> None:
    store_id, _, client = sides.store()
    sides.outside.control("PATCH", f"/stores/{store_id}", change)

    with pytest.raises(kind) as raised:
        client.order("EBJFT")

    assert not isinstance(raised.value, EcwidTokenError)


def test_a_feature_that_is_off_looks_like_itself(sides: Sides) -> None:
    store_id, transport, _ = sides.store()
    sides.outside.control("PATCH", f"/stores/{store_id}", {"features": ["API"]})

    with pytest.raises(EcwidFeatureError):
        transport.call("POST", "/discount_coupons", body={"code": "TEN"})


def test_whether_the_store_exists_is_checked_before_the_token(sides: Sides) -> None:
    assert sides.outside.call("GET", "/api/v3/424242/profile").status_code == 404
    with pytest.raises(EcwidNotFoundError):
        sides.transport(424242, "secret_of_nobody").get("/profile")


def test_a_larger_limit_is_cut_to_a_hundred_and_told(sides: Sides) -> None:
    _, transport, client = sides.store(products=230)

    assert transport.get("/products", {"limit": 500})["limit"] == 100
    pages = [client.products(sort_by="UPDATED_TIME_ASC", offset=n) for n in (0, 100, 200)]
    assert [len(page.items) for page in pages] == [100, 100, 30]
    assert [page.is_last for page in pages] == [False, False, True]


def test_a_search_may_lag_and_reading_by_id_does_not(sides: Sides) -> None:
    _, transport, client = sides.store()
    sides.turn(index_lag_s="60")
    product_id = transport.call("POST", "/products", body={"name": "Mug"})["id"]

    assert client.products_by_id([product_id]).items == []
    assert client.product(product_id)["name"] == "Mug"


def test_a_batch_is_asked_for_by_its_ticket(sides: Sides) -> None:
    _, transport, _ = sides.store()
    ticket = transport.call("POST", "/batch", body=[{"id": "a", "path": "/profile"}])["ticket"]

    assert transport.get("/batch", {"ticket": ticket})["totalRequests"] == 1


@pytest.mark.parametrize("plan", ["Venture", "ecwid_venture", "UNLIMITED", "Reseller's Delight"])
def test_any_name_of_a_plan_is_read_and_features_are_the_gate(sides: Sides, plan: str) -> None:
    store_id, _, client = sides.store(plan=plan)

    profile = read_profile(store_id, client.profile(extended=True))

    assert profile.plan_name == plan
    assert "API" in profile.features


@pytest.mark.parametrize("readable", ["profile", "402"])
def test_a_free_store_shows_its_profile_or_nothing(sides: Sides, readable: str) -> None:
    sides.turn(free_plan=readable)
    store_id, _, client = sides.store(plan="Free")

    if readable == "402":
        with pytest.raises(EcwidPlanError):
            client.profile()
    else:
        assert "API" not in read_profile(store_id, client.profile()).features
    with pytest.raises(EcwidPlanError):
        client.product(42)


def test_counts_are_called_as_the_official_client_reads_them(sides: Sides) -> None:
    _, _, client = sides.store(products=7)

    assert client.latest_stats()["productCount"] == 7


@pytest.mark.parametrize("kills", ["on", "off"])
def test_a_new_consent_may_end_the_former_token(sides: Sides, kills: str) -> None:
    sides.turn(reconsent_kills_token=kills)
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
    sides.turn(quota_per_minute="4")
    calls = [{"path": "/classes"}] * 2

    ticket = transport.call("POST", "/batch", body=calls)["ticket"]
    while transport_state(sides, ticket) != "COMPLETED":
        pass

    client.profile()
    with pytest.raises(EcwidError) as raised:
        client.profile()
    assert raised.value.facts.status == 429


def transport_state(sides: Sides, ticket: str) -> str:
    """Return how far a batch is, without a call of the API."""
    sql = "SELECT status FROM batch WHERE ticket = ?"
    row = sides.outside.parts.state.row(sql, ticket)
    assert row is not None
    return str(row["status"])
