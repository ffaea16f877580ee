"""Connect a store for a merchant by the token of its custom app, for pilots and agencies."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField
from wtforms.validators import DataRequired, ValidationError

from portal.models import Merchant
from portal.rules.records.email_addresses import normalize_email
from portal.services.accounts.account_emails import email_store_connected
from portal.services.connection.connect_store import ConnectResult
from portal.web.connect.custom_app import CustomAppForm, connect_for, render_token_form
from portal.web.limits import TOKENS_BY_MERCHANT, limiter, merchant_key
from portal.web.login import signed_in_merchant
from portal.web.operator.access import admin_required
from portal.web.operator.blueprint import blueprint
from portal.web.outside_calls import calls_other_servers
from portal.web.runtime import current_runtime

TEMPLATE = "operator/custom_app.html"


class OwnerForm(CustomAppForm):
    """Form that also asks for the account that will own the store."""

    email = EmailField(_l("Owner's account email"), [DataRequired(_l("Enter an email address."))])

    def validate_email(self, field: EmailField) -> None:
        """Reject addresses without an account that can sign in."""
        owner = _account_of(field)
        if owner is None:
            raise ValidationError(
                _("No account has this address. Send the merchant a connect link first.")
            )
        if owner.is_locked:
            raise ValidationError(_("This account is locked."))

    @property
    def owner(self) -> Merchant | None:
        """Account with the address in the form, or None."""
        return _account_of(self.email)


@blueprint.get("/custom-app")
@admin_required
def custom_app_form() -> ResponseReturnValue:
    """Ask for the owner, the store and its token."""
    return render_token_form(TEMPLATE, OwnerForm())


@blueprint.post("/custom-app")
@limiter.limit(TOKENS_BY_MERCHANT, key_func=merchant_key)
@admin_required
@calls_other_servers
def connect_custom_app() -> ResponseReturnValue:
    """Connect the store to the account of its owner, who gets an e-mail.

    The audit log names the operator.
    """
    form = OwnerForm()
    owner = form.owner if form.validate() else None
    if owner is None:
        return render_token_form(TEMPLATE, form), 422
    operator = signed_in_merchant()
    answer = connect_for(
        owner,
        form.given(form.chosen_store_id),
        url_for("operator.custom_app_form"),
        actor=operator,
    )
    if not isinstance(answer, ConnectResult):
        return answer
    if owner != operator:
        email_store_connected(current_runtime(), owner, answer.store_id)
    flash(_("The store is connected for %(email)s.", email=owner.email), "success")
    return redirect(url_for("stores.show", store_id=answer.store_id), 303)


def _account_of(field: EmailField) -> Merchant | None:
    email = normalize_email(field.data or "")
    found: Merchant | None = Merchant.get_or_none(Merchant.email == email)
    return found
