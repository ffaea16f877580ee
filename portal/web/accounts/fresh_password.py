"""Confirmation by password, and by code if a second factor is on, before a sensitive change.

A confirmation counts for `RECENT` in the browser in which it was given; a full sign-in is one, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Response, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from portal.models import utc_now
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.accounts.browser_sessions import confirm_credentials
from portal.services.accounts.passkeys import has_passkeys
from portal.services.accounts.passwords import MAX_LENGTH, check_password
from portal.services.accounts.second_factor import verify_code
from portal.web.accounts.forms import CODE_LIMIT, PASSWORD_VALIDATORS, is_email_address
from portal.web.limits import SIGN_IN_BY_ACCOUNT, limiter, merchant_key
from portal.web.login import signed_in_merchant, this_session_id
from portal.web.page_form import PageForm
from portal.web.runtime import current_runtime
from portal.web.security_events import note_security_event

View = Callable[..., ResponseReturnValue]

RECENT = timedelta(minutes=10)
_IS_WRONG = "is_wrong_confirmation"


def is_recently_confirmed() -> bool:
    """Return whether this browser has given the password, and a code if needed, within `RECENT`.

    Only valid with ``login_required``.
    """
    confirmed_at = current_user.confirmed_at
    return confirmed_at is not None and bool(confirmed_at > utc_now() - RECENT)


def _is_wrong_confirmation(_response: Response) -> bool:
    return bool(g.get(_IS_WRONG))


# One limit of all forms: somebody with a stolen session can't try each form in turn.
_limit_wrong_confirmations = limiter.shared_limit(
    SIGN_IN_BY_ACCOUNT,
    scope="confirmation",
    key_func=merchant_key,
    deduct_when=_is_wrong_confirmation,
)


class PasswordForm(PageForm):
    """Form with the signed-in merchant's password and code, before a sensitive change.

    ``password`` is None if this browser has confirmed it recently, ``code`` also if no second
    factor is on. A valid form counts as a confirmation. ``has_passkey`` is whether the page offers
    to confirm with a passkey instead; see `portal.web.account.views.confirm_with_passkey`.
    """

    password = PasswordField(_l("Your password"), [DataRequired(_l("Enter your password."))])
    code = StringField(
        _l("Code from your authenticator app"),
        [DataRequired(_l("Enter the code.")), Length(max=CODE_LIMIT)],
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        is_recent = is_recently_confirmed()
        if is_recent:
            del self.password
        if is_recent or not current_user.has_second_factor:
            del self.code
        self.has_passkey = self.code is not None and has_passkeys(signed_in_merchant())

    def validate(self, extra_validators: dict[str, Sequence[Any]] | None = None) -> bool:
        """Return whether all fields are valid; a code is used up only if all others are."""
        if not super().validate(extra_validators):
            return False
        if self.password is None:
            return True
        if not self._is_right_password() or not self._is_right_code():
            setattr(g, _IS_WRONG, True)
            return False
        confirm_credentials(this_session_id())
        return True

    def _is_right_password(self) -> bool:
        known = signed_in_merchant().password_hash
        is_right = check_password(known, self.password.data[:MAX_LENGTH])
        if not is_right:
            note_security_event(SecurityEventKind.PASSWORD_REFUSED)
            self.password.errors = [_("Incorrect password.")]
        return is_right

    def _is_right_code(self) -> bool:
        if self.code is None:
            return True
        sealer, merchant = current_runtime().sealer, signed_in_merchant()
        is_right = verify_code(sealer, merchant, self.code.data)
        if not is_right:
            note_security_event(SecurityEventKind.CODE_REFUSED)
            self.code.errors = [
                _("This code is incorrect or was already used. Wait for the next code.")
            ]
        return is_right


class ChangePasswordForm(PasswordForm):
    """Form with the new password."""

    new_password = PasswordField(_l("New password"), PASSWORD_VALIDATORS)


class ChangeEmailForm(PasswordForm):
    """Form with the new address."""

    email = EmailField(
        _l("New email address"),
        [DataRequired(_l("Enter the new email address.")), is_email_address],
    )


def fresh_password_required(
    form_class: type[PasswordForm], page: Callable[..., str]
) -> Callable[[View], View]:
    """Decorator that runs the view only after a recent confirmation, or one by its form.

    The view receives the valid ``form``. A GET shows ``page``, and an invalid form shows it again
    with 422; ``page`` receives the form and the URL's variables. Wrong passwords and codes of all
    forms have one limit per merchant. Apply it below ``login_required``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(**variables: Any) -> ResponseReturnValue:
            form = form_class()
            if not form.is_submitted():
                return page(form, **variables)
            if not form.validate():
                return page(form, **variables), 422
            return view(form, **variables)

        return _limit_wrong_confirmations(checked)

    return decorate
