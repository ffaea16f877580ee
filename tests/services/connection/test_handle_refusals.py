"""Only a refusal that the profile confirms stops the store, and it does so at once."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
import requests
import requests_mock

from portal.ecwid.errors import (
    CallFacts,
    EcwidConflictError,
    EcwidError,
    EcwidFeatureError,
    EcwidInvalidError,
    EcwidNotFoundError,
    EcwidPlanError,
    EcwidRateLimitError,
    EcwidScopeError,
    EcwidSuspendedError,
    EcwidTokenError,
    EcwidUnavailableError,
    EcwidUnreadableError,
)
from portal.errors import PortalError, SealedSecretError, StoreNotConnectedError
from portal.errors.orders import StoreNotWorkingError
from portal.models import (
    Grant,
    Issue,
    Product,
    Resource,
    Store,
    StoreState,
    SyncRun,
    WebhookEvent,
    WebhookHealth,
    utc_now,
)
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.services.connection.handle_refusals import confirm_refusal, handle_refusal
from portal.services.runs.sync_runs import start_all_runs
from portal.services.runtime import Runtime
from tests.factories import make_event, make_grant, product_row, profile_payload
from tests.sealed import open_secret
from tests.services.conftest import API, PROFILE, during_call

FACTS = CallFacts(1003, "GET", "/products", 403)
PRODUCTS = f"{API}/products"
DEAD = {"status_code": 403, "text": ""}
REFUSALS = [EcwidTokenError, EcwidSuspendedError, EcwidPlanError, EcwidScopeError]
OTHERS = [
    EcwidUnavailableError(FACTS),
    EcwidRateLimitError(FACTS, 5),
    EcwidUnreadableError(FACTS),
    EcwidFeatureError(FACTS),
    EcwidNotFoundError(FACTS),
    EcwidConflictError(FACTS),
    EcwidInvalidError(FACTS),
]


def refusal(status: int, code: str) -> dict[str, Any]:
    """Return a response that refuses with this code."""
    return {"status_code": status, "json": {"errorCode": code, "errorMessage": "no"}}


def state() -> str:
    """Return the store's state."""
    found: str = Store.get_by_id(1003).state
    return found


@pytest.mark.promise(5)
def test_confirmed_dead_token_ends_the_grant_and_stops_the_store(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, **DEAD)
    with pytest.raises(EcwidTokenError) as refused:
        runtime.client(1003).profile()

    assert handle_refusal(runtime, 1003, refused.value) is True

    stopped = Store.get_by_id(1003)
    assert stopped.state == StoreState.RECONNECT
    assert utc_now() - stopped.state_changed_at < timedelta(minutes=1)
    assert Grant.active_for(1003) is None
    assert Grant.get().revoked_reason == "the token is dead"
    assert ecwid.call_count == 2


@pytest.mark.promise(5)
def test_stopped_store_is_not_called_again(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, **DEAD)
    for _ in range(3):
        with pytest.raises((EcwidTokenError, StoreNotConnectedError)):
            runtime.client(1003).profile()

        assert handle_refusal(runtime, 1003, EcwidTokenError(FACTS)) is True

    assert ecwid.call_count == 2


@pytest.mark.promise(6)
def test_stop_deletes_nothing(runtime: Runtime, store: Store, ecwid: requests_mock.Mocker) -> None:
    ecwid.get(PROFILE, **DEAD)
    Product.upsert([product_row()])
    start_all_runs(1003)
    make_event()

    handle_refusal(runtime, 1003, EcwidTokenError(FACTS))

    assert Product.get().deleted_at is None
    assert [run.is_finished for run in SyncRun.select()] == [False] * len(Resource)
    assert WebhookEvent.get().processed_at is None


