"""A connection check updates the store's row, and restores its state after a problem has passed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests_mock

from portal.ecwid.errors import EcwidRateLimitError, EcwidUnavailableError, EcwidUnreadableError
from portal.jobs import PROBE_STORE
from portal.models import Grant, Issue, Store, StoreState, TimelineEntry, WebhookHealth, utc_now
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.rules.orders.currency_format import CurrencyFormat
from portal.rules.orders.pricing import Currency
from portal.sandbox.admin_operations import add_store
from portal.sandbox.server import SandboxServer
from portal.services.connection.probe_store import probe_if_due, probe_store, wake_due_probes
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, make_grant, make_store, profile_payload
from tests.services.conftest import API, PROFILE, STATUSES, during_call
from tests.shop import open_shop

PROBED = [state for state in StoreState if state not in ("reconnect", "disconnected")]


def state() -> str:
    """Return the store's state."""
    found: str = Store.get_by_id(1003).state
    return found


def test_store_facts_are_updated(
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


def test_format_of_amounts_is_updated(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    formats = {"currency": "HUF", "currencySuffix": " Ft", "currencyPrecision": 0}
    ecwid.get(PROFILE, json=profile_payload(formatsAndUnits=formats))

    probe_store(runtime, 1003)
    kept = Store.get_by_id(1003)
    ecwid.get(PROFILE, json=profile_payload())
    probe_store(runtime, 1003)

    assert kept.money_currency == Currency("HUF", 0)
    assert kept.money_format == CurrencyFormat(suffix=" Ft")
    assert Store.get_by_id(1003).money_format is None


def test_own_names_of_order_statuses_are_updated(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload())
    own = {"statusId": "CUSTOM_PAYMENT_STATUS_1", "name": " Deposit paid "}
    ecwid.get(STATUSES, json={"items": [{"statusId": "PAID"}, own]})

    probe_store(runtime, 1003)

    assert Store.get_by_id(1003).order_status_names == {"CUSTOM_PAYMENT_STATUS_1": "Deposit paid"}


@pytest.mark.parametrize(
    "answer", [{"status_code": 403}, {"json": []}, {"json": {"items": [5]}}, {"status_code": 404}]
)
def test_names_of_order_statuses_stay_if_they_cannot_be_read(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, answer: dict[str, Any]
) -> None:
    names = {"CUSTOM_PAYMENT_STATUS_1": "Deposit paid"}
    Store.update(order_status_names=names).execute()
    ecwid.get(PROFILE, json=profile_payload())
    ecwid.get(STATUSES, **answer)

    probe_store(runtime, 1003)

    assert Store.get_by_id(1003).order_status_names == names
    assert state() == "connected"


def test_closed_storefront_is_noted_and_checked_sooner(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    for is_closed, wait in ((True, timedelta(minutes=5)), (False, timedelta(hours=1))):
        ecwid.get(PROFILE, json=profile_payload(settings={"storeName": "C", "closed": is_closed}))

        probe_store(runtime, 1003)

        kept = Store.get_by_id(1003)
        assert (kept.is_closed, kept.state) == (is_closed, StoreState.CONNECTED)
        assert wait * 0.8 < kept.probe_due_at - utc_now() <= wait
        newest = TimelineEntry.select().order_by(TimelineEntry.id.desc()).first()
        assert newest.detail["is_closed"] == [not is_closed, is_closed]


@pytest.mark.parametrize(
    ("scopes", "query"),
    [
        (REQUIRED_NAMES, {}),
        ((*REQUIRED_NAMES, "read_store_profile_extended"), {"showextendedinfo": ["true"]}),
    ],
)
def test_billing_is_requested_only_with_its_scope(
    runtime: Runtime,
    store: Store,
    ecwid: requests_mock.Mocker,
    scopes: tuple[str, ...],
    query: dict[str, list[str]],
) -> None:
    Grant.update(scopes=list(scopes)).execute()
    ecwid.get(PROFILE, json=profile_payload())

    probe_store(runtime, 1003)

    assert ecwid.request_history[0].qs == query


@pytest.mark.parametrize("before", PROBED)
def test_store_without_problems_works_again(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, before: StoreState
) -> None:
    Store.update(state=before, state_changed_at=UPDATED_AT).execute()
    ecwid.get(PROFILE, json=profile_payload())

    probe_store(runtime, 1003)

    kept = Store.get_by_id(1003)
    assert kept.state == StoreState.CONNECTED
    assert (kept.state_changed_at == UPDATED_AT) is (before is StoreState.CONNECTED)


def test_missing_scopes_are_detected(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Grant.update(scopes=["read_store_profile"]).execute()
    ecwid.get(PROFILE, json=profile_payload())

    probe_store(runtime, 1003)

    assert state() == StoreState.ACTION_REQUIRED


def test_scopes_from_ecwid_take_precedence_over_the_consent(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload())
    ecwid.get(f"{API}/application/token", json={"permissions": list(REQUIRED_NAMES[:-1])})

    probe_store(runtime, 1003)

    lost = REQUIRED_NAMES[-1]
    grant = Grant.get()
    assert (grant.lost_scopes, lost in grant.scopes, lost in grant.effective_scopes) == (
        [lost],
        True,
        False,
    )
    assert (state(), Issue.get().detail) == (StoreState.ACTION_REQUIRED, {"scopes": [lost]})


@pytest.mark.parametrize("is_reported", [True, False])
def test_regained_scope_restores_the_store(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, is_reported: bool
) -> None:
    Grant.update(lost_scopes=["read_catalog"]).execute()
    Store.update(state=StoreState.ACTION_REQUIRED).execute()
    ecwid.get(PROFILE, json=profile_payload())
    ecwid.get(f"{API}/products", json={"items": []})
    if is_reported:
        ecwid.get(f"{API}/application/token", json={"permissions": list(REQUIRED_NAMES)})

    probe_store(runtime, 1003)

    assert (state(), Grant.get().lost_scopes) == (StoreState.CONNECTED, [])


def test_lost_scope_stays_lost_without_proof(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Grant.update(lost_scopes=["create_orders", "read_catalog"]).execute()
    ecwid.get(PROFILE, json=profile_payload())
    ecwid.get(f"{API}/products", status_code=404)

    probe_store(runtime, 1003)

    assert Grant.get().lost_scopes == ["create_orders", "read_catalog"]
    assert state() == StoreState.ACTION_REQUIRED


def test_changed_store_facts_are_in_the_timeline(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Store.update(plan_name="Unlimited", timezone="Europe/Vilnius").execute()
    ecwid.get(PROFILE, json=profile_payload(formatsAndUnits={"currency": "USD"}))

    probe_store(runtime, 1003)

    entry = TimelineEntry.get()
    assert (entry.what, entry.detail) == (
        "store_changed",
        {
            "currency": ["EUR", "USD"],
            "plan_name": ["Unlimited", "Business"],
            "timezone": ["Europe/Vilnius", ""],
        },
    )


def test_check_schedules_the_next_one(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload())

    probe_store(runtime, 1003)

    kept = Store.get()
    assert timedelta(minutes=53) < kept.probe_due_at - utc_now() <= timedelta(hours=1)
    assert utc_now() - kept.probed_at < timedelta(minutes=1)


def test_failed_check_is_repeated_soon(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, status_code=429)

    with pytest.raises(EcwidRateLimitError):
        probe_store(runtime, 1003)

    kept = Store.get()
    assert timedelta() < kept.probe_due_at - utc_now() <= timedelta(minutes=5)
    assert kept.probed_at is None


def test_concurrent_checks_of_a_store_make_one_call(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    profile = ecwid.get(PROFILE, json=profile_payload())

    def check(_: int) -> None:
        with runtime.database.connection_context():
            probe_if_due(runtime, 1003)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(check, range(8)))

    assert profile.call_count == 1


def test_check_that_is_not_due_makes_no_call(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Store.update(probe_due_at=utc_now() + timedelta(minutes=1)).execute()

    probe_if_due(runtime, 1003)
    assert ecwid.call_count == 0
    runtime.request_probe(1003)
    with pytest.raises(requests_mock.NoMockAddress):
        probe_if_due(runtime, 1003)


def test_check_requested_during_a_check_is_made_as_well(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    request = during_call(lambda: runtime.request_probe(1003))
    ecwid.get(PROFILE, additional_matcher=request, json=profile_payload())

    probe_if_due(runtime, 1003)

    assert wake_due_probes(runtime) == 0
    assert runtime.redis.llen(f"rq:queue:{PROBE_STORE.queue}") == 1
    assert Store.get().probe_due_at <= utc_now()


@pytest.mark.promise(3)
@pytest.mark.parametrize(
    ("answer", "expected", "calls"),
    [
        ({"status_code": 403, "text": ""}, StoreState.DISCONNECTED, 2),
        # The profile, the token's scopes and the order statuses.
        ({"json": profile_payload()}, StoreState.CONNECTED, 3),
    ],
)
def test_uninstall_counts_only_after_a_refused_token(
    runtime: Runtime,
    store: Store,
    ecwid: requests_mock.Mocker,
    answer: dict[str, Any],
    expected: StoreState,
    calls: int,
) -> None:
    ecwid.get(PROFILE, **answer)

    probe_store(runtime, 1003, is_uninstall_event=True)

    assert (state(), ecwid.call_count) == (expected, calls)
    kinds = [issue.kind for issue in Issue.select()]
    assert kinds == (["uninstalled"] if expected is StoreState.DISCONNECTED else [])


@pytest.mark.promise(5)
def test_token_that_no_key_opens_requires_a_reconnect(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Grant.update(sealed_access_token="sealed by a key that is gone").execute()

    probe_store(runtime, 1003)

    assert (state(), Issue.get().kind) == (StoreState.RECONNECT, "token_unreadable")
    assert ecwid.call_count == 0


@pytest.mark.promise(5)
def test_dead_token_is_confirmed_and_stops_the_store(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, status_code=403, text="")

    probe_store(runtime, 1003)

    assert state() == StoreState.RECONNECT
    assert Grant.active_for(1003) is None
    assert ecwid.call_count == 2


@pytest.mark.promise(5)
def test_unconfirmed_refusal_stops_nothing(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, [{"status_code": 403, "text": ""}, {"json": profile_payload()}])

    probe_store(runtime, 1003)

    assert state() == StoreState.CONNECTED
    assert Grant.active_for(1003) is not None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status_code": 500}, EcwidUnavailableError),
        ({"status_code": 429}, EcwidRateLimitError),
        ({"text": "<html>"}, EcwidUnreadableError),
    ],
)
def test_temporary_error_is_raised_for_a_retry(
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
    assert Grant.active_for(1003) is not None


def test_invalid_profile_changes_nothing(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload(settings={"storeName": ["Juniper"]}))

    probe_store(runtime, 1003)

    assert Store.get_by_id(1003) == store
    assert Store.get_by_id(1003).name == "Clay & Co"


@pytest.mark.promise(5)
@pytest.mark.parametrize("before", [StoreState.RECONNECT, StoreState.DISCONNECTED])
def test_store_that_needs_a_consent_is_not_called(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, before: StoreState
) -> None:
    Store.update(state=before).execute()

    probe_store(runtime, 1003)

    assert ecwid.call_count == 0
    assert state() == before


def test_store_without_an_active_grant_is_not_called(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Grant.revoke_all(1003, "uninstalled")

    probe_store(runtime, 1003)

    assert ecwid.call_count == 0


def test_unknown_store_is_not_called(runtime: Runtime, ecwid: requests_mock.Mocker) -> None:
    probe_store(runtime, 404)

    assert ecwid.call_count == 0


def test_event_during_the_check_still_counts(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    def arrive() -> None:
        Store.update(webhook_health=WebhookHealth.VERIFIED, last_event_at=utc_now()).execute()

    ecwid.get(PROFILE, additional_matcher=during_call(arrive), json=profile_payload())

    probe_store(runtime, 1003)

    kept = Store.get_by_id(1003)
    assert kept.webhook_health == WebhookHealth.VERIFIED
    assert kept.last_event_at is not None


def test_result_for_an_old_grant_does_not_affect_a_new_one(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    def consent() -> None:
        Grant.revoke_all(1003, "replaced by a new consent")
        make_grant(store, runtime.sealer, "secret_new")

    Grant.update(scopes=["read_store_profile"]).execute()
    ecwid.get(PROFILE, additional_matcher=during_call(consent), json=profile_payload())

    probe_store(runtime, 1003)

    assert state() == StoreState.CONNECTED


@pytest.mark.promise(3)
def test_uninstall_in_the_sandbox_is_detected(runtime: Runtime, sandbox: SandboxServer) -> None:
    stores, store_id = sandbox.parts.stores, add_store(sandbox.parts, {"plan": "Unlimited"})
    token = stores.install(store_id, " ".join(REQUIRED_NAMES), revoke_previous=True)
    make_grant(make_store(id=store_id), runtime.sealer, token)
    settings = replace(runtime.settings, ecwid_api_url=f"{sandbox.url}/api/v3")
    runtime = replace(runtime, settings=settings)
    probe_store(runtime, store_id)
    assert Store.get_by_id(store_id).state == StoreState.CONNECTED

    stores.uninstall(store_id)
    probe_store(runtime, store_id)

    assert Store.get_by_id(store_id).state == StoreState.RECONNECT


def test_format_and_status_names_of_a_sandbox_store_are_read(
    runtime: Runtime, sandbox: SandboxServer
) -> None:
    shop = open_shop(runtime, sandbox)
    named = {"name": "Deposit paid", "enabled": True}
    sandbox.parts.order_statuses.update(shop.store_id, "CUSTOM_PAYMENT_STATUS_1", named)

    formats = {"currencyPrecision": 3, "currencyPrefix": "", "currencySuffix": " EUR"}
    sandbox.parts.stores.change_profile(shop.store_id, {"formatsAndUnits": formats})

    probe_store(runtime, shop.store_id)

    store = Store.get_by_id(shop.store_id)
    assert store.money_currency == Currency("EUR", 3)
    assert store.money_format == CurrencyFormat(suffix=" EUR")
    names = store.order_status_names
    assert names == {"CUSTOM_PAYMENT_STATUS_1": "Deposit paid"}
