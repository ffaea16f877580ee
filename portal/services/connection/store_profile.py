"""Reading of a store's profile, and its effect on the store's row and state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.ecwid.profile import StoreProfile, read_profile
from portal.models import Store
from portal.rules.connection.connection_events import ConnectionEvent, evaluate_connection
from portal.rules.connection.plan import PlanResult, evaluate_plan
from portal.rules.connection.scopes import EXTENDED_PROFILE, missing_scopes


def fetch_profile(client: EcwidClient, scopes: Iterable[str]) -> StoreProfile:
    """Return the store's profile, with the plan's name if the scopes allow it.

    Raises EcwidError, and RecordError for an invalid profile.
    """
    payload = client.profile(extended=EXTENDED_PROFILE in set(scopes))
    return read_profile(client.store_id, payload)


def plan_from_profile(profile: StoreProfile) -> PlanResult:
    """Return the verdict on the plan in this profile."""
    return evaluate_plan(name=profile.plan_name, features=profile.features)


def evaluate_profile(profile: StoreProfile, scopes: Iterable[str]) -> ConnectionEvent:
    """Return the result of a check of this profile and these scopes."""
    return evaluate_connection(
        scopes=scopes, plan=plan_from_profile(profile).level, is_suspended=profile.is_suspended
    )


def event_details(
    event: ConnectionEvent, scopes: Iterable[str], plan: PlanResult
) -> dict[str, Any]:
    """Return the details of a check's result for the timeline and the issue."""
    if event is ConnectionEvent.SCOPES_MISSING:
        return {"scopes": [scope.name for scope in missing_scopes(scopes)]}
    if event in (ConnectionEvent.PLAN_LIMITED, ConnectionEvent.PLAN_BLOCKED):
        return {"plan": plan.name, "features": list(plan.missing_features)}
    return {}


def apply_profile(store: Store, profile: StoreProfile) -> dict[str, Any]:
    """Copy the facts and the plan from ``profile`` to the store; the caller saves the row.

    Returns the changes that a merchant would notice: each fact's value before and after.
    """
    plan = plan_from_profile(profile)
    shown = {
        "name": profile.name,
        "url": profile.url,
        "currency": profile.currency,
        "timezone": profile.timezone,
        "plan_name": plan.name,
        "is_closed": profile.is_closed,
    }
    changed = {
        fact: [getattr(store, fact), value]
        for fact, value in shown.items()
        if getattr(store, fact) != value
    }
    for fact, value in shown.items():
        setattr(store, fact, value)
    store.currency_precision = profile.currency_precision
    store.currency_format = profile.currency_format and profile.currency_format.document()
    store.profile_details = dict(profile.details)
    store.plan_level = plan.level
    store.features = list(profile.features or ())
    store.missing_features = list(plan.missing_features)
    return changed
