"""Look at one connection: is the token alive, what can it do, and what does the profile say?

`GET /profile` decides whether a token lives, for a single endpoint may refuse for reasons of its
own. What the token can do is asked where Ecwid tells it; elsewhere it is what was consented to,
less what the API refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import (
    EcwidError,
    EcwidPlanError,
    EcwidScopeError,
    EcwidSuspendedError,
    EcwidTokenError,
)
from portal.ecwid.profile import StoreProfile
from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.models import Grant, StoreState, TimelineEntry, database, utc_now
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.connection.plan import PlanLevel, PlanResult
from portal.rules.connection.scopes import SCOPES, scope_of_call
from portal.services.connection.apply_transition import Transition, apply_transition, lock_store
from portal.services.connection.store_profile import (
    apply_profile,
    evaluate_profile,
    event_details,
    fetch_profile,
    plan_from_profile,
)

log = structlog.get_logger(__name__)

# What these refusals say of the store when the profile can't be read either.
EVENT_BY_REFUSAL: dict[type[EcwidError], ConnectionEvent] = {
    EcwidTokenError: ConnectionEvent.TOKEN_DEAD,
    EcwidSuspendedError: ConnectionEvent.SUSPENDED,
    EcwidPlanError: ConnectionEvent.PLAN_BLOCKED,
    EcwidScopeError: ConnectionEvent.SCOPES_MISSING,
}
STORE_REFUSALS = tuple(EVENT_BY_REFUSAL)


@dataclass(frozen=True)
class CheckResult:
    """Hold what was found; without ``profile`` it was refused, and that is the finding."""

    event: ConnectionEvent
    detail: Mapping[str, Any] = field(default_factory=dict)
    profile: StoreProfile | None = None
    lost_scopes: Sequence[str] = ()


def check_connection(
    client: EcwidClient, grant: Grant, refused: EcwidError | None = None
) -> CheckResult:
    """Return how the store of ``client`` stands; ``refused`` is a call that gave the reason.

    Raises EcwidError when the profile can't be had, one of `STORE_REFUSALS` included, and RecordError
    for an impossible profile.
    """
    profile = fetch_profile(client, grant.effective_scopes)
    lost = list(grant.lost_scopes or ())
    if not profile.is_suspended and plan_from_profile(profile).level is not PlanLevel.BLOCKED:
        lost = _lost_scopes(client, grant, refused)
    held = set(grant.scopes) - set(lost)
    event = evaluate_profile(profile, held)
    return CheckResult(event, event_details(event, held, plan_from_profile(profile)), profile, lost)


def refused_result(grant: Grant, refusal: EcwidError) -> CheckResult:
    """Return what it means that the profile itself is refused, for the second time."""
    event = EVENT_BY_REFUSAL[type(refusal)]
    lost = list(grant.lost_scopes or ())
    if event is ConnectionEvent.SCOPES_MISSING:
        lost = sorted({*lost, "read_store_profile"})
    held = set(grant.scopes) - set(lost)
    return CheckResult(event, event_details(event, held, PlanResult.unknown()), None, lost)


def save_result(grant: Grant, result: CheckResult) -> Transition | None:
    """Write what was found with ``grant``; None if a new consent has replaced it meanwhile.

    Nothing is written that the profile doesn't tell: an event may have come while it was read.
    """
    with database.atomic():
        store = lock_store(grant.store_id)
        if not grant.is_still_active():
            return None
        is_first = store.state == StoreState.CONNECTING and store.probed_at is None
        store.probed_at = utc_now()
        if result.profile is not None:
            changed = apply_profile(store, result.profile)
            if changed and not is_first:
                TimelineEntry.record(store.id, "store_changed", **changed)
        store.save(only=store.dirty_fields)
        Grant.update(lost_scopes=list(result.lost_scopes)).where(Grant.id == grant.id).execute()
        return apply_transition(store, result.event, detail=result.detail)


def _lost_scopes(client: EcwidClient, grant: Grant, refused: EcwidError | None) -> list[str]:
    """Return what the token can't do though it was consented to."""
    told = _token_scopes(client)
    if told is not None:
        return sorted(set(grant.scopes) - told)
    lost = set(grant.lost_scopes or ())
    suspected = set()
    if isinstance(refused, EcwidScopeError):
        scope = scope_of_call(refused.facts.method, refused.facts.path)
        suspected = {scope.name} if scope else set()
    return sorted(n for n in lost | suspected if _is_refused(client, n, was_lost=n in lost))


def _token_scopes(client: EcwidClient) -> set[str] | None:
    """Return what Ecwid says that the token can do; None where it doesn't tell every app."""
    try:
        told = Record("tokens", client.application_token()).items("permissions")
    except (EcwidError, RecordError) as error:
        log.info("token.scopes_unknown", store=client.store_id, problem=str(error))
        return None
    return set(map(str, told)) or None


def _is_refused(client: EcwidClient, name: str, *, was_lost: bool) -> bool:
    """Tell whether a scope that was missed once is missed again, where reading can show it.

    What lets us write can't be tried: there one refusal that names the scope has to do.
    """
    for path in _readable_paths(SCOPES[name].endpoints):
        try:
            client.check_list_access(path)
        except EcwidScopeError:
            return True
        except EcwidError as error:
            log.info("scope.unconfirmed", store=client.store_id, scope=name, problem=str(error))
            return was_lost
        return False
    return True


def _readable_paths(endpoints: Iterable[str]) -> Iterable[str]:
    return (path for method, _, path in (e.partition(" ") for e in endpoints) if method == "GET")
