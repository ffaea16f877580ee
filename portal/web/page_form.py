"""Base of all forms: every field for text has a maximum length, checked before anything else."""

from __future__ import annotations

from typing import Any

from flask_babel import get_domain, gettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, PasswordField, StringField, TextAreaField
from wtforms.validators import Length, StopValidation

from portal.i18n import N_
from portal.services.accounts.passwords import MAX_LENGTH
from portal.services.accounts.sign_up import EMAIL_LIMIT


class PasskeyField(HiddenField):
    """Answer of a browser that has asked a passkey, as JSON; a script writes it."""


# Characters by kind of field, the most special kind first. A field's own `Length` may be lower.
LIMITS: tuple[tuple[type[Field], int], ...] = (
    (EmailField, EMAIL_LIMIT),
    (PasswordField, MAX_LENGTH),
    (TextAreaField, 20_000),
    (PasskeyField, 8_000),
    (StringField, 2_000),
)


class MaxLength:
    """Validator that stops at a text that is too long; the others could be slow or store it.

    The form then shows the beginning of the text, so that the page stays small.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: FlaskForm, field: Field) -> None:
        """Raise StopValidation if the sent text is too long."""
        sent = field.raw_data[0] if field.raw_data else ""
        if len(sent.strip()) > self.limit:
            field.data = sent.strip()[: self.limit]
            raise StopValidation(_("Use at most %(count)s characters.", count=self.limit))


# Error texts of WTForms, translated by our catalogs instead of its own.
FIELD_ERRORS = (
    N_("This field is required."),
    N_("Not a valid choice."),
    N_("Not a valid date value."),
    N_("Not a valid integer value."),
    N_("Not a valid decimal value."),
    N_("Invalid Choice: could not coerce."),
    N_("'%(value)s' is not a valid choice for this field."),
    N_("'%(value)s' are not valid choices for this field."),
    N_("The CSRF token is missing."),
    N_("The CSRF tokens do not match."),
)


class _Translations:
    """Translations in the form in which WTForms asks for them."""

    def gettext(self, text: str) -> str:
        return gettext(text)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        # Not formatted here: WTForms does it, with values such as the wrong choices.
        translations = get_domain().get_translations()
        return str(translations.ungettext(singular, plural, count))


class PageForm(FlaskForm):
    """Form of a page."""

    class Meta(FlaskForm.Meta):
        """Adds `MaxLength` to each field for text, and translates what WTForms says."""

        def get_translations(self, form: PageForm) -> _Translations:  # noqa: ARG002 - WTForms' signature
            """Return the portal's translations."""
            return _Translations()

        def bind_field(self, form: PageForm, unbound_field: Any, options: Any) -> Field:
            """Return the field of ``form``."""
            field = super().bind_field(form, unbound_field, options)
            limit = next((most for kind, most in LIMITS if isinstance(field, kind)), None)
            if limit is not None:
                own = [each.max for each in field.validators if isinstance(each, Length)]
                limit = min(limit, *(most for most in own if most > 0), limit)
                field.validators = [MaxLength(limit), *field.validators]
            return field
