"""A first connect is all or nothing; a reconnected store keeps everything but its old grant."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import requests
import requests_mock
from peewee import IntegrityError

from portal.ecwid.errors import (
    EcwidError,
    EcwidRateLimitError,
    EcwidScopeError,
    EcwidTokenError,
    EcwidUnavailableError,
    EcwidUnreadableError,
)
from portal.ecwid.oauth import TokenResponse
from portal.errors import PortalError, RecordError
from portal.errors.connect import StoreMismatchError, StoreOwnedElsewhereError
from portal.jobs import DRAIN_EVENTS, PROBE_STORE, REGISTER_WEBHOOKS, RUN_SYNC, Job, wake_key
from portal.models import (
    SYNC_ORDER,
    ChannelConsent,
    CircuitBreaker,
    Grant,
    Issue,
    Membership,
    Merchant,
    Product,
    RunKind,
    Store,
    StoreState,
    SyncRun,
    TimelineEntry,
    WebhookEvent,
    WebhookHealth,
    utc_now,
)
from portal.rules.connection.plan import PlanLevel
from portal.rules.connection.scopes import REQUIRED_NAMES
from portal.sandbox.admin_operations import add_store
from portal.sandbox.server import SandboxServer
from portal.services.channels.consents import grant_consent
from portal.services.connection.connect_store import ConnectResult, connect_store
from portal.services.runs.sync_runs import finish_run, start_run
from portal.services.runtime import Runtime, open_redis
from tests.factories import (
    UPDATED_AT,
    make_channel,
    make_event,
    make_merchant,
    make_store,
    product_row,
    profile_payload,
)
from tests.sealed import open_secret
from tests.services.conftest import PROFILE, during_call

EXTENDED = (*REQUIRED_NAMES, "read_store_profile_extended")
SUSPENDED = {"status_code": 402, "json": {"errorCode": "STORE_IS_SUSPENDED"}}
PLAN = {"status_code": 402, "json": {"errorCode": "NOT_AVAILABLE_ON_CURRENT_PLAN"}}


def token(text: str = "secret_fresh", **changes: Any) -> TokenResponse:
    """Return a token with all scopes for store 1003."""
    values = {"store_id": 1003, "access_token": text, "scopes": frozenset(REQUIRED_NAMES)}
    return TokenResponse(**values | changes)


def profile(**account: Any) -> dict[str, Any]:
    """Return a response with a profile whose account has these changes."""
    return {"json": profile_payload(account=account)}


def is_woken(runtime: Runtime, job: Job, number: int = 1003) -> bool:
    """Return whether the job was woken for this store or run."""
    return bool(runtime.redis.exists(wake_key(job.path, (number,))))


def is_anything_kept() -> bool:
    """Return whether a connect attempt has left any row."""
    return any(table.select().exists() for table in (Store, Grant, Membership, SyncRun))


def token_in_force(runtime: Runtime) -> str | None:
    """Return the store's active token, unsealed."""
    grant = Grant.active_for(1003)
    return None if grant is None else open_secret(runtime.sealer, grant, "sealed_access_token")


@contextmanager
def nothing_is_kept(runtime: Runtime) -> Iterator[None]:
    """Check that the body leaves neither a row nor a job."""
    yield
    assert not is_anything_kept()
    assert runtime.redis.keys("rq:*") == []


@pytest.fixture
def known(runtime: Runtime, store: Store) -> Store:
    """A connected store with a product and a complete backfill."""
    Product.upsert([product_row()])
    for resource in SYNC_ORDER:
        finish_run(start_run(store.id, resource), covered_until=UPDATED_AT)
    return store


def test_store_on_a_full_plan_is_connected(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload())

    outcome = connect_store(runtime, merchant, token(), 1003)

    assert (outcome.store_id, outcome.state) == (1003, StoreState.CONNECTED)
    assert (outcome.plan.level, outcome.missing_scopes) == (PlanLevel.FULL, ())
    assert (outcome.is_working, outcome.is_reconnect) == (True, False)
    store = Store.get()
    assert (store.id, store.name, store.url) == (1003, "Clay & Co", "https://clay.example")
    assert (store.currency, store.timezone) == ("EUR", "Europe/Vilnius")
    assert (store.plan_name, store.plan_level) == ("Business", "full")
    assert utc_now() - store.connected_at < timedelta(minutes=1)
    assert Membership.store_of(merchant, 1003) == store


