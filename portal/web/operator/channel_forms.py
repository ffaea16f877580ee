"""Forms of the marketplace's channels and of their keys."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    Field,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, ValidationError

from portal.models import Channel, KeyMode
from portal.rules.api_keys.key_scopes import PURPOSES, STORE_SCOPES, KeyScope, known_scopes
from portal.rules.channels.return_urls import is_allowed_entry
from portal.services.channels.manage_channels import (
    NAME_LIMIT,
    RETURN_URLS_LIMIT,
    ChannelSettings,
)
from portal.web.accounts.forms import is_email_address
from portal.web.accounts.fresh_password import PasswordForm
from portal.web.api_keys.limits_form import KeyLimitsForm
from portal.web.operator.channel_labels import KEY_MODES
from portal.web.page_form import PageForm
from portal.web.plain_text import plain_text

TOO_LONG = _l("Use up to %(max)d characters.")
CHOOSE_ONE = _l("Select at least one.")


class ChannelForm(PageForm):
    """Form with the settings of a channel."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Enter the name that merchants know.")),
            Length(max=NAME_LIMIT, message=TOO_LONG),
        ],
        filters=[plain_text],
    )
    contact_email = EmailField(
        _l("Contact email"),
        [DataRequired(_l("Enter an email address that someone reads.")), is_email_address],
        filters=[plain_text],
    )
    logo_url = StringField(_l("Logo URL (optional)"), filters=[plain_text])
    scopes = SelectMultipleField(
        _l("Permissions to request"),
        [DataRequired(CHOOSE_ONE)],
        choices=[SelectChoice(scope.value, PURPOSES[scope]) for scope in STORE_SCOPES],
    )
    return_urls = TextAreaField(_l("Return URLs (optional)"))

    def validate_logo_url(self, field: Field) -> None:
        """Reject an address that isn't https."""
        if field.data and not is_allowed_entry(field.data):
            raise ValidationError(_("Enter a URL that starts with https://, without ? and #."))

    def validate_return_urls(self, _field: Field) -> None:
        """Reject a line that merchants must not be sent to, and too many lines."""
        if len(self._lines()) > RETURN_URLS_LIMIT:
            text = _("Enter up to %(most)s URLs.", most=RETURN_URLS_LIMIT)
            raise ValidationError(text)
        for number, line in enumerate(self._lines(), 1):
            if not is_allowed_entry(line):
                text = _(
                    "Line %(number)s: enter a URL that starts with https://, without ? and #.",
                    number=number,
                )
                raise ValidationError(text)

    def channel_settings(self) -> ChannelSettings:
        """Return the values of a valid form."""
        return ChannelSettings(
            self.name.data,
            self.contact_email.data,
            known_scopes(self.scopes.data),
            self._lines(),
            self.logo_url.data or "",
        )

    def _lines(self) -> list[str]:
        lines = (line.strip() for line in (self.return_urls.data or "").splitlines())
        return [line for line in lines if line]


class ChannelKeyForm(KeyLimitsForm, PasswordForm):
    """Form with the name, scopes, mode and limits of a channel's key, and a confirmation."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Enter a name.")),
            Length(max=NAME_LIMIT, message=TOO_LONG),
        ],
        filters=[plain_text],
    )
    scopes = SelectMultipleField(
        _l("Permissions"),
        [DataRequired(CHOOSE_ONE)],
        choices=[SelectChoice(scope.value, PURPOSES[scope]) for scope in KeyScope],
    )
    mode = SelectField(
        _l("Stores"),
        choices=[SelectChoice(mode, text) for mode, text in KEY_MODES.items()],
        default=KeyMode.LIVE,
    )


def channel_form(channel: Channel | None = None) -> ChannelForm:
    """Return the form as submitted, or filled with the channel's values."""
    if channel is None:
        return ChannelForm()
    return ChannelForm(
        data={
            "name": channel.name,
            "contact_email": channel.contact_email,
            "logo_url": channel.logo_url,
            "scopes": list(channel.requested_scopes),
            "return_urls": "\n".join(channel.return_urls),
        }
    )