@pytest.mark.promise(5)
@pytest.mark.parametrize("refused", REFUSALS)
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (DEAD, StoreState.RECONNECT),
        (refusal(401, "INVALID_TOKEN"), StoreState.RECONNECT),
        (refusal(402, "STORE_IS_SUSPENDED"), StoreState.SUSPENDED),
        (refusal(402, "NOT_AVAILABLE_ON_CURRENT_PLAN"), StoreState.PLAN_BLOCKED),
        (refusal(403, "INSUFFICIENT_APP_SCOPE"), StoreState.ACTION_REQUIRED),
        ({"json": profile_payload(account={"suspended": True})}, StoreState.SUSPENDED),
        ({"json": profile_payload(account={"availableFeatures": []})}, StoreState.PLAN_BLOCKED),
    ],
)
def test_profile_decides_the_state_of_the_store(
    runtime: Runtime,
    store: Store,
    ecwid: requests_mock.Mocker,
    refused: type[EcwidError],
    answer: dict[str, Any],
    expected: StoreState,
) -> None:
    ecwid.get(PROFILE, **answer)

    assert handle_refusal(runtime, 1003, refused(FACTS)) is True

    assert state() == expected
    assert (Grant.active_for(1003) is None) is (expected is StoreState.RECONNECT)


@pytest.mark.promise(5)
@pytest.mark.parametrize("refused", [EcwidTokenError, EcwidSuspendedError, EcwidPlanError])
def test_refusal_that_the_profile_contradicts_stops_nothing(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, refused: type[EcwidError]
) -> None:
    ecwid.get(PROFILE, json=profile_payload())

    assert handle_refusal(runtime, 1003, refused(FACTS)) is False

    assert state() == StoreState.CONNECTED
    assert Grant.active_for(1003) is not None


def test_scope_refused_twice_requires_action_despite_a_readable_profile(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload())
    ecwid.get(PRODUCTS, **refusal(403, "INSUFFICIENT_APP_SCOPE"))

    assert handle_refusal(runtime, 1003, EcwidScopeError(FACTS)) is True

    assert state() == StoreState.ACTION_REQUIRED
    grant = Grant.active_for(1003)
    assert grant is not None
    assert grant.lost_scopes == ["read_catalog"]
    assert Issue.get().detail == {"scopes": ["read_catalog"]}


def test_store_on_an_unknown_plan_works_until_ecwid_refuses_a_call_for_its_plan(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload(account={"availableFeatures": None}))
    assert handle_refusal(runtime, 1003, EcwidTokenError(FACTS)) is False
    assert Store.get().plan_level == "unknown"
    ecwid.get(PROFILE, **refusal(402, "NOT_AVAILABLE_ON_CURRENT_PLAN"))

    assert handle_refusal(runtime, 1003, EcwidPlanError(FACTS)) is True

    assert state() == StoreState.PLAN_BLOCKED


@pytest.mark.parametrize(
    ("refused", "scope"),
    [
        (EcwidTokenError(FACTS, "Access denied: no permission"), "read_catalog"),
        (EcwidTokenError(FACTS, "The app needs read_catalog"), "read_catalog"),
        (EcwidScopeError(FACTS, "create_customers is missing"), "create_customers"),
        (EcwidScopeError(FACTS, "read_reviews is missing"), "read_catalog"),
    ],
)
def test_missing_scope_is_named_by_the_words_of_a_refusal_or_by_its_call(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, refused: EcwidError, scope: str
) -> None:
    ecwid.get(PROFILE, json=profile_payload())
    ecwid.get(PRODUCTS, **refusal(403, "INSUFFICIENT_APP_SCOPE"))

    handle_refusal(runtime, 1003, refused)

    assert Issue.get().detail == {"scopes": [scope]}


@pytest.mark.parametrize(
    "answer", [{"json": {}}, {"status_code": 404}], ids=["readable", "not confirmed"]
)
def test_scope_refused_once_stops_nothing(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, answer: dict[str, Any]
) -> None:
    ecwid.get(PROFILE, json=profile_payload())
    ecwid.get(PRODUCTS, **answer)

    assert handle_refusal(runtime, 1003, EcwidScopeError(FACTS)) is False

    assert state() == StoreState.CONNECTED
    assert Grant.get().lost_scopes == []


def test_refused_write_scope_is_not_tested_again(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload())
    facts = CallFacts(1003, "POST", "/orders", 403)

    assert handle_refusal(runtime, 1003, EcwidScopeError(facts)) is True

    assert Issue.get().detail == {"scopes": ["create_orders"]}