@pytest.mark.parametrize(
    ("host", "is_test"), [("https://app.ecwid.com", False), ("https://sandbox.example", True)]
)
def test_store_of_a_sandbox_is_a_test_store_until_it_is_marked(
    runtime: Runtime, merchant: Merchant, host: str, is_test: bool
) -> None:
    settings = replace(runtime.settings, ecwid_api_url=f"{host}/api/v3")
    runtime = replace(runtime, settings=settings)
    with requests_mock.Mocker() as ecwid:
        ecwid.get(f"{host}/api/v3/1003/profile", json=profile_payload())
        connect_store(runtime, merchant, token(), 1003)
        assert Store.get().is_test is is_test
        Store.update(is_test=not is_test).execute()

        connect_store(runtime, merchant, token(), 1003)

    assert Store.get().is_test is not is_test


@pytest.mark.promise(10)
def test_tokens_are_sealed_at_rest(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload())

    connect_store(runtime, merchant, token(public_token="public_fresh"), 1003)

    row = runtime.database.execute_sql('SELECT * FROM "grant"').fetchone()
    assert not any("secret_fresh" in str(value) or "public_fresh" in str(value) for value in row)
    grant = Grant.get()
    assert open_secret(runtime.sealer, grant, "sealed_access_token") == "secret_fresh"
    assert open_secret(runtime.sealer, grant, "sealed_public_token") == "public_fresh"


def test_grant_records_the_merchant_and_the_scopes(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload())

    connect_store(runtime, merchant, token(scopes=frozenset(EXTENDED)), 1003)

    grant = Grant.get()
    assert grant.merchant == merchant
    assert grant.scopes == sorted(EXTENDED)
    assert grant.sealed_public_token is None
    assert ecwid.last_request.qs == {"showextendedinfo": ["true"]}
    assert ecwid.last_request.headers["Authorization"] == "Bearer secret_fresh"


@pytest.mark.promise(1)
def test_connect_starts_the_runs_and_wakes_the_jobs(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload())

    connect_store(runtime, merchant, token(), 1003)

    runs = list(SyncRun.select().order_by(SyncRun.id))
    assert [(run.resource, run.kind) for run in runs] == [
        (resource, RunKind.BACKFILL) for resource in SYNC_ORDER
    ]
    assert all(is_woken(runtime, RUN_SYNC, run.id) for run in runs)
    assert is_woken(runtime, REGISTER_WEBHOOKS)
    assert is_woken(runtime, DRAIN_EVENTS)
    assert not is_woken(runtime, PROBE_STORE)


@pytest.mark.promise(1)
def test_connect_works_without_redis(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload())
    alone = replace(runtime, redis=open_redis("unix:///nowhere/valkey.sock"))

    outcome = connect_store(alone, merchant, token(), 1003)

    assert outcome.is_working
    assert SyncRun.select().count() == len(SYNC_ORDER)
    assert Store.get().webhook_check_due_at <= utc_now()


@pytest.mark.parametrize("claimed", [1003, None])
def test_callback_may_omit_the_store(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker, claimed: int | None
) -> None:
    ecwid.get(PROFILE, json=profile_payload())

    assert connect_store(runtime, merchant, token(), claimed).is_working


@pytest.mark.promise(9)
def test_token_for_another_store_than_in_the_callback_is_refused(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker
) -> None:
    with nothing_is_kept(runtime), pytest.raises(StoreMismatchError, match=r"2002.* 1003"):
        connect_store(runtime, merchant, token(), 2002)

    assert ecwid.call_count == 0


