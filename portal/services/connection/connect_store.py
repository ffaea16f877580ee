"""Finish a connect: from the token that Ecwid granted to a store that is being mirrored.

A first connect is all or nothing: a store that can't work is refused and nothing is kept. A known
store is different: the new consent may have killed the former token, so the new grant is kept even
if the store can't work yet, and its page says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from peewee import fn

from portal.ecwid.errors import EcwidError, EcwidPlanError, EcwidSuspendedError
from portal.ecwid.oauth import TokenAnswer
from portal.ecwid.profile import StoreProfile
from portal.errors import (
    AnotherStoreError,
    RecordError,
    StoreErasingError,
    StoreMismatchError,
    StoreTakenError,
)
from portal.jobs import PROBE_STORE
from portal.models import (
    WORKING_STATES,
    CopyErasure,
    Grant,
    Membership,
    Merchant,
    Store,
    StoreState,
    WebhookEvent,
    WebhookHealth,
    database,
    utc_now,
)
from portal.rules.connection.connection_events import TRANSITIONS, ConnectionEvent
from portal.rules.connection.plan import PlanLevel, PlanVerdict
from portal.rules.connection.scopes import Scope, missing_scopes
from portal.services.connection.apply_transition import Move, lock_store, move_store, wake_moved
from portal.services.connection.store_profile import (
    detail_of,
    fetch_profile,
    found_in,
    plan_of,
    take_profile,
)
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ConnectOutcome:
    """Hold how a connect ended; ``was_known`` tells a reconnect from a first connect.

    The state of a known store is `CONNECTING` if Ecwid didn't show it: the probe goes on with it.
    """

    store_id: int
    state: StoreState
    plan: PlanVerdict
    missing_scopes: tuple[Scope, ...]
    was_known: bool

    @property
    def is_working(self) -> bool:
        """Tell whether the store is connected and its mirror is on the way."""
        return self.state in WORKING_STATES


def connect_store(
    runtime: Runtime,
    merchant: Merchant,
    token: TokenAnswer,
    claimed_store_id: int | None,
    wanted_store_id: int | None = None,
) -> ConnectOutcome:
    """Connect the store that ``token`` is for to ``merchant``; see `ConnectOutcome`.

    ``claimed_store_id`` is what the browser's callback said, ``wanted_store_id`` the store that is
    to be reconnected. Raises StoreMismatchError when token and callback differ, AnotherStoreError
    when the consent isn't for the wanted store, StoreTakenError when the store is another
    account's, StoreErasingError while its old copy is being erased, EcwidError and RecordError
    when the profile of a store that is new here can't be read.
    """
    if claimed_store_id is not None and claimed_store_id != token.store_id:
        raise StoreMismatchError(
            f"the consent was for store {claimed_store_id}, the token is for {token.store_id}"
        )
    if wanted_store_id is not None and wanted_store_id != token.store_id:
        raise _another_store(runtime, merchant, token, wanted_store_id)
    _refuse_if_taken(token.store_id, merchant)
    _refuse_while_erasing(token.store_id)
    known = Store.get_or_none(Store.id == token.store_id)
    found = _examine(runtime, token, is_known=known is not None)
    outcome = ConnectOutcome(
        token.store_id, found.state, found.plan, missing_scopes(token.scopes), known is not None
    )
    if known is None and not outcome.is_working:
        log.info("connect.refused", store=token.store_id, state=found.state)
        return outcome
    move = _save(runtime, merchant, token, found)
    log.info("connect.done", store=token.store_id, state=found.state, known=outcome.was_known)
    wake_moved(runtime, move)
    if found.profile is None:
        runtime.wake(PROBE_STORE, token.store_id)
    return outcome


@dataclass(frozen=True)
class _Found:
    """Hold what the new token shows; no event if the store couldn't be looked at."""

    plan: PlanVerdict
    event: ConnectionEvent | None
    profile: StoreProfile | None = None

    @property
    def state(self) -> StoreState:
        """Return how a store with a new token stands then."""
        granted = StoreState.CONNECTING
        return granted if self.event is None else TRANSITIONS[granted][self.event]


