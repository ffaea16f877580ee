"""A consent of somebody else doesn't end the connection of a store's owner."""

from __future__ import annotations

import pytest

from portal.ecwid.oauth import TokenResponse
from portal.ecwid.transport import ATTEMPTS
from portal.errors.connect import StoreOwnedElsewhereError
from portal.models import Grant, Membership, Store, StoreState, TimelineEntry
from portal.rules.connection.grant_sources import GrantSource
from portal.sandbox.config import DEFAULT_SCOPES
from portal.services.connection.connect_store import connect_store
from portal.services.connection.keep_connected import keep_connected
from portal.services.connection.probe_store import probe_store
from tests.factories import make_merchant
from tests.shop import Shop, store_of


def consent(shop: Shop, *, scopes: tuple[str, ...] = DEFAULT_SCOPES) -> TokenResponse:
    """Return the token of a stranger's consent, which ends the owner's token."""
    joined = " ".join(scopes)
    token = shop.server.parts.stores.install(shop.store_id, joined, revoke_previous=True)
    return TokenResponse(store_id=shop.store_id, access_token=token, scopes=frozenset(scopes))


def grant_of(shop: Shop) -> Grant | None:
    return Grant.active_for(shop.store_id)


def test_refused_stranger_leaves_the_owner_connected_with_the_new_token(shop: Shop) -> None:
    Membership.create(merchant=make_merchant(email="owner@example.com"), store=shop.store_id)
    token, before = consent(shop), grant_of(shop)
    assert before is not None

    with pytest.raises(StoreOwnedElsewhereError):
        connect_store(shop.runtime, make_merchant(email="eve@example.com"), token, None)

    after = grant_of(shop)
    assert after is not None
    assert after.id != before.id
    assert after.merchant == before.merchant
    assert (
        shop.runtime.sealer.open(
            after.sealed_access_token, "grant.sealed_access_token", shop.store_id
        )
        == token.access_token
    )
    assert TimelineEntry.get().what == "token_replaced"
    probe_store(shop.runtime, shop.store_id)
    assert store_of(shop).state == StoreState.CONNECTED


def test_token_with_fewer_permissions_does_not_replace_and_the_store_is_checked(
    shop: Shop,
) -> None:
    before = grant_of(shop)

    assert not keep_connected(shop.runtime, consent(shop, scopes=DEFAULT_SCOPES[:-1]))

    assert grant_of(shop) == before
    assert store_of(shop).probe_due_at is not None
    probe_store(shop.runtime, shop.store_id)
    assert store_of(shop).state == StoreState.RECONNECT


def test_token_that_cannot_read_the_store_does_not_replace(shop: Shop) -> None:
    before = grant_of(shop)
    consent(shop)
    forged = TokenResponse(shop.store_id, "secret_forged", frozenset(DEFAULT_SCOPES))

    assert not keep_connected(shop.runtime, forged)

    assert grant_of(shop) == before


def test_token_that_still_works_is_kept(shop: Shop) -> None:
    before = grant_of(shop)
    scopes = frozenset(DEFAULT_SCOPES)

    assert not keep_connected(shop.runtime, TokenResponse(shop.store_id, "secret_other", scopes))

    assert grant_of(shop) == before


def test_nothing_is_replaced_while_ecwid_does_not_answer(shop: Shop) -> None:
    before, token = grant_of(shop), consent(shop)
    shop.fault("/profile", 503, times=ATTEMPTS)

    assert not keep_connected(shop.runtime, token)

    assert grant_of(shop) == before


def test_store_with_a_custom_app_or_without_a_token_is_left_alone(shop: Shop) -> None:
    token = consent(shop)
    Grant.update(source=GrantSource.CUSTOM_APP).execute()
    assert not keep_connected(shop.runtime, token)
    Grant.update(source=GrantSource.OAUTH).execute()
    Store.update(state=StoreState.RECONNECT).execute()
    assert not keep_connected(shop.runtime, token)
    assert not TimelineEntry.select().exists()
