"""Write what a store's profile says into its row, and judge the store by it."""

from __future__ import annotations

from collections.abc import Iterable

from portal.ecwid.client import EcwidClient
from portal.ecwid.profile import StoreProfile, read_profile
from portal.models import Grant, Store, database
from portal.rules.plan import PlanVerdict, judge_plan
from portal.rules.scopes import EXTENDED_PROFILE
from portal.rules.store_states import StoreState, judge_store


def fetch_profile(client: EcwidClient, scopes: Iterable[str]) -> StoreProfile:
    """Return the store's profile, with the plan's name if the scopes let us see it.

    Raises EcwidError, and RecordError for an impossible profile.
    """
    payload = client.profile(extended=EXTENDED_PROFILE in set(scopes))
    return read_profile(client.store_id, payload)


def plan_of(profile: StoreProfile) -> PlanVerdict:
    """Return the verdict on the plan that this profile shows."""
    return judge_plan(name=profile.plan_name, features=profile.features, is_paid=profile.is_paid)


def state_of(profile: StoreProfile, scopes: Iterable[str]) -> StoreState:
    """Return how a store with this profile and these granted scopes stands."""
    return judge_store(
        scopes=scopes, plan=plan_of(profile).level, is_suspended=profile.is_suspended
    )


def take_profile(store: Store, profile: StoreProfile, scopes: Iterable[str]) -> None:
    """Set the store's facts, plan and state from ``profile``; the caller saves the row."""
    plan = plan_of(profile)
    store.name = profile.name
    store.url = profile.url
    store.currency = profile.currency
    store.currency_precision = profile.currency_precision
    store.timezone = profile.timezone
    store.plan_name = plan.name
    store.plan_level = plan.level
    store.features = list(profile.features or ())
    store.missing_features = list(plan.missing_features)
    store.move_to(state_of(profile, scopes))


def save_profile(grant: Grant, profile: StoreProfile, *, lacks_scope: bool = False) -> StoreState:
    """Write what was read with ``grant`` into its store's row; return how the store stands then.

    Nothing is written if a new consent has replaced the grant meanwhile, and nothing that the
    profile doesn't tell: an event may have come while it was read. ``lacks_scope`` says that a
    call was refused for a scope that the grant seemed to have.
    """
    with database.atomic():
        store: Store = Store.get_by_id(grant.store_id)
        if grant.is_still_in_force():
            take_profile(store, profile, grant.scopes)
            if lacks_scope and store.is_working:
                store.move_to(StoreState.ACTION_REQUIRED)
            store.save(only=store.dirty_fields)
    return StoreState(store.state)
