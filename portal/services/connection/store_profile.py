"""Write what a store's profile says into its row, and judge the store by it."""

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
    """Return the store's profile, with the plan's name if the scopes let us see it.

    Raises EcwidError, and RecordError for an impossible profile.
    """
    payload = client.profile(extended=EXTENDED_PROFILE in set(scopes))
    return read_profile(client.store_id, payload)


def plan_from_profile(profile: StoreProfile) -> PlanResult:
    """Return the verdict on the plan that this profile shows."""
    return evaluate_plan(name=profile.plan_name, features=profile.features, is_paid=profile.is_paid)


def evaluate_profile(profile: StoreProfile, scopes: Iterable[str]) -> ConnectionEvent:
    """Return what is found of a store with this profile and a token with these scopes."""
    return evaluate_connection(
        scopes=scopes, plan=plan_from_profile(profile).level, is_suspended=profile.is_suspended
    )


def event_details(
    event: ConnectionEvent, scopes: Iterable[str], plan: PlanResult
) -> dict[str, Any]:
    """Return what the name of a finding leaves open, for timeline and issue."""
    if event is ConnectionEvent.SCOPES_MISSING:
        return {"scopes": [scope.name for scope in missing_scopes(scopes)]}
    if event in (ConnectionEvent.PLAN_LIMITED, ConnectionEvent.PLAN_BLOCKED):
        return {"plan": plan.name, "features": list(plan.missing_features)}
    return {}


def apply_profile(store: Store, profile: StoreProfile) -> dict[str, Any]:
    """Set the store's facts and plan from ``profile``; the caller saves the row.

    Returns what a merchant would notice of the changes, each fact with its value before and after.
    """
    plan = plan_from_profile(profile)
    shown = {
        "name": profile.name,
        "url": profile.url,
        "currency": profile.currency,
        "timezone": profile.timezone,
        "plan_name": plan.name,
    }
    changed = {
        fact: [getattr(store, fact), value]
        for fact, value in shown.items()
        if getattr(store, fact) != value
    }
    for fact, value in shown.items():
        setattr(store, fact, value)
    store.currency_precision = profile.currency_precision
    store.plan_level = plan.level
    store.features = list(profile.features or ())
    store.missing_features = list(plan.missing_features)
    return changed
