"""Connection check: is the token valid, which scopes does it have, and what is in the profile?

`GET /profile` decides whether a token is valid, because other endpoints may refuse for reasons of
their own. The scopes come from Ecwid if it returns them. Otherwise they are the granted scopes
without those that the API refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.ecwid.error_responses import explained_refusal
from portal.ecwid.errors import (
    EcwidError,
    EcwidPlanError,
    EcwidScopeError,
    EcwidSuspendedError,
    EcwidTokenError,
)
from portal.ecwid.profile import StoreProfile
from portal.models import Grant, StoreState, TimelineEntry, database, utc_now
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.connection.plan import PlanLevel, PlanResult
from portal.rules.connection.scopes import SCOPES, scope_of_call
from portal.services.connection.apply_transition import Transition, apply_transition, lock_store
from portal.services.connection.scope_checks import has_scope, is_readable, reported_scopes
from portal.services.connection.store_profile import (
    apply_profile,
    evaluate_profile,
    event_details,
    fetch_profile,
    plan_from_profile,
)

# The event that each refusal means if the profile can't be read either.
EVENT_BY_REFUSAL: dict[type[EcwidError], ConnectionEvent] = {
    EcwidTokenError: ConnectionEvent.TOKEN_DEAD,
    EcwidSuspendedError: ConnectionEvent.SUSPENDED,
    EcwidPlanError: ConnectionEvent.PLAN_BLOCKED,
    EcwidScopeError: ConnectionEvent.SCOPES_MISSING,
}
STORE_REFUSALS = tuple(EVENT_BY_REFUSAL)


@dataclass(frozen=True)
class CheckResult:
    """Result of a connection check; ``profile`` is None if Ecwid refused to return it.

    ``unverified_scopes`` is None if the check couldn't say.
    """

    event: ConnectionEvent
    detail: Mapping[str, Any] = field(default_factory=dict)
    profile: StoreProfile | None = None
    lost_scopes: Sequence[str] = ()
    unverified_scopes: Sequence[str] | None = None


def check_connection(
    client: EcwidClient, grant: Grant, refused: EcwidError | None = None
) -> CheckResult:
    """Return the result of a connection check; ``refused`` is the refused call that caused it.

    Raises EcwidError if the profile can't be read, including the errors in `STORE_REFUSALS`, and
    RecordError for an invalid profile.
    """
    profile = fetch_profile(client, grant.effective_scopes)
    found = _ScopeCheck(grant.lost_scopes or (), grant.unverified_scopes or ())
    if not profile.is_suspended and plan_from_profile(profile).level is not PlanLevel.BLOCKED:
        found = _check_scopes(client, grant, refused)
    held = set(grant.scopes) - set(found.lost)
    event = evaluate_profile(profile, held)
    detail = event_details(event, held, plan_from_profile(profile))
    return CheckResult(event, detail, profile, found.lost, found.unverified)


def refused_result(grant: Grant, refusal: EcwidError) -> CheckResult:
    """Return the result when the profile itself is refused, on the second try too."""
    event = EVENT_BY_REFUSAL[type(refusal)]
    lost = list(grant.lost_scopes or ())
    if event is ConnectionEvent.SCOPES_MISSING:
        lost = sorted({*lost, "read_store_profile"})
    held = set(grant.scopes) - set(lost)
    return CheckResult(
        event, event_details(event, held, PlanResult(_plan_level(event))), None, lost
    )


def _plan_level(event: ConnectionEvent) -> PlanLevel:
    """Return what a refused profile says about the plan."""
    return PlanLevel.BLOCKED if event is ConnectionEvent.PLAN_BLOCKED else PlanLevel.UNKNOWN


def save_result(grant: Grant, result: CheckResult) -> Transition | None:
    """Store the result for ``grant``; return None if a new consent has replaced the grant.

    Only fields from the profile are written, because an event may have changed others since.
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
        changes: dict[Any, Any] = {Grant.lost_scopes: list(result.lost_scopes)}
        if result.unverified_scopes is not None:
            changes[Grant.unverified_scopes] = list(result.unverified_scopes)
        Grant.update(changes).where(Grant.id == grant.id).execute()
        return apply_transition(store, result.event, detail=result.detail)


@dataclass(frozen=True)
class _ScopeCheck:
    """Granted scopes that the token no longer has, and those that remain unverified."""

    lost: Sequence[str]
    unverified: Sequence[str]


def _check_scopes(client: EcwidClient, grant: Grant, refused: EcwidError | None) -> _ScopeCheck:
    """Compare the granted scopes with those that the token has."""
    reported = reported_scopes(client)
    if reported is not None:
        return _ScopeCheck(sorted(set(grant.scopes) - reported), ())
    lost, unverified = set(grant.lost_scopes or ()), set(grant.unverified_scopes or ())
    suspected = _suspected_scopes(refused)
    for name in sorted(lost | suspected | set(filter(is_readable, unverified))):
        # Write scopes can't be tested: a single refusal that names the scope is enough.
        is_granted = has_scope(client, name) if is_readable(name) else False
        if is_granted is not None:
            unverified.discard(name)
            (lost.discard if is_granted else lost.add)(name)
    return _ScopeCheck(sorted(lost), sorted(unverified))


def _suspected_scopes(refused: EcwidError | None) -> set[str]:
    """Return the required scope that a refusal names, or else the one that its call requires."""
    if isinstance(refused, EcwidTokenError):
        # The profile was read, so the token is valid.
        refused = explained_refusal(refused)
    if not isinstance(refused, EcwidScopeError):
        return set()
    if refused.scope in SCOPES:
        return {refused.scope}
    scope = scope_of_call(refused.facts.method, refused.facts.path)
    return {scope.name} if scope else set()