@pytest.mark.parametrize(
    ("features", "missing"),
    [
        (["API"], ["COMBINATIONS", "CUSTOMER_GROUPS", "DISCOUNT_COUPONS"]),
        (["API", "DISCOUNT_COUPONS"], ["COMBINATIONS", "CUSTOMER_GROUPS"]),
    ],
)
@pytest.mark.parametrize("plan", ["Venture", "Reseller Gold", ""])
def test_features_limit_a_store_on_any_plan(
    runtime: Runtime,
    merchant: Merchant,
    ecwid: requests_mock.Mocker,
    features: list[str],
    missing: list[str],
    plan: str,
) -> None:
    account = {"availableFeatures": features}
    billing = {"pricingPlanName": plan}
    ecwid.get(PROFILE, json=profile_payload(account=account, accountBilling=billing))

    outcome = connect_store(runtime, merchant, token(), 1003)

    assert (outcome.state, outcome.is_working) == (StoreState.LIMITED, True)
    assert list(outcome.plan.missing_features) == missing == Store.get().missing_features
    assert (Store.get().plan_name, Store.get().plan_level) == (plan, "limited")
    assert SyncRun.select().count() == len(SYNC_ORDER)


def test_unknown_plan_is_judged_by_its_features(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker
) -> None:
    billing = {"pricingPlanName": "Reseller Gold"}
    ecwid.get(PROFILE, json=profile_payload(accountBilling=billing))

    outcome = connect_store(runtime, merchant, token(), 1003)

    assert (outcome.state, outcome.plan.name) == (StoreState.CONNECTED, "Reseller Gold")


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (profile(availableFeatures=["PREMIUM"], paid=False), StoreState.PLAN_BLOCKED),
        (PLAN, StoreState.PLAN_BLOCKED),
        (profile(suspended=True), StoreState.SUSPENDED),
        (SUSPENDED, StoreState.SUSPENDED),
    ],
    ids=["free", "free, unreadable", "suspended", "suspended, unreadable"],
)
def test_new_store_that_cannot_work_is_refused_and_nothing_is_kept(
    runtime: Runtime,
    merchant: Merchant,
    ecwid: requests_mock.Mocker,
    answer: dict[str, Any],
    state: StoreState,
) -> None:
    ecwid.get(PROFILE, **answer)

    with nothing_is_kept(runtime):
        outcome = connect_store(runtime, merchant, token(), 1003)

    assert (outcome.state, outcome.is_working) == (state, False)
    assert (outcome.is_reconnect, outcome.missing_scopes) == (False, ())


@pytest.mark.parametrize("name", REQUIRED_NAMES)
def test_missing_scope_is_named_and_nothing_is_kept(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker, name: str
) -> None:
    ecwid.get(PROFILE, json=profile_payload())
    granted = frozenset(REQUIRED_NAMES) - {name}

    with nothing_is_kept(runtime):
        outcome = connect_store(runtime, merchant, token(scopes=granted), 1003)

    assert outcome.state is StoreState.ACTION_REQUIRED
    assert [scope.name for scope in outcome.missing_scopes] == [name]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status_code": 403, "text": ""}, EcwidTokenError),
        (
            {"status_code": 403, "json": {"errorCode": "INSUFFICIENT_APP_SCOPE"}},
            EcwidScopeError,
        ),
        ({"status_code": 500}, EcwidUnavailableError),
        ({"status_code": 429}, EcwidRateLimitError),
        ({"exc": requests.ReadTimeout}, EcwidUnavailableError),
        ({"text": "<html>"}, EcwidUnreadableError),
        ({"json": []}, EcwidUnreadableError),
        ({"json": {"account": "Ada"}}, RecordError),
    ],
    ids=["dead", "scope", "failing", "rate limit", "timeout", "html", "no object", "impossible"],
)
def test_new_store_without_a_readable_profile_raises_and_nothing_is_kept(
    runtime: Runtime,
    merchant: Merchant,
    ecwid: requests_mock.Mocker,
    answer: dict[str, Any],
    error: type[PortalError],
) -> None:
    ecwid.get(PROFILE, **answer)

    with nothing_is_kept(runtime), pytest.raises(error):
        connect_store(runtime, merchant, token(), 1003)


