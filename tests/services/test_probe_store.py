"""A probe brings a store's row up to date, and mends its state when what was wrong has passed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests_mock

from portal.errors import EcwidRateLimitError, EcwidUnavailableError, EcwidUnreadableError
from portal.models import Grant, Store, StoreState, WebhookHealth, utc_now
from portal.rules.scopes import REQUIRED_NAMES
from portal.sandbox.server import SandboxServer
from portal.sandbox.shopkeeping import add_store
from portal.services.probe_store import probe_store
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, make_grant, make_store, profile_payload
from tests.services.conftest import PROFILE, meanwhile

PROBED = [state for state in StoreState if state not in ("reconnect", "disconnected")]


def state() -> str:
    """Return how the store stands."""
    found: str = Store.get_by_id(1003).state
    return found


def test_the_stores_facts_are_brought_up_to_date(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    renamed = profile_payload(
        settings={"storeName": "Juniper"},
        generalInfo={"storeUrl": "https://juniper.example"},
        account={"availableFeatures": ["API", "DISCOUNT_COUPONS"]},
        accountBilling={"pricingPlanName": "Venture"},
    )
    ecwid.get(PROFILE, json=renamed)

    probe_store(runtime, 1003)

    kept = Store.get_by_id(1003)
    assert (kept.name, kept.url, kept.timezone) == (
        "Juniper",
        "https://juniper.example",
        "Europe/Vilnius",
    )
    assert (kept.plan_name, kept.plan_level, kept.state) == ("Venture", "limited", "limited")
    assert kept.features == ["API", "DISCOUNT_COUPONS"]
    assert kept.missing_features == ["COMBINATIONS", "CUSTOMER_GROUPS"]


@pytest.mark.parametrize(
    ("scopes", "query"),
    [
        (REQUIRED_NAMES, {}),
        ((*REQUIRED_NAMES, "read_store_profile_extended"), {"showextendedinfo": ["true"]}),
    ],
)
def test_billing_is_asked_for_only_with_its_scope(
    runtime: Runtime,
    store: Store,
    ecwid: requests_mock.Mocker,
    scopes: tuple[str, ...],
    query: dict[str, list[str]],
) -> None:
    Grant.update(scopes=list(scopes)).execute()
    ecwid.get(PROFILE, json=profile_payload())

    probe_store(runtime, 1003)

    assert ecwid.last_request.qs == query


@pytest.mark.parametrize("before", PROBED)
def test_a_store_that_is_well_again_works_again(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, before: StoreState
) -> None:
    Store.update(state=before, state_since_at=UPDATED_AT).execute()
    ecwid.get(PROFILE, json=profile_payload())

    probe_store(runtime, 1003)

    kept = Store.get_by_id(1003)
    assert kept.state == StoreState.CONNECTED
    assert (kept.state_since_at == UPDATED_AT) is (before is StoreState.CONNECTED)


def test_scopes_that_are_missing_are_noticed(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Grant.update(scopes=["read_store_profile"]).execute()
    ecwid.get(PROFILE, json=profile_payload())

    probe_store(runtime, 1003)

    assert state() == StoreState.ACTION_REQUIRED


@pytest.mark.promise(5)
def test_a_dead_token_is_confirmed_and_stops_the_store(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, status_code=403, text="")

    probe_store(runtime, 1003)

    assert state() == StoreState.RECONNECT
    assert Grant.in_force(1003) is None
    assert ecwid.call_count == 2


@pytest.mark.promise(5)
def test_a_refusal_that_was_a_slip_stops_nothing(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, [{"status_code": 403, "text": ""}, {"json": profile_payload()}])

    probe_store(runtime, 1003)

    assert state() == StoreState.CONNECTED
    assert Grant.in_force(1003) is not None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status_code": 500}, EcwidUnavailableError),
        ({"status_code": 429}, EcwidRateLimitError),
        ({"text": "<html>"}, EcwidUnreadableError),
    ],
)
def test_a_passing_trouble_is_raised_to_be_tried_again(
    runtime: Runtime,
    store: Store,
    ecwid: requests_mock.Mocker,
    answer: dict[str, Any],
    error: type[Exception],
) -> None:
    ecwid.get(PROFILE, **answer)

    with pytest.raises(error):
        probe_store(runtime, 1003)

    assert state() == StoreState.CONNECTED
    assert Grant.in_force(1003) is not None


def test_an_impossible_profile_changes_nothing(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload(settings={"storeName": ["Juniper"]}))

    probe_store(runtime, 1003)

    assert Store.get_by_id(1003) == store
    assert Store.get_by_id(1003).name == "Clay & Co"


@pytest.mark.promise(5)
@pytest.mark.parametrize("before", [StoreState.RECONNECT, StoreState.DISCONNECTED])
def test_a_store_that_only_a_consent_can_help_is_not_asked(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, before: StoreState
) -> None:
    Store.update(state=before).execute()

    probe_store(runtime, 1003)

    assert ecwid.call_count == 0
    assert state() == before


def test_a_store_without_a_grant_in_force_is_not_asked(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Grant.revoke_all(1003, "uninstalled")

    probe_store(runtime, 1003)

    assert ecwid.call_count == 0


def test_a_store_that_is_not_known_is_not_asked(
    runtime: Runtime, ecwid: requests_mock.Mocker
) -> None:
    probe_store(runtime, 404)

    assert ecwid.call_count == 0


def test_an_event_that_came_in_between_still_counts(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    def arrive() -> None:
        Store.update(webhook_health=WebhookHealth.VERIFIED, last_event_at=utc_now()).execute()

    ecwid.get(PROFILE, additional_matcher=meanwhile(arrive), json=profile_payload())

    probe_store(runtime, 1003)

    kept = Store.get_by_id(1003)
    assert kept.webhook_health == WebhookHealth.VERIFIED
    assert kept.last_event_at is not None


def test_what_an_older_consent_lacked_does_not_count_against_a_newer_one(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    def consent() -> None:
        Grant.revoke_all(1003, "replaced by a new consent")
        make_grant(store, runtime.sealer, "secret_new")

    Grant.update(scopes=["read_store_profile"]).execute()
    ecwid.get(PROFILE, additional_matcher=meanwhile(consent), json=profile_payload())

    probe_store(runtime, 1003)

    assert state() == StoreState.CONNECTED


@pytest.mark.promise(3)
def test_an_uninstall_at_ecwid_is_found_by_reading(
    runtime: Runtime, sandbox: SandboxServer
) -> None:
    stores, store_id = sandbox.parts.stores, add_store(sandbox.parts, {"plan": "Unlimited"})
    token = stores.install(store_id, " ".join(REQUIRED_NAMES), ends_former=True)
    make_grant(make_store(id=store_id), runtime.sealer, token)
    settings = replace(runtime.settings, ecwid_api_url=f"{sandbox.url}/api/v3")
    runtime = replace(runtime, settings=settings)
    probe_store(runtime, store_id)
    assert Store.get_by_id(store_id).state == StoreState.CONNECTED

    stores.uninstall(store_id)
    probe_store(runtime, store_id)

    assert Store.get_by_id(store_id).state == StoreState.RECONNECT
