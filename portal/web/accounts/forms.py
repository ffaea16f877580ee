"""Forms with email addresses, passwords and codes."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.errors import PasswordRefusedError
from portal.rules.accounts.new_passwords import PASSWORD_REFUSALS
from portal.services.accounts.passwords import MAX_LENGTH, MIN_LENGTH
from portal.services.accounts.sign_up import parse_email
from portal.web.page_form import PageForm, PasskeyField

# Longer than any code, including separators.
CODE_LIMIT = 60


def is_email_address(_form: PageForm, field: EmailField) -> None:
    """Reject text that is not an email address; normalize a valid one."""
    try:
        field.data = parse_email(field.data or "")
    except ValueError as error:
        raise ValidationError(_("Enter a valid email address, like name@example.com.")) from error


PASSWORD_VALIDATORS = (
    DataRequired(_l("Choose a password.")),
    Length(
        MIN_LENGTH,
        MAX_LENGTH,
        _l("Use %(min)d to %(max)d characters. A few words are easy to remember."),
    ),
)


def show_password_refusal(field: PasswordField, refused: PasswordRefusedError) -> None:
    """Say at the field of a new password why it is refused."""
    field.errors = [_(PASSWORD_REFUSALS[refused.reason])]


class SignUpForm(PageForm):
    """Form with the address that receives a link."""

    email = EmailField(
        _l("Email"), [DataRequired(_l("Enter your email address.")), is_email_address]
    )


class NewPasswordForm(PageForm):
    """Form with the password of a new account."""

    password = PasswordField(_l("Password"), PASSWORD_VALIDATORS)


class ResetPasswordForm(NewPasswordForm):
    """Form with the new password of an account, and whether its API keys are suspended, too."""

    suspend_keys = BooleanField(_l("Also suspend my API keys"))


class SignOutForm(PageForm):
    """Form that ends other sessions, and may suspend the API keys, too."""

    suspend_keys = BooleanField(_l("Also suspend my API keys"))


class SignInForm(PageForm):
    """Form with email and password."""

    email = EmailField(_l("Email"), [DataRequired(_l("Enter your email address."))])
    password = PasswordField(_l("Password"), [DataRequired(_l("Enter your password."))])


class PasskeyForm(PageForm):
    """Form with the answer of a passkey."""

    passkey = PasskeyField(
        _l("Passkey"), [DataRequired(_l("Your browser sent no passkey. Try again."))]
    )


class CodeForm(PageForm):
    """Form with a code of the second factor."""

    code = StringField(_l("Code"), [DataRequired(_l("Enter the code.")), Length(max=CODE_LIMIT)])
