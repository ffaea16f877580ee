"""Check what people type into the account forms."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.services.accounts.passwords import MAX_LENGTH, MIN_LENGTH, is_password
from portal.services.accounts.sign_up import checked_email
from portal.web.login import signed_in_merchant

# Longer than any code with whatever people put between its groups.
CODE_LIMIT = 60


def is_address(_form: FlaskForm, field: EmailField) -> None:
    """Refuse text that is no e-mail address; what is one becomes its normal spelling."""
    try:
        field.data = checked_email(field.data or "")
    except ValueError as error:
        raise ValidationError(
            _("This is no e-mail address. It should look like name@example.com.")
        ) from error


GOOD_PASSWORD = (
    DataRequired(_l("Choose a password.")),
    Length(
        MIN_LENGTH,
        MAX_LENGTH,
        _l("Use %(min)d to %(max)d characters. A few words are easier to remember."),
    ),
)


class SignUpForm(FlaskForm):
    """Ask for the address that the link goes to."""

    email = EmailField(_l("E-mail"), [DataRequired(_l("Type your e-mail address.")), is_address])


class NewPasswordForm(FlaskForm):
    """Ask for the password of a new account."""

    password = PasswordField(_l("Password"), GOOD_PASSWORD)


class SignInForm(FlaskForm):
    """Ask for e-mail and password."""

    email = EmailField(_l("E-mail"), [DataRequired(_l("Type your e-mail address."))])
    password = PasswordField(_l("Password"), [DataRequired(_l("Type your password."))])


class PasswordForm(FlaskForm):
    """Ask for the password of who is signed in, before what can't be taken back."""

    password = PasswordField(_l("Your password"), [DataRequired(_l("Type your password."))])

    def validate_password(self, field: PasswordField) -> None:
        """Refuse a wrong password."""
        known = signed_in_merchant().password_hash
        if not is_password(known, (field.data or "")[:MAX_LENGTH]):
            raise ValidationError(_("This is not your password."))


class ChangePasswordForm(PasswordForm):
    """Ask for the password as it is, and as it shall be."""

    new_password = PasswordField(_l("New password"), GOOD_PASSWORD)


class ChangeEmailForm(PasswordForm):
    """Ask for another address, and the password."""

    email = EmailField(
        _l("New e-mail"), [DataRequired(_l("Type the new e-mail address.")), is_address]
    )


class CodeForm(FlaskForm):
    """Ask for a code of the second factor."""

    code = StringField(_l("Code"), [DataRequired(_l("Type the code.")), Length(max=CODE_LIMIT)])
