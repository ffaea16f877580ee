"""Last part of a connect attempt: from the granted token to a store that is being mirrored.

A first connect is all or nothing: a store that can't work is refused and nothing is kept. For a
known store the new consent may have invalidated the old token, so the new grant is kept even if the
store can't work yet, and the store's page says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from portal.ecwid.errors import EcwidError, EcwidPlanError, EcwidSuspendedError
from portal.ecwid.oauth import TokenResponse
from portal.errors import RecordError
from portal.errors.connect import StoreMismatchError, StoreOwnedElsewhereError, WrongStoreError
from portal.models import WORKING_STATES, Membership, Merchant, Store, StoreState
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.connection.plan import PlanLevel, PlanResult
from portal.rules.connection.scopes import Scope, missing_scopes
from portal.services.connection.apply_transition import wake_after_transition
from portal.services.connection.keep_connected import keep_connected
from portal.services.connection.save_connection import (
    CheckedGrant,
    NewGrant,
    raise_unless_free,
    save_connection,
)
from portal.services.connection.store_profile import (
    evaluate_profile,
    fetch_profile,
    plan_from_profile,
)
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ConnectResult:
    """Result of a connect attempt; ``is_reconnect`` is True for a reconnect.

    The state of a known store is `CONNECTING` if its profile couldn't be read; the next connection
    check decides then.
    """

    store_id: int
    state: StoreState
    plan: PlanResult
    missing_scopes: tuple[Scope, ...]
    is_reconnect: bool

    @property
    def is_working(self) -> bool:
        """Return whether the store is connected and its sync has started."""
        return self.state in WORKING_STATES


def connect_store(
    runtime: Runtime,
    merchant: Merchant,
    token: TokenResponse,
    callback_store_id: int | None,
    expected_store_id: int | None = None,
) -> ConnectResult:
    """Connect the store of ``token`` to ``merchant``; see `ConnectResult`.

    ``callback_store_id`` comes from the browser's callback; ``expected_store_id`` is the store to
    reconnect. Raises StoreMismatchError if token and callback differ, WrongStoreError if the
    consent isn't for the wanted store, StoreOwnedElsewhereError if the store belongs to another
    account, ErasureInProgressError while its old data is being erased, and EcwidError or
    RecordError if the profile of a new store can't be read.
    """
    raise_on_mismatch(token, callback_store_id)
    if expected_store_id is not None and expected_store_id != token.store_id:
        raise _wrong_store_error(runtime, merchant, token, expected_store_id)
    try:
        raise_unless_free(token.store_id, merchant)
    except StoreOwnedElsewhereError:
        keep_connected(runtime, token)
        raise
    known = Store.get_or_none(Store.id == token.store_id)
    found = _check_token(runtime, token, is_known=known is not None)
    outcome = ConnectResult(
        token.store_id, found.state, found.plan, missing_scopes(token.scopes), known is not None
    )
    if known is None and not outcome.is_working:
        log.info("connect.refused", store=token.store_id, state=found.state)
        return outcome
    transition = save_connection(runtime, merchant, NewGrant.of_consent(token), found)
    log.info("connect.done", store=token.store_id, state=found.state, known=outcome.is_reconnect)
    wake_after_transition(runtime, transition)
    if found.profile is None:
        runtime.request_probe(token.store_id)
    return outcome


def raise_on_mismatch(token: TokenResponse, callback_store_id: int | None) -> None:
    """Raise StoreMismatchError if the callback named another store than the token's."""
    if callback_store_id is not None and callback_store_id != token.store_id:
        raise StoreMismatchError(
            f"the consent was for store {callback_store_id}, the token is for {token.store_id}"
        )


def _check_token(runtime: Runtime, token: TokenResponse, *, is_known: bool) -> CheckedGrant:
    """Read and check the profile; if it is refused, use the reason of the refusal."""
    client = runtime.client_with(token.store_id, token.access_token)
    # The token is new, so an earlier verdict on it no longer applies.
    runtime.mark_token_valid(token.access_token)
    try:
        profile = fetch_profile(client, token.scopes)
    except EcwidSuspendedError:
        return CheckedGrant(PlanResult(PlanLevel.UNKNOWN), ConnectionEvent.SUSPENDED)
    except EcwidPlanError:
        return CheckedGrant(PlanResult(PlanLevel.BLOCKED), ConnectionEvent.PLAN_BLOCKED)
    except (EcwidError, RecordError) as error:
        if not is_known:
            raise
        # The grant is valid anyway; the connection check that follows finds the store's state.
        log.warning("connect.profile_unreadable", store=token.store_id, problem=str(error))
        missing = missing_scopes(token.scopes)
        event = ConnectionEvent.SCOPES_MISSING if missing else None
        return CheckedGrant(PlanResult(PlanLevel.UNKNOWN), event)
    return CheckedGrant(
        plan_from_profile(profile), evaluate_profile(profile, token.scopes), profile
    )


def _wrong_store_error(
    runtime: Runtime, merchant: Merchant, token: TokenResponse, expected_store_id: int
) -> WrongStoreError:
    """Return the error for a consent to another store than the wanted one.

    If the merchant owns that store, too, the consent has invalidated its old token. Its new token
    is stored, so it keeps working. A new store isn't connected by accident.
    """
    is_own_store = Membership.store_of(merchant, token.store_id) is not None
    if is_own_store:
        connect_store(runtime, merchant, token, None)
    return WrongStoreError(expected_store_id, token.store_id, is_own_store=is_own_store)
