"""Connect a store by the token of its custom app: the form, and the answer to it."""

from __future__ import annotations

import structlog
from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Optional, ValidationError

from portal.ecwid.errors import EcwidError
from portal.errors import RecordError
from portal.errors.connect import ConsentError
from portal.models import Membership, Merchant, Onboarding, Store
from portal.rules.connection.grant_sources import (
    ANY_APP_PAGE,
    APP_PAGE,
    MAX_STORE_ID,
    PUBLIC_TOKEN_PREFIX,
    is_secret_text,
)
from portal.rules.connection.scopes import REQUIRED_NAMES, REQUIRED_SCOPES, events_for
from portal.services.connection.connect_custom_app import CustomAppToken, connect_custom_app
from portal.services.connection.connect_store import ConnectResult
from portal.services.connection.onboarding import (
    record_consent,
    record_failure,
    start_onboarding,
    unfinished_onboarding,
)
from portal.web.connect.callback import flash_connected
from portal.web.connect.channel_request import ChannelRequest, finish_link
from portal.web.connect.failure_pages import (
    custom_app_failure_page,
    failure_page_of,
    render_failure,
)
from portal.web.login import signed_in_merchant
from portal.web.page_form import PageForm
from portal.web.runtime import current_runtime

log = structlog.get_logger(__name__)


class TokenForm(PageForm):
    """Form with the secrets of a custom app; they are never written back into the page."""

    token = PasswordField(_l("Secret token"), [DataRequired(_l("Enter the secret token."))])
    client_secret = PasswordField(_l("Client secret (optional)"), [Optional(strip_whitespace=True)])

    def validate_token(self, field: PasswordField) -> None:
        """Reject a public token and texts that are no token."""
        text = _stripped(field)
        if text.startswith(PUBLIC_TOKEN_PREFIX):
            raise ValidationError(
                _("This is the public token. Enter the secret token, which begins with secret_.")
            )
        _check_secret(text)

    def validate_client_secret(self, field: PasswordField) -> None:
        """Reject texts that are no client secret."""
        _check_secret(_stripped(field))

    def given(self, store_id: int) -> CustomAppToken:
        """Return the valid form's secrets for a store."""
        return CustomAppToken(
            store_id, _stripped(self.token), _stripped(self.client_secret) or None
        )


class CustomAppForm(TokenForm):
    """Form that also asks for the store."""

    store_id = StringField(_l("Store ID"), [DataRequired(_l("Enter the store ID."))])

    def validate_store_id(self, field: StringField) -> None:
        """Reject anything but a store's number."""
        text = _stripped(field)
        is_number = text.isascii() and text.isdecimal() and len(text) < len(str(MAX_STORE_ID))
        if not (is_number and int(text) > 0):
            raise ValidationError(_("Enter only the digits of the store ID, like 1003."))

    @property
    def chosen_store_id(self) -> int:
        """Store ID of the valid form."""
        return int(_stripped(self.store_id))


def render_token_form(
    template: str,
    form: TokenForm,
    store: Store | None = None,
    *,
    request_of_channel: ChannelRequest | None = None,
    **addresses: str,
) -> str:
    """Return a page with the form and what a person needs to know before it.

    ``addresses`` are for templates that serve several pages, ``request_of_channel`` for a link.
    """
    return render_template(
        template,
        form=form,
        store=store,
        request_of_channel=request_of_channel,
        scopes=REQUIRED_SCOPES,
        events=events_for(REQUIRED_NAMES),
        app_page=ANY_APP_PAGE if store is None else APP_PAGE.format(store_id=store.id),
        webhook_url=current_runtime().settings.webhook_url,
        **addresses,
    )


def finish_custom_app(
    given: CustomAppToken, retry_page: str, *, onboarding: Onboarding | None = None
) -> ResponseReturnValue:
    """Connect the store to the signed-in merchant; ``retry_page`` is the page with the form.

    ``onboarding`` is that of a connect link; without one, the merchant's own is used.
    """
    answer = connect_for(signed_in_merchant(), given, retry_page, onboarding=onboarding)
    if not isinstance(answer, ConnectResult):
        return answer
    flash_connected(answer)
    return redirect(url_for("stores.show", store_id=answer.store_id), 303)


def connect_for(
    merchant: Merchant,
    given: CustomAppToken,
    retry_page: str,
    *,
    actor: Merchant | None = None,
    onboarding: Onboarding | None = None,
) -> ConnectResult | tuple[str, int]:
    """Connect the store to ``merchant``, or return the page that explains why that failed.

    ``actor`` is the operator who does it for the merchant. The onboarding records the result.
    """
    if onboarding is None:
        onboarding = _onboarding_for(merchant, given.store_id, actor)
    try:
        outcome = connect_custom_app(current_runtime(), merchant, given, actor=actor)
    except (ConsentError, EcwidError, RecordError) as error:
        log.warning("connect.failed", error=type(error).__name__, problem=str(error))
        failure = failure_page_of(error)
        if onboarding is not None:
            record_failure(onboarding, failure.page)
        return render_failure(
            failure, error=error, retry_page=retry_page, by_operator=actor is not None
        )
    if not outcome.is_working:
        failure = custom_app_failure_page(outcome)
        if onboarding is not None:
            record_failure(onboarding, failure.page)
        return render_failure(failure, outcome=outcome, retry_page=retry_page)
    if onboarding is not None:
        record_consent(onboarding)
        finish_link(onboarding, outcome.store_id)
    return outcome


def _onboarding_for(merchant: Merchant, store_id: int, actor: Merchant | None) -> Onboarding | None:
    """Return the onboarding of a connect; an operator begins none in the merchant's name."""
    is_own_store = Membership.store_of(merchant, store_id) is not None
    begin = start_onboarding if actor is None else unfinished_onboarding
    return begin(merchant, store_id if is_own_store else None)


def _stripped(field: StringField) -> str:
    return (field.data or "").strip()


def _check_secret(text: str) -> None:
    if not is_secret_text(text):
        raise ValidationError(_("Copy it again: it can't contain spaces or special letters."))
