"""A custom app's token connects a store only if everything that can be checked is right."""

from __future__ import annotations

from typing import Any

import pytest
import requests_mock

from portal.ecwid.errors import EcwidError
from portal.errors.connect import (
    CustomAppTokenError,
    ErasureInProgressError,
    StoreMismatchError,
    StoreOwnedElsewhereError,
)
from portal.jobs import PROBE_STORE
from portal.models import (
    AuditLogEntry,
    Grant,
    Issue,
    Membership,
    Merchant,
    Store,
    StoreDataErasure,
    StoreState,
    WebhookHealth,
    utc_now,
)
from portal.rules.connection.grant_sources import GrantSource
from portal.rules.connection.issue_kinds import IssueKind, silent_webhooks_texts
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.services.connection.connect_custom_app import CustomAppToken, connect_custom_app
from portal.services.connection.disconnect_store import UNINSTALL_SCOPE, disconnect_store
from portal.services.connection.handle_refusals import confirm_refusal
from portal.services.connection.probe_store import probe_store
from portal.services.connection.register_webhooks import register_webhooks
from portal.services.connection.scope_checks import detect_scopes
from portal.services.connection.webhook_liveness import update_webhook_health
from portal.services.notifications.issues import open_issue
from portal.services.runtime import Runtime
from portal.wake_keys import wake_key
from tests.factories import make_event, make_grant, make_merchant, make_store, profile_payload
from tests.sealed import open_secret
from tests.services.conftest import API, PROFILE

SCOPE_REFUSED = {"errorCode": "INSUFFICIENT_APP_SCOPE"}
LISTS = {
    "read_catalog": f"{API}/products",
    "read_orders": f"{API}/orders",
    "read_customers": f"{API}/customers",
    "read_discount_coupons": f"{API}/discount_coupons",
}
UNTESTABLE = ["create_customers", "create_orders", "update_orders"]
GIVEN = CustomAppToken(1003, "secret_custom")
WITH_SECRET = CustomAppToken(1003, "secret_custom", "client-secret-of-the-app")


@pytest.fixture
def lists(ecwid: requests_mock.Mocker) -> requests_mock.Mocker:
    """An Ecwid that reports no scopes, but shows the profile and every list."""
    ecwid.get(PROFILE, json=profile_payload())
    for url in LISTS.values():
        ecwid.get(url, json={"items": []})
    return ecwid


@pytest.fixture
def connected(runtime: Runtime, merchant: Merchant, lists: requests_mock.Mocker) -> Store:
    """A store that is connected by a custom app without a client secret."""
    connect_custom_app(runtime, merchant, GIVEN)
    found: Store = Store.get_by_id(1003)
    return found


def active_grant() -> Grant:
    """Return the store's grant."""
    found = Grant.active_for(1003)
    assert found is not None
    return found


def reported(ecwid: requests_mock.Mocker, *scopes: str) -> None:
    """Let Ecwid report the scopes of the token."""
    ecwid.get(f"{API}/application/token", json={"permissions": list(scopes)})


def test_scopes_that_ecwid_reports_are_stored(
    runtime: Runtime, merchant: Merchant, lists: requests_mock.Mocker
) -> None:
    reported(lists, *REQUIRED_NAMES, "update_catalog")

    outcome = connect_custom_app(runtime, merchant, WITH_SECRET)

    grant = active_grant()
    assert outcome.state is StoreState.CONNECTED
    assert grant.scopes == sorted({*REQUIRED_NAMES, "update_catalog"})
    assert (grant.source, grant.unverified_scopes) == (GrantSource.CUSTOM_APP, [])
    assert open_secret(runtime.sealer, grant, "sealed_access_token") == "secret_custom"
    assert open_secret(runtime.sealer, grant, "sealed_client_secret") == "client-secret-of-the-app"
    assert Membership.store_of(merchant, 1003) is not None
    assert len(lists.request_history) == 2


def test_without_a_report_reads_prove_scopes_and_write_scopes_stay_unverified(
    runtime: Runtime, merchant: Merchant, lists: requests_mock.Mocker
) -> None:
    outcome = connect_custom_app(runtime, merchant, GIVEN)

    grant = active_grant()
    assert outcome.is_working
    assert grant.scopes == sorted(REQUIRED_NAMES)
    assert grant.unverified_scopes == UNTESTABLE
    assert runtime.redis.exists(wake_key(PROBE_STORE.path, (1003,)))


