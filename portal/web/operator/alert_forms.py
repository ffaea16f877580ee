"""Forms of alert channels and of severities."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.models import AlertChannel, AlertMedium
from portal.rules.alerts.alert_kinds import ALERT_TITLES
from portal.rules.alerts.severities import SEVERITY_LABELS, Severity
from portal.services.alerts.channels import ChannelSettings
from portal.web.endpoints.address import URL_ERRORS, url_error
from portal.web.page_form import PageForm
from portal.web.plain_text import plain_text
from portal.web.runtime import current_runtime

MAX_NAME = 80
NEVER = "never"
HOURS = [SelectChoice(str(hour), f"{hour:02}:00") for hour in range(24)]
DEFAULT_QUIET_UNTIL, DEFAULT_DIGEST_HOUR = "7", "8"


class ChannelForm(PageForm):
    """Form with a channel's URL, what it gets, and when; ``is_new`` makes the URL required."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Enter a name.")),
            Length(max=MAX_NAME, message=_l("Use up to %(max)d characters.")),
        ],
        filters=[plain_text],
    )
    url = StringField(_l("Webhook URL"), filters=[plain_text])
    state = SelectField(
        _l("Status"), choices=[SelectChoice("on", _l("On")), SelectChoice("off", _l("Off"))]
    )
    min_severity = SelectField(
        _l("Send alerts with at least this severity"),
        choices=[SelectChoice(each, _l(SEVERITY_LABELS[each])) for each in Severity],
    )
    kinds = SelectMultipleField(
        _l("Types of alerts"),
        choices=[SelectChoice(kind, title.open_title) for kind, title in ALERT_TITLES.items()],
    )
    quiet_from = SelectField(
        _l("Quiet hours start"), choices=[SelectChoice(NEVER, _l("No quiet hours")), *HOURS]
    )
    quiet_until = SelectField(_l("Quiet hours end"), choices=HOURS)
    digest_hour = SelectField(
        _l("Daily digest"), choices=[SelectChoice(NEVER, _l("No digest")), *HOURS]
    )
    timezone = SelectField(_l("Time zone"))

    medium = AlertMedium.MAIL
    is_new = True

    def validate_url(self, field: Field) -> None:
        """Reject a URL that cannot or must not be requested."""
        if self.medium is AlertMedium.MAIL or (not self.is_new and not field.data):
            return
        is_production = current_runtime().settings.is_production
        problem = url_error(field.data or "", is_production=is_production)
        if problem is not None:
            raise ValidationError(_(URL_ERRORS[problem]))

    def validate_quiet_until(self, field: Field) -> None:
        """Reject quiet hours that start and end at the same hour."""
        if field.data == self.quiet_from.data:
            raise ValidationError(
                _("Quiet hours can't start and end at the same time. Choose another hour.")
            )

    def channel_settings(self) -> ChannelSettings:
        """Return the values of a valid form."""
        has_quiet = self.quiet_from.data != NEVER
        has_digest = self.digest_hour.data != NEVER
        has_url = self.medium is not AlertMedium.MAIL and self.url.data
        return ChannelSettings(
            name=self.name.data,
            url=self.url.data if has_url else None,
            is_enabled=self.state.data == "on",
            min_severity=self.min_severity.data,
            muted=[kind for kind in ALERT_TITLES if kind not in self.kinds.data],
            quiet_hours=(int(self.quiet_from.data), int(self.quiet_until.data))
            if has_quiet
            else None,
            timezone=self.timezone.data,
            digest_hour=int(self.digest_hour.data) if has_digest else None,
        )


def channel_form(medium: AlertMedium, channel: AlertChannel | None = None) -> ChannelForm:
    """Return the form as submitted, or filled with the channel's values but its URL."""
    form = ChannelForm(data=_new_values() if channel is None else _values_of(channel))
    form.medium, form.is_new = medium, channel is None
    form.timezone.choices = [SelectChoice(name, name.replace("_", " ")) for name in _zones()]
    return form


def severity_form(current: dict[str, str]) -> PageForm:
    """Return a form with a severity for each kind of alert, as submitted or as it is now."""
    choices = [SelectChoice(each, _l(SEVERITY_LABELS[each])) for each in Severity]
    fields = {
        kind: SelectField(_l(title.open_title), choices=choices)
        for kind, title in ALERT_TITLES.items()
    }
    form: PageForm = type("SeverityForm", (PageForm,), fields)(data=current)
    return form


def _new_values() -> dict[str, object]:
    return {
        "state": "on",
        "min_severity": Severity.WARNING,
        "kinds": list(ALERT_TITLES),
        "quiet_from": NEVER,
        "quiet_until": DEFAULT_QUIET_UNTIL,
        "digest_hour": DEFAULT_DIGEST_HOUR,
        "timezone": "UTC",
    }


def _values_of(channel: AlertChannel) -> dict[str, object]:
    has_quiet = channel.quiet_from is not None
    return {
        "name": channel.name,
        "state": "on" if channel.is_enabled else "off",
        "min_severity": channel.min_severity,
        "kinds": [kind for kind in ALERT_TITLES if kind not in channel.muted],
        "quiet_from": str(channel.quiet_from) if has_quiet else NEVER,
        "quiet_until": str(channel.quiet_until) if has_quiet else DEFAULT_QUIET_UNTIL,
        "digest_hour": NEVER if channel.digest_hour is None else str(channel.digest_hour),
        "timezone": channel.timezone,
    }


@cache
def _zones() -> list[str]:
    """Return UTC and the names of all time zones that are named after a place."""
    places = (name for name in available_timezones() if "/" in name and "Etc/" not in name)
    return ["UTC", *sorted(places)]