def _examine(runtime: Runtime, token: TokenAnswer, *, is_known: bool) -> _Found:
    """Read the profile and judge it; without one, judge what the refusal itself says."""
    client = runtime.client_with(token.store_id, token.access_token)
    # It was given just now, whatever was found out about it before.
    runtime.trust_token(token.access_token)
    try:
        profile = fetch_profile(client, token.scopes)
    except EcwidSuspendedError:
        return _Found(PlanVerdict.unknown(), ConnectionEvent.SUSPENDED)
    except EcwidPlanError:
        return _Found(PlanVerdict.unknown(), ConnectionEvent.PLAN_BLOCKED)
    except (EcwidError, RecordError) as error:
        if not is_known:
            raise
        # The grant is good all the same; the probe that follows finds out how the store stands.
        log.warning("connect.profile_unread", store=token.store_id, problem=str(error))
        missing = missing_scopes(token.scopes)
        event = ConnectionEvent.SCOPES_MISSING if missing else None
        return _Found(PlanVerdict(PlanLevel.FULL, ""), event)
    return _Found(plan_of(profile), found_in(profile, token.scopes), profile)


def _save(runtime: Runtime, merchant: Merchant, token: TokenAnswer, found: _Found) -> Move:
    """Write store, grant and membership, and move the store, in one transaction."""
    with database.atomic():
        store = _lock_or_make(token.store_id)
        # Again, now that the row is ours: another account may have been quicker.
        _refuse_if_taken(token.store_id, merchant)
        _refuse_while_erasing(token.store_id)
        Membership.get_or_create(merchant=merchant, store=store)
        store.connected_at = utc_now()
        if found.profile is not None:
            take_profile(store, found.profile)
            store.probed_at = store.connected_at
        _note_early_events(store)
        store.save()
        _replace_grant(runtime, merchant, token)
        move = move_store(store, ConnectionEvent.CONSENT_GRANTED, who=merchant)
        if found.event is None:
            return move
        detail = detail_of(found.event, token.scopes, found.plan)
        return move_store(store, found.event, detail=detail)


def _lock_or_make(store_id: int) -> Store:
    """Return the store's row, made if need be; nobody else writes it until the commit."""
    Store.insert(
        id=store_id, name=f"Store {store_id}", state=StoreState.CONNECTING
    ).on_conflict_ignore().execute()
    return lock_store(store_id)


def _note_early_events(store: Store) -> None:
    """Let events that overtook the consent count as proof that webhooks arrive."""
    newest = (
        WebhookEvent.select(fn.MAX(WebhookEvent.received_at))
        .where(WebhookEvent.store_id == store.id)
        .scalar()
    )
    if newest is not None:
        store.last_event_at, store.webhook_health = newest, WebhookHealth.VERIFIED
        store.webhook_since_at = store.webhook_since_at or newest


def _replace_grant(runtime: Runtime, merchant: Merchant, token: TokenAnswer) -> None:
    seal = runtime.sealer.seal
    Grant.revoke_all(token.store_id, reason="replaced by a new consent")
    Grant.create(
        store=token.store_id,
        merchant=merchant,
        sealed_access_token=seal(token.access_token),
        sealed_public_token=seal(token.public_token) if token.public_token else None,
        scopes=sorted(token.scopes),
    )


def _another_store(
    runtime: Runtime, merchant: Merchant, token: TokenAnswer, wanted_store_id: int
) -> AnotherStoreError:
    """Return the refusal of a consent for another store than the wanted one.

    If that one is the merchant's, too, the consent has ended the token that it had: the new one
    takes its place, so that it goes on. A store that is new here is not connected in passing.
    """
    is_mine = Membership.store_of(merchant, token.store_id) is not None
    if is_mine:
        connect_store(runtime, merchant, token, None)
    return AnotherStoreError(wanted_store_id, token.store_id, is_mine=is_mine)


def _refuse_while_erasing(store_id: int) -> None:
    if CopyErasure.under_way(store_id) is not None:
        raise StoreErasingError(f"the old copy of store {store_id} is still being erased")


def _refuse_if_taken(store_id: int, merchant: Merchant) -> None:
    members = {row.merchant_id for row in Membership.select().where(Membership.store == store_id)}
    if members and merchant.id not in members:
        raise StoreTakenError(f"store {store_id} is connected by another account")
