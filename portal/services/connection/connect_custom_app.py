"""Connecting of a store by the token of its custom app, instead of an OAuth consent.

Always all or nothing, also for a known store: the token in force stays valid, so a new one that is
refused or lacks permissions must not replace it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import (
    EcwidNotFoundError,
    EcwidPlanError,
    EcwidScopeError,
    EcwidSuspendedError,
    EcwidTokenError,
)
from portal.ecwid.profile import StoreProfile
from portal.errors.connect import CustomAppTokenError, StoreMismatchError
from portal.models import Merchant, Store, StoreState
from portal.rules.connection.connection_events import TRANSITIONS, ConnectionEvent
from portal.rules.connection.grant_sources import GrantSource
from portal.rules.connection.plan import PlanLevel, PlanResult
from portal.rules.connection.scopes import SCOPES, missing_scopes
from portal.services.connection.apply_transition import wake_after_transition
from portal.services.connection.connect_store import ConnectResult
from portal.services.connection.save_connection import (
    CheckedGrant,
    NewGrant,
    raise_unless_free,
    save_connection,
)
from portal.services.connection.scope_checks import detect_scopes
from portal.services.connection.store_profile import (
    evaluate_profile,
    fetch_profile,
    plan_from_profile,
)
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# A person waits for the checks of scopes, so each of them gets less time than other calls.
SCOPE_CHECK_TIMEOUT_S = 5.0
PROFILE_SCOPE = "read_store_profile"


@dataclass(frozen=True)
class CustomAppToken:
    """Store ID, secret token and, for webhooks, client secret, as a person entered them."""

    store_id: int
    access_token: str = field(repr=False)
    client_secret: str | None = field(default=None, repr=False)


def connect_custom_app(
    runtime: Runtime, merchant: Merchant, given: CustomAppToken, *, actor: Merchant | None = None
) -> ConnectResult:
    """Connect the store of ``given`` to ``merchant``; a result that isn't working changed nothing.

    ``actor`` is the operator who does it for the merchant. Raises StoreOwnedElsewhereError,
    ErasureInProgressError, CustomAppTokenError if Ecwid refuses the token for this store,
    StoreMismatchError if the profile is another store's, and other EcwidError or RecordError if
    the profile can't be read.
    """
    store_id = given.store_id
    raise_unless_free(store_id, merchant)
    is_reconnect = Store.select().where(Store.id == store_id).exists()
    # A person may enter a token again after they have repaired it at Ecwid.
    runtime.mark_token_valid(given.access_token)
    try:
        profile = _read_profile(runtime.client_with(store_id, given.access_token))
    except EcwidSuspendedError:
        return _refused(store_id, ConnectionEvent.SUSPENDED, is_reconnect=is_reconnect)
    except EcwidPlanError:
        return _refused(store_id, ConnectionEvent.PLAN_BLOCKED, is_reconnect=is_reconnect)
    except EcwidScopeError:
        return _refused(store_id, ConnectionEvent.SCOPES_MISSING, is_reconnect=is_reconnect)
    except (EcwidTokenError, EcwidNotFoundError) as error:
        raise CustomAppTokenError(f"Ecwid refuses the token for store {store_id}") from error
    grant = _new_grant(runtime, given)
    plan, event = plan_from_profile(profile), evaluate_profile(profile, grant.scopes)
    found = CheckedGrant(plan, event, profile)
    outcome = ConnectResult(
        store_id, found.state, plan, missing_scopes(grant.scopes), is_reconnect=is_reconnect
    )
    if not outcome.is_working:
        log.info("connect.refused", store=store_id, state=found.state, source=grant.source)
        return outcome
    transition = save_connection(runtime, merchant, grant, found, actor)
    log.info("connect.done", store=store_id, state=found.state, source=grant.source)
    wake_after_transition(runtime, transition)
    if grant.unverified_scopes:
        runtime.request_probe(store_id)
    return outcome


def _read_profile(client: EcwidClient) -> StoreProfile:
    """Return the profile; raise StoreMismatchError if Ecwid says that it is another store's."""
    profile = fetch_profile(client, ())
    if profile.store_id not in (None, client.store_id):
        raise StoreMismatchError(
            f"the token was given for store {client.store_id}, it is for {profile.store_id}"
        )
    return profile


def _new_grant(runtime: Runtime, given: CustomAppToken) -> NewGrant:
    client = runtime.client_with(
        given.store_id, given.access_token, timeout_s=SCOPE_CHECK_TIMEOUT_S
    )
    detected = detect_scopes(client)
    return NewGrant(
        given.store_id,
        given.access_token,
        # Ecwid has just shown the profile, whatever it reports about the token.
        detected.scopes | {PROFILE_SCOPE},
        source=GrantSource.CUSTOM_APP,
        client_secret=given.client_secret,
        unverified_scopes=detected.unverified - {PROFILE_SCOPE},
    )


def _refused(store_id: int, event: ConnectionEvent, *, is_reconnect: bool) -> ConnectResult:
    level = PlanLevel.BLOCKED if event is ConnectionEvent.PLAN_BLOCKED else PlanLevel.UNKNOWN
    state = TRANSITIONS[StoreState.CONNECTING][event]
    log.info("connect.refused", store=store_id, state=state, source=GrantSource.CUSTOM_APP)
    missing = (SCOPES[PROFILE_SCOPE],) if event is ConnectionEvent.SCOPES_MISSING else ()
    return ConnectResult(store_id, state, PlanResult(level), missing, is_reconnect=is_reconnect)
