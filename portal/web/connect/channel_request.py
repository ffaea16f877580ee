"""Consent of merchants to the channel of a connect link, with or without connecting a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_required
from peewee import ModelSelect

from portal.models import IS_WORKING, Channel, Membership, Onboarding, Role, Store
from portal.rules.api_keys.key_scopes import PURPOSES, known_scopes
from portal.rules.channels.channel_states import ConsentChange
from portal.rules.connection.onboarding_steps import OnboardingStatus
from portal.services.channels.consent_emails import email_consents
from portal.services.connection.channel_link_outcome import COMPLETED, REFUSED, return_address
from portal.services.connection.onboarding import (
    claim_onboarding,
    finish_onboarding,
    record_failure,
)
from portal.web.connect.blueprint import blueprint
from portal.web.connect.guide import link_invalid, link_of_token, may_see_guide
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.runtime import current_runtime
from portal.web.url_converters import key_in

DENIED = "denied"
# A merchant with more stores connects the store again, or searches the list by its ID.
STORES_OFFERED = 50


@dataclass(frozen=True)
class ChannelRequest:
    """Access that the channel of a link asks for.

    ``reference`` is the channel's name of the merchant. ``purposes`` are untranslated. ``stores``
    are connected ones of the merchant, who can choose one of them. ``return_url`` is None if the
    merchant can't go back to the channel yet.
    """

    channel: Channel
    reference: str
    purposes: Sequence[str]
    stores: Sequence[Store]
    return_url: str | None


def channel_request(onboarding: Onboarding) -> ChannelRequest | None:
    """Return what the guide shows about the channel of a link; None without one."""
    channel: Channel | None = onboarding.channel
    if channel is None:
        return None
    stores = []
    if current_user.is_authenticated and onboarding.finished_at is None:
        stores = list(_own_stores().order_by(Store.name, Store.id).limit(STORES_OFFERED))
    return ChannelRequest(
        channel,
        onboarding.external_reference,
        [PURPOSES[scope] for scope in known_scopes(channel.requested_scopes)],
        stores,
        _return_url(onboarding),
    )


@blueprint.post("/link/<token>/store")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def allow_own_store(token: str) -> ResponseReturnValue:
    """Let the channel of the link use a store that is connected already."""
    onboarding = link_of_token(token)
    if onboarding is None or onboarding.channel_id is None:
        return link_invalid(onboarding)
    store = _chosen_store(request.form.get("store_id", ""))
    if store is None:
        flash(_("Choose one of your stores."), "error")
        return redirect(url_for(".onboarding_guide", token=token), 303)
    if not claim_onboarding(onboarding, signed_in_merchant()):
        return link_invalid(onboarding)
    finish_link(Onboarding.get_by_id(onboarding.id), store.id)
    # Not to the channel at once: the content policy applies to redirects after a form.
    return redirect(url_for(".onboarding_guide", token=token), 303)


@blueprint.post("/link/<token>/decline")
@limiter.limit(CONTROL_BY_ADDRESS)
def decline_link(token: str) -> ResponseReturnValue:
    """Publish to the channel that the merchant doesn't want to; the link still works."""
    onboarding = link_of_token(token)
    if onboarding is None or onboarding.channel_id is None or not may_see_guide(onboarding):
        return link_invalid(onboarding)
    # Not again after a refusal, so that nobody can send a channel any number of events.
    if onboarding.finished_at is None and onboarding.failure_reason != DENIED:
        record_failure(onboarding, DENIED)
    return redirect(url_for(".onboarding_guide", token=token), 303)


def finish_link(onboarding: Onboarding, store_id: int) -> str | None:
    """Finish the onboarding, and grant and email the consent to its channel.

    Return the URL at the channel that the merchant is sent back to; None if there is none.
    """
    consent = finish_onboarding(onboarding, store_id)
    if consent is None:
        return return_address(onboarding, REFUSED)
    email_consents(current_runtime(), ConsentChange.CONSENTED, [consent], signed_in_merchant())
    return return_address(onboarding, COMPLETED)


def _own_stores() -> ModelSelect[Store]:
    owned = (Membership.merchant == signed_in_merchant(), Membership.role == Role.OWNER)
    query = Store.select().join(Membership).where(*owned, IS_WORKING)
    if current_user.has_second_factor:
        return query
    return query.where(~Store.requires_second_factor)


def _chosen_store(text: str) -> Store | None:
    store_id = key_in(text)
    if store_id is None:
        return None
    found: Store | None = _own_stores().where(Store.id == store_id).first()
    return found


def _return_url(onboarding: Onboarding) -> str | None:
    if onboarding.finished_at is not None:
        return return_address(onboarding, COMPLETED)
    is_refused = onboarding.status is OnboardingStatus.REFUSED
    return return_address(onboarding, REFUSED) if is_refused else None