@pytest.mark.parametrize("name", LISTS)
def test_a_refused_read_is_a_missing_permission_and_nothing_is_kept(
    runtime: Runtime, merchant: Merchant, lists: requests_mock.Mocker, name: str
) -> None:
    lists.get(LISTS[name], status_code=403, json=SCOPE_REFUSED)

    outcome = connect_custom_app(runtime, merchant, GIVEN)

    assert outcome.state is StoreState.ACTION_REQUIRED
    assert [scope.name for scope in outcome.missing_scopes] == [name]
    assert not Store.select().exists()


def test_an_inconclusive_answer_leaves_its_scope_to_the_next_check(
    runtime: Runtime, merchant: Merchant, lists: requests_mock.Mocker
) -> None:
    lists.get(LISTS["read_orders"], status_code=400)
    connect_custom_app(runtime, merchant, GIVEN)
    assert active_grant().unverified_scopes == sorted([*UNTESTABLE, "read_orders"])

    lists.get(LISTS["read_orders"], status_code=403, json=SCOPE_REFUSED)
    probe_store(runtime, 1003)

    assert active_grant().lost_scopes == ["read_orders"]
    assert active_grant().unverified_scopes == UNTESTABLE
    assert Store.get_by_id(1003).state == StoreState.ACTION_REQUIRED


def test_a_passed_check_verifies_a_scope(
    runtime: Runtime, merchant: Merchant, connected: Store, lists: requests_mock.Mocker
) -> None:
    Grant.update(unverified_scopes=["create_orders", "read_catalog"]).execute()

    probe_store(runtime, 1003)

    assert active_grant().unverified_scopes == ["create_orders"]
    reported(lists, *REQUIRED_NAMES)
    probe_store(runtime, 1003)
    assert active_grant().unverified_scopes == []


def test_the_first_refused_write_shows_that_an_assumed_scope_is_missing(
    runtime: Runtime, connected: Store, lists: requests_mock.Mocker
) -> None:
    lists.post(f"{API}/orders", status_code=403, json=SCOPE_REFUSED)
    with pytest.raises(EcwidError) as refused:
        runtime.client(1003).create_order({})

    confirm_refusal(runtime, 1003, refused.value)

    assert active_grant().lost_scopes == ["create_orders"]
    assert active_grant().unverified_scopes == ["create_customers", "update_orders"]
    issue = Issue.get()
    assert (issue.kind, issue.detail) == (IssueKind.SCOPES_MISSING, {"scopes": ["create_orders"]})
    assert "your custom app" in issue.next_action


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"status_code": 402, "json": {"errorCode": "STORE_IS_SUSPENDED"}}, StoreState.SUSPENDED),
        ({"status_code": 402}, StoreState.PLAN_BLOCKED),
        ({"status_code": 403, "json": SCOPE_REFUSED}, StoreState.ACTION_REQUIRED),
    ],
)
def test_a_refused_profile_explains_itself_and_keeps_nothing(
    runtime: Runtime,
    merchant: Merchant,
    ecwid: requests_mock.Mocker,
    answer: dict[str, Any],
    state: StoreState,
) -> None:
    ecwid.get(PROFILE, **answer)

    outcome = connect_custom_app(runtime, merchant, GIVEN)

    assert (outcome.state, outcome.is_reconnect) == (state, False)
    assert not Store.select().exists()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status_code": 403}, CustomAppTokenError),
        ({"status_code": 404, "json": {"errorCode": "STORE_NOT_FOUND"}}, CustomAppTokenError),
        ({"json": profile_payload(generalInfo={"storeId": 1004})}, StoreMismatchError),
        ({"json": profile_payload(generalInfo={"storeId": "1004"})}, StoreMismatchError),
        ({"status_code": 429}, EcwidError),
    ],
)
def test_a_token_that_is_not_for_the_store_leaves_the_former_grant_in_force(
    runtime: Runtime,
    merchant: Merchant,
    store: Store,
    ecwid: requests_mock.Mocker,
    answer: dict[str, Any],
    error: type[Exception],
) -> None:
    ecwid.get(PROFILE, **answer)

    with pytest.raises(error) as raised:
        connect_custom_app(runtime, merchant, GIVEN)

    assert "secret_custom" not in f"{raised.value}{GIVEN!r}"
    assert open_secret(runtime.sealer, active_grant(), "sealed_access_token") == "secret_token"


def test_a_token_with_fewer_permissions_does_not_replace_the_grant(
    runtime: Runtime, merchant: Merchant, store: Store, lists: requests_mock.Mocker
) -> None:
    reported(lists, "read_store_profile")

    outcome = connect_custom_app(runtime, merchant, GIVEN)

    assert (outcome.is_working, outcome.is_reconnect) == (False, True)
    assert open_secret(runtime.sealer, active_grant(), "sealed_access_token") == "secret_token"
    assert Store.get_by_id(1003).state == StoreState.CONNECTED