@pytest.mark.promise(5)
def test_token_that_no_key_opens_requires_a_reconnect_without_a_call(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    assert handle_refusal(runtime, 1003, SealedSecretError("no key")) is True

    assert state() == StoreState.RECONNECT
    assert Issue.get().kind == "token_unreadable"
    assert Grant.get().revoked_reason == "the token can't be opened"
    assert ecwid.call_count == 0


def test_missing_scope_does_not_hide_a_suspension(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload(account={"suspended": True}))

    handle_refusal(runtime, 1003, EcwidScopeError(FACTS))

    assert state() == StoreState.SUSPENDED


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    "answer",
    [
        {"status_code": 500},
        {"status_code": 429, "headers": {"Retry-After": "7"}},
        {"status_code": 404},
        {"text": "<html>"},
        {"exc": requests.ConnectTimeout},
        {"json": {"account": "not an object"}},
    ],
    ids=["failing", "rate limit", "not found", "unreadable", "timeout", "impossible"],
)
def test_unconfirmed_refusal_changes_nothing(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, answer: dict[str, Any]
) -> None:
    ecwid.get(PROFILE, **answer)

    assert handle_refusal(runtime, 1003, EcwidTokenError(FACTS)) is False

    assert state() == StoreState.CONNECTED
    assert Grant.active_for(1003) is not None


def test_temporary_error_during_the_confirmation_is_raised(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, status_code=503)

    with pytest.raises(EcwidUnavailableError):
        confirm_refusal(runtime, 1003, EcwidTokenError(FACTS))


@pytest.mark.parametrize(
    "error",
    [StoreNotConnectedError("no token"), StoreNotWorkingError(1003, "disconnected")],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("is_stopped", [True, False])
def test_an_error_without_a_call_says_that_the_store_is_stopped_if_its_row_does(
    runtime: Runtime, store: Store, error: PortalError, is_stopped: bool
) -> None:
    if is_stopped:
        Store.update(state=StoreState.DISCONNECTED).execute()

    assert handle_refusal(runtime, 1003, error) is is_stopped


@pytest.mark.parametrize("error", OTHERS, ids=lambda error: type(error).__name__)
def test_other_errors_do_not_concern_the_store(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, error: EcwidError
) -> None:
    assert handle_refusal(runtime, 1003, error) is False

    assert ecwid.call_count == 0
    assert state() == StoreState.CONNECTED


def test_store_without_an_active_grant_is_not_called(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    Grant.revoke_all(1003, "uninstalled")

    confirm_refusal(runtime, 1003, EcwidTokenError(FACTS))

    assert ecwid.call_count == 0


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    "answer",
    [DEAD, refusal(403, "INSUFFICIENT_APP_SCOPE"), {"json": profile_payload()}],
    ids=["dead", "scope", "readable"],
)
def test_consent_during_the_confirmation_is_not_affected(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker, answer: dict[str, Any]
) -> None:
    def consent() -> None:
        Grant.revoke_all(1003, "replaced by a new consent")
        make_grant(store, runtime.sealer, "secret_new")

    Grant.update(scopes=list(REQUIRED_NAMES[1:])).execute()
    ecwid.get(PROFILE, additional_matcher=during_call(consent), **answer)

    assert handle_refusal(runtime, 1003, EcwidTokenError(FACTS)) is False

    grant = Grant.active_for(1003)
    assert grant is not None
    assert open_secret(runtime.sealer, grant, "sealed_access_token") == "secret_new"
    assert state() == StoreState.CONNECTED


def test_event_during_the_confirmation_still_counts(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    def arrive() -> None:
        Store.update(webhook_health=WebhookHealth.VERIFIED, last_event_at=utc_now()).execute()

    ecwid.get(PROFILE, additional_matcher=during_call(arrive), json=profile_payload())

    handle_refusal(runtime, 1003, EcwidTokenError(FACTS))

    kept = Store.get_by_id(1003)
    assert kept.webhook_health == WebhookHealth.VERIFIED
    assert kept.last_event_at is not None


@pytest.mark.promise(10)
def test_log_does_not_contain_the_token(
    runtime: Runtime,
    store: Store,
    ecwid: requests_mock.Mocker,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    ecwid.get(PROFILE, status_code=403, text='{"errorMessage": "Token secret_token is dead"}')

    handle_refusal(runtime, 1003, EcwidTokenError(FACTS))

    printed = capsys.readouterr()
    assert "store.stopped" in caplog.text + printed.out + printed.err
    assert "secret_token" not in caplog.text + printed.out + printed.err