@pytest.mark.parametrize(
    "answer",
    [
        {"status_code": 403, "text": ""},
        {"status_code": 503},
        {"exc": requests.ReadTimeout},
        {"text": "<html>"},
        {"json": {"account": "Ada"}},
    ],
    ids=["dead", "failing", "timeout", "html", "impossible"],
)
def test_known_store_keeps_the_new_grant_without_a_readable_profile(
    runtime: Runtime,
    merchant: Merchant,
    known: Store,
    ecwid: requests_mock.Mocker,
    answer: dict[str, Any],
) -> None:
    Store.update(state=StoreState.RECONNECT).execute()
    ecwid.get(PROFILE, **answer)

    outcome = connect_store(runtime, merchant, token(), 1003)

    assert (outcome.state, outcome.is_reconnect) == (StoreState.CONNECTING, True)
    assert token_in_force(runtime) == "secret_fresh"
    assert Store.get().name == "Clay & Co"
    assert Store.get().state == StoreState.CONNECTING
    assert is_woken(runtime, PROBE_STORE)


def test_known_store_without_profile_and_scopes_lists_the_missing_scopes(
    runtime: Runtime, merchant: Merchant, known: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, status_code=503)
    granted = frozenset(REQUIRED_NAMES) - {"read_orders"}

    outcome = connect_store(runtime, merchant, token(scopes=granted), 1003)

    assert outcome.state is StoreState.ACTION_REQUIRED
    assert [scope.name for scope in outcome.missing_scopes] == ["read_orders"]
    assert Issue.get().detail == {"scopes": ["read_orders"]}
    assert token_in_force(runtime) == "secret_fresh"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (profile(availableFeatures=[]), StoreState.PLAN_BLOCKED),
        (PLAN, StoreState.PLAN_BLOCKED),
        (profile(suspended=True), StoreState.SUSPENDED),
        (SUSPENDED, StoreState.SUSPENDED),
    ],
    ids=["free", "free, unreadable", "suspended", "suspended, unreadable"],
)
def test_known_store_that_cannot_work_keeps_its_new_grant_and_starts_nothing(
    runtime: Runtime,
    merchant: Merchant,
    known: Store,
    ecwid: requests_mock.Mocker,
    answer: dict[str, Any],
    state: StoreState,
) -> None:
    ecwid.get(PROFILE, **answer)

    outcome = connect_store(runtime, merchant, token(), 1003)

    assert (outcome.state, outcome.is_reconnect, outcome.is_working) == (state, True, False)
    assert Store.get().state == state
    assert token_in_force(runtime) == "secret_fresh"
    assert not SyncRun.select().where(SyncRun.finished_at.is_null()).exists()


def test_reconnect_keeps_the_data_and_replaces_the_grant(
    runtime: Runtime, merchant: Merchant, known: Store, ecwid: requests_mock.Mocker
) -> None:
    Store.update(state=StoreState.RECONNECT, state_changed_at=UPDATED_AT).execute()
    ecwid.get(PROFILE, json=profile_payload(settings={"storeName": "Juniper"}))

    outcome = connect_store(runtime, merchant, token(), 1003)

    assert (outcome.is_working, outcome.is_reconnect) == (True, True)
    store = Store.get()
    assert (store.name, store.state) == ("Juniper", StoreState.CONNECTED)
    assert store.state_changed_at > UPDATED_AT
    assert store.created_at == known.created_at
    assert [
        (entry.what, entry.actor) for entry in TimelineEntry.select().order_by(TimelineEntry.id)
    ] == [
        ("consent_granted", merchant),
        ("check_passed", None),
    ]
    assert Product.select().count() == 1
    assert Membership.select().count() == 1
    old, new = Grant.select().order_by(Grant.id)
    assert (old.revoked_reason, new.revoked_at) == ("replaced by a new consent", None)
    assert token_in_force(runtime) == "secret_fresh"


def test_reconnect_starts_incremental_runs(
    runtime: Runtime, merchant: Merchant, known: Store, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, json=profile_payload())

    connect_store(runtime, merchant, token(), 1003)

    runs = list(SyncRun.select().where(SyncRun.finished_at.is_null()))
    assert {run.kind for run in runs} == {RunKind.INCREMENTAL}
    assert len(runs) == len(SYNC_ORDER)
    assert all(is_woken(runtime, RUN_SYNC, run.id) for run in runs)