def test_a_store_of_another_account_is_refused_before_any_call(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    with pytest.raises(StoreOwnedElsewhereError):
        connect_custom_app(runtime, make_merchant(email="eve@example.com"), GIVEN)

    assert ecwid.call_count == 0


def test_a_store_is_refused_while_its_old_data_is_being_erased(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    StoreDataErasure.create(store=store)

    with pytest.raises(ErasureInProgressError):
        connect_custom_app(runtime, merchant, GIVEN)


def test_the_audit_log_names_the_person_who_connected(
    runtime: Runtime, merchant: Merchant, lists: requests_mock.Mocker
) -> None:
    operator = make_merchant(email="operator@example.com")

    connect_custom_app(runtime, merchant, GIVEN, actor=operator)

    entry = AuditLogEntry.get()
    assert (entry.action, entry.actor) == ("store.connected", operator)
    assert entry.after == {"source": "custom_app", "owner": merchant.id}
    assert Membership.store_of(operator, 1003) is None


def test_a_store_without_a_client_secret_expects_no_webhooks(
    runtime: Runtime, merchant: Merchant, store: Store, lists: requests_mock.Mocker
) -> None:
    make_event(store_id=1003)
    now = utc_now()
    Store.update(webhook_mode="api", webhook_registered_at=now, last_event_at=now).execute()
    open_issue(1003, IssueKind.WEBHOOKS_SILENT, silent_webhooks_texts("api"))

    connect_custom_app(runtime, merchant, GIVEN)
    register_webhooks(runtime, 1003)
    runtime.arrival_recorder.record(1003, utc_now())
    runtime.arrival_recorder.flush()
    update_webhook_health(runtime)

    kept = Store.get_by_id(1003)
    assert (kept.webhook_health, kept.webhook_mode) == (WebhookHealth.OFF, None)
    assert kept.webhook_check_due_at is None
    assert not kept.receives_events
    assert Issue.get().resolved_at is not None
    assert not [call for call in lists.request_history if call.path.endswith("/webhooks")]


def test_a_client_secret_turns_webhooks_on_again(
    runtime: Runtime, merchant: Merchant, connected: Store, lists: requests_mock.Mocker
) -> None:
    lists.get(f"{API}/webhooks", status_code=404)

    connect_custom_app(runtime, merchant, WITH_SECRET)
    register_webhooks(runtime, 1003)

    kept = Store.get_by_id(1003)
    assert (kept.webhook_health, kept.webhook_mode) == (WebhookHealth.WAITING, "app")


def test_a_new_grant_erases_the_former_secrets(
    runtime: Runtime, merchant: Merchant, lists: requests_mock.Mocker
) -> None:
    connect_custom_app(runtime, merchant, WITH_SECRET)

    connect_custom_app(runtime, merchant, GIVEN)

    former, _ = Grant.select().order_by(Grant.id)
    assert (former.sealed_access_token, former.sealed_client_secret) == ("", None)
    assert Grant.active_sealed_client_secret(1003) is None


def test_the_issue_of_a_dead_token_asks_for_a_new_one(
    runtime: Runtime, connected: Store, lists: requests_mock.Mocker
) -> None:
    lists.get(PROFILE, status_code=403)

    probe_store(runtime, 1003)

    issue = Issue.get(Issue.kind == IssueKind.TOKEN_DEAD)
    assert issue.next_action.startswith("Enter a new token of your custom app")
    assert Store.get_by_id(1003).state == StoreState.RECONNECT


def test_disconnecting_never_removes_the_merchants_own_app(
    runtime: Runtime, merchant: Merchant, lists: requests_mock.Mocker
) -> None:
    reported(lists, *REQUIRED_NAMES, UNINSTALL_SCOPE)
    connect_custom_app(runtime, merchant, GIVEN)

    result = disconnect_store(runtime, Store.get_by_id(1003), merchant, with_erasure=False)

    assert not result.app_removed
    assert "DELETE" not in {call.method for call in lists.request_history}


def test_source_of_a_store_is_that_of_its_newest_grant(
    runtime: Runtime, merchant: Merchant
) -> None:
    store = make_store(merchant)
    assert Grant.latest_source(1003) is GrantSource.OAUTH

    make_grant(store, runtime.sealer, source=GrantSource.CUSTOM_APP, revoked_at=utc_now())

    assert Grant.latest_source(1003) is GrantSource.CUSTOM_APP


def test_detection_stops_when_its_time_is_over(
    runtime: Runtime, merchant: Merchant, lists: requests_mock.Mocker
) -> None:
    detected = detect_scopes(runtime.client_with(1003, "secret_custom"), budget_s=-1)

    assert detected.unverified == frozenset(REQUIRED_NAMES)
    assert len(lists.request_history) == 1
