"""A merchant's keys and endpoints reach the stores that were chosen for them, and no later ones."""

from __future__ import annotations

import pytest

from portal.errors import ConsentRefusedError
from portal.models import (
    ApiKey,
    Channel,
    ChannelConsent,
    Membership,
    Merchant,
    Role,
    Store,
    WebhookEndpoint,
)
from portal.rules.api_keys.key_scopes import KeyScope, is_allowed
from portal.rules.channels.channel_states import ConsentChange
from portal.rules.channels.consent_refusals import ConsentRefusal
from portal.services.accounts.team import member_of, remove_member
from portal.services.api_keys.channel_keys import add_key
from portal.services.api_keys.keys import create_key, store_of
from portal.services.channels.consents import change_consent, grant_consent
from portal.services.channels.own_channels import revoke_all
from portal.services.channels.reach import consent_reached, consents_reached, store_ids_reached
from portal.services.outbox.publish import find_subscribers
from portal.services.runtime import Runtime
from tests.factories import make_endpoint, make_merchant, make_store

READ = [KeyScope.READ_CATALOG]


def new_key(merchant: Merchant, store: Store | None = None) -> ApiKey:
    """Return a new key that reads the catalog."""
    made = create_key(merchant, "ERP", READ, store)
    assert made is not None
    return made.key


def both_reach(key: ApiKey, endpoint: WebhookEndpoint, store_id: int) -> list[bool]:
    """Return whether the key and the endpoint reach a store, by each way of asking."""
    return [
        store_id in store_ids_reached(key),
        store_of(key, store_id) is not None,
        store_id in store_ids_reached(endpoint),
        endpoint.id in [one.endpoint_id for one in find_subscribers(store_id)],
    ]


@pytest.mark.promise(9)
def test_store_that_a_merchant_joins_later_stays_closed_to_earlier_keys(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    key, endpoint = new_key(merchant), make_endpoint(merchant, runtime.sealer)
    eves = make_store(make_merchant(email="eve@example.com"), id=2004)
    assert both_reach(key, endpoint, store.id) == [True] * 4

    Membership.create(merchant=merchant, store=eves, role=Role.MANAGER)
    assert both_reach(key, endpoint, 2004) == [False] * 4

    later = new_key(merchant)
    assert store_ids_reached(later) == [1003, 2004]
    assert {found.store.id for found in consents_reached(later)} == {1003, 2004}
    assert both_reach(key, endpoint, 2004) == [False] * 4


@pytest.mark.promise(9)
def test_access_ends_with_the_membership_and_does_not_return_with_it(
    runtime: Runtime, merchant: Merchant, store: Store, bob: Merchant
) -> None:
    key, endpoint = new_key(bob, store), make_endpoint(bob, runtime.sealer)
    assert both_reach(key, endpoint, store.id) == [True] * 4

    membership = Membership.get(merchant=bob)
    member = member_of(store, membership.id)
    assert member is not None
    remove_member(store, member, merchant)
    assert both_reach(key, endpoint, store.id) == [False] * 4

    Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    assert both_reach(key, endpoint, store.id) == [False] * 4


def test_staff_cannot_renew_an_access_that_the_owner_has_ended(
    runtime: Runtime, merchant: Merchant, store: Store, bob: Merchant
) -> None:
    new_key(bob, store)
    change_consent(ChannelConsent.get(), ConsentChange.REVOKED, merchant)

    with pytest.raises(ConsentRefusedError) as refused:
        create_key(bob, "Again", READ, store)

    assert refused.value.reason is ConsentRefusal.ENDED_BY_OWNER
    assert store_ids_reached(new_key(bob)) == []
    assert ApiKey.select().count() == 2


def test_owner_renews_an_access_by_choosing_the_store_again(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    new_key(merchant, store)
    change_consent(ChannelConsent.get(), ConsentChange.REVOKED, merchant)

    assert store_ids_reached(new_key(merchant, store)) == [1003]
    assert ChannelConsent.get().status == "active"


def test_new_team_of_a_store_starts_without_consents(
    runtime: Runtime, channel: Channel, merchant: Merchant, store: Store
) -> None:
    grant_consent(channel, store, READ, merchant)
    key = new_key(merchant)

    revoke_all(store.id, merchant)

    assert store_ids_reached(key) == []
    assert {row.status for row in ChannelConsent.select()} == {"revoked"}


def has_scope(key: ApiKey, scope: KeyScope, store: Store | None) -> bool:
    """Return whether a key may use a scope in a store, or without one for its channel."""
    consent = None if store is None else consent_reached(key, store.id)
    return is_allowed(scope, key.scopes, () if consent is None else consent.scopes)


def test_key_of_a_channel_reaches_stores_that_consent_later_within_their_scopes(
    runtime: Runtime, channel: Channel, merchant: Merchant, store: Store
) -> None:
    made = add_key(channel, "Market", [*READ, KeyScope.WRITE_ORDERS, KeyScope.MANAGE_LINKS])
    assert made is not None
    assert store_ids_reached(made.key) == []
    assert not has_scope(made.key, KeyScope.READ_CATALOG, store)

    consent = grant_consent(channel, store, READ, merchant)

    assert store_ids_reached(made.key) == [1003]
    assert has_scope(made.key, KeyScope.READ_CATALOG, store)
    assert not has_scope(made.key, KeyScope.WRITE_ORDERS, store)
    assert has_scope(made.key, KeyScope.MANAGE_LINKS, None)
    change_consent(consent, ConsentChange.PAUSED, merchant)
    assert store_ids_reached(made.key) == []