def test_reconnect_schedules_the_webhook_registration(
    runtime: Runtime, merchant: Merchant, known: Store, ecwid: requests_mock.Mocker
) -> None:
    Store.update(webhook_check_due_at=None, webhook_mode="api").execute()
    ecwid.get(PROFILE, json=profile_payload())

    connect_store(runtime, merchant, token(), 1003)

    assert Store.get().webhook_check_due_at <= utc_now()
    assert is_woken(runtime, REGISTER_WEBHOOKS)


@pytest.mark.promise(3)
def test_events_before_the_callback_are_drained_and_verify_the_webhooks(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker
) -> None:
    make_event(event_id="one", received_at=UPDATED_AT)
    make_event(event_id="two", received_at=UPDATED_AT + timedelta(seconds=3))
    make_event(event_id="other", store_id=2002)
    ecwid.get(PROFILE, json=profile_payload())

    connect_store(runtime, merchant, token(), 1003)

    store = Store.get()
    assert store.webhook_health == WebhookHealth.VERIFIED
    assert store.last_event_at == UPDATED_AT + timedelta(seconds=3)
    assert WebhookEvent.select().where(WebhookEvent.processed_at.is_null()).count() == 3
    assert is_woken(runtime, DRAIN_EVENTS)


def test_reconnect_closes_the_circuit_breaker_and_drains_events_at_once(
    runtime: Runtime, merchant: Merchant, known: Store, ecwid: requests_mock.Mocker
) -> None:
    later = utc_now() + timedelta(minutes=10)
    CircuitBreaker.create(store=known, topic="product", resume_at=later, error="HTTP 500")
    ecwid.get(PROFILE, json=profile_payload())

    connect_store(runtime, merchant, token(), 1003)

    assert CircuitBreaker.select().count() == 0
    assert is_woken(runtime, DRAIN_EVENTS)


def test_webhooks_are_not_verified_without_an_event(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker
) -> None:
    make_event(store_id=2002)
    ecwid.get(PROFILE, json=profile_payload())

    connect_store(runtime, merchant, token(), 1003)

    assert Store.get().webhook_health == WebhookHealth.PENDING
    assert Store.get().last_event_at is None


@pytest.mark.promise(9)
@pytest.mark.promise(9)
def test_store_that_changes_hands_starts_without_consents(
    runtime: Runtime, ecwid: requests_mock.Mocker, known: Store, merchant: Merchant
) -> None:
    ecwid.get(PROFILE, **profile())
    market = make_channel()
    grant_consent(market, known, market.requested_scopes, merchant)
    connect_store(runtime, merchant, token(), 1003)
    assert ChannelConsent.get().status == "active"

    Membership.delete().execute()
    connect_store(runtime, make_merchant(email="eve@example.com"), token(), 1003)

    assert ChannelConsent.get().status == "revoked"


def test_store_of_another_account_is_not_taken_over(
    runtime: Runtime, known: Store, ecwid: requests_mock.Mocker
) -> None:
    stranger = make_merchant(email="eve@example.com")
    ecwid.get(PROFILE, json={})

    with pytest.raises(
        StoreOwnedElsewhereError, match="store 1003 is connected by another account"
    ):
        connect_store(runtime, stranger, token("secret_strange"), 1003)

    assert ecwid.call_count == 1
    assert token_in_force(runtime) == "secret_token"
    assert Membership.store_of(stranger, 1003) is None


@pytest.mark.promise(9)
def test_faster_of_two_accounts_gets_the_store(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker
) -> None:
    quicker = make_merchant(email="eve@example.com")
    ecwid.get(
        PROFILE,
        additional_matcher=during_call(lambda: make_store(quicker)),
        json=profile_payload(),
    )

    with pytest.raises(StoreOwnedElsewhereError):
        connect_store(runtime, merchant, token(), 1003)

    assert Membership.store_of(merchant, 1003) is None
    assert Grant.active_for(1003) is None


