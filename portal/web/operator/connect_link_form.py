"""Form that creates a connect link."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.i18n import DEFAULT_LANGUAGE
from portal.services.connection.connect_links import LABEL_LIMIT, NOTE_LIMIT
from portal.web.accounts.forms import is_email_address
from portal.web.languages.offered import available_languages, language_name
from portal.web.page_form import PageForm
from portal.web.plain_text import plain_text

TOO_LONG = _l("Use up to %(max)d characters.")


class ConnectLinkForm(PageForm):
    """Form with the merchant who gets the link, and what the emails and the link's page need."""

    label = StringField(
        _l("Merchant"),
        [
            DataRequired(_l("Enter the merchant's name.")),
            Length(max=LABEL_LIMIT, message=TOO_LONG),
        ],
        filters=[plain_text],
    )
    email = EmailField(_l("Email (optional)"), filters=[plain_text])
    locale = SelectField(_l("Language"), default=DEFAULT_LANGUAGE)
    note = TextAreaField(
        _l("Note for the merchant (optional)"),
        [Length(max=NOTE_LIMIT, message=TOO_LONG)],
        filters=[plain_text],
    )

    def __init__(self) -> None:
        super().__init__()
        self.locale.choices = [
            SelectChoice(code, language_name(code)) for code in available_languages()
        ]
        # The page has no field for the language if there is only one.
        self.locale.data = self.locale.data or DEFAULT_LANGUAGE

    def validate_email(self, field: EmailField) -> None:
        """Normalize an address; reject a text that isn't one."""
        if field.data:
            is_email_address(self, field)