@dataclass
class Rush:
    """Four consents to the same store whose callbacks arrive at the same time."""

    runtime: Runtime
    sandbox: SandboxServer

    def connect(self, merchants: list[Merchant]) -> list[ConnectResult | StoreOwnedElsewhereError]:
        """Connect all merchants at once; return each one's outcome."""
        # All have checked the store's owner before the first gets a response to write.
        self.sandbox.parts.switches.set("latency_ms", "200")
        add_store(self.sandbox.parts, {"store_id": 1003})
        with ThreadPoolExecutor(len(merchants)) as pool:
            return list(pool.map(self._connect, merchants))

    def _connect(self, merchant: Merchant) -> ConnectResult | StoreOwnedElsewhereError:
        scopes = " ".join(REQUIRED_NAMES)
        granted = token(self.sandbox.parts.stores.install(1003, scopes, revoke_previous=False))
        with self.runtime.database.connection_context():
            try:
                return connect_store(self.runtime, merchant, granted, 1003)
            except StoreOwnedElsewhereError as error:
                return error


@pytest.fixture
def rush(runtime: Runtime, sandbox: SandboxServer) -> Rush:
    """A running sandbox with slow responses."""
    settings = replace(runtime.settings, ecwid_api_url=f"{sandbox.url}/api/v3")
    return Rush(replace(runtime, settings=settings), sandbox)


@pytest.mark.promise(9)
@pytest.mark.parametrize("is_known", [False, True], ids=["new", "known, without an account"])
def test_only_one_of_several_concurrent_accounts_gets_the_store(
    runtime: Runtime, rush: Rush, is_known: bool
) -> None:
    accounts = [make_merchant(email=f"{number}@example.com") for number in range(4)]
    if is_known:
        make_store()

    outcomes = rush.connect(accounts)

    [winner] = [
        account
        for account, outcome in zip(accounts, outcomes, strict=True)
        if isinstance(outcome, ConnectResult)
    ]
    assert [row.merchant_id for row in Membership.select()] == [winner.id]
    assert [grant.merchant for grant in Grant.select()] == [winner]
    assert SyncRun.select().count() == len(SYNC_ORDER)


def test_concurrent_consents_of_one_merchant_leave_one_active_grant(
    runtime: Runtime, merchant: Merchant, known: Store, rush: Rush
) -> None:
    outcomes = rush.connect([merchant] * 4)

    assert all(isinstance(outcome, ConnectResult) for outcome in outcomes)
    assert Grant.select().where(Grant.revoked_at.is_null()).count() == 1
    assert Membership.select().count() == 1


def test_failed_write_of_a_connect_is_rolled_back(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker
) -> None:
    gone = make_merchant(email="gone@example.com")
    gone.delete_instance()
    ecwid.get(PROFILE, json=profile_payload())

    with nothing_is_kept(runtime), pytest.raises(IntegrityError):
        connect_store(runtime, gone, token(), 1003)


@pytest.mark.parametrize(
    ("plan", "switch", "state"),
    [
        ("Free", "profile", StoreState.PLAN_BLOCKED),
        ("Free", "402", StoreState.PLAN_BLOCKED),
        ("Venture", "profile", StoreState.LIMITED),
        ("Business", "profile", StoreState.CONNECTED),
        ("Unlimited", "profile", StoreState.CONNECTED),
    ],
)
def test_every_plan_of_the_sandbox_is_judged(
    runtime: Runtime,
    merchant: Merchant,
    sandbox: SandboxServer,
    plan: str,
    switch: str,
    state: StoreState,
) -> None:
    sandbox.parts.switches.set("free_plan", switch)
    store_id = add_store(sandbox.parts, {"plan": plan})
    text = sandbox.parts.stores.install(store_id, " ".join(EXTENDED), revoke_previous=True)
    settings = replace(runtime.settings, ecwid_api_url=f"{sandbox.url}/api/v3")
    granted = token(text, store_id=store_id, scopes=frozenset(EXTENDED))

    outcome = connect_store(replace(runtime, settings=settings), merchant, granted, store_id)

    assert outcome.state is state
    assert is_anything_kept() is outcome.is_working


def test_errors_do_not_contain_the_token(
    runtime: Runtime, merchant: Merchant, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(PROFILE, status_code=403, json={"errorMessage": "no token secret_fresh"})

    with pytest.raises(EcwidError) as raised:
        connect_store(runtime, merchant, token(), 1003)

    assert "secret_fresh" not in str(raised.value)
    assert "secret_fresh" not in repr(token())
