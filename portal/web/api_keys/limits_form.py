"""Form fields of a key's last day and of the networks that it may be used from."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from portal.errors import InvalidFieldError
from portal.models import utc_now
from portal.rules.api_keys.allowed_networks import LONGEST_TEXT, NETWORKS_LIMIT, parse_networks
from portal.rules.api_keys.key_limits import KeyLimits
from portal.web.page_form import PageForm
from portal.web.time_zones import choose_time_zone, day_of

_MOMENT = timedelta(microseconds=1)
# Twice what the most networks need, for spaces and empty lines.
_LONGEST_LIST = 2 * NETWORKS_LIMIT * LONGEST_TEXT


class KeyLimitsForm(PageForm):
    """Form with the limits of a key; both may be empty."""

    last_day = DateField(_l("Last day (optional)"), [Optional()])
    networks = TextAreaField(
        _l("Allowed IP addresses (optional)"),
        [Length(max=_LONGEST_LIST, message=_l("Use at most %(max)d characters."))],
    )

    def validate_last_day(self, field: Field) -> None:
        """Reject a day in the past."""
        if field.data is not None and field.data < utc_now().astimezone(choose_time_zone()).date():
            raise ValidationError(_("Choose today or a later day."))

    def validate_networks(self, _field: Field) -> None:
        """Reject a line that is no network, and too many lines."""
        lines = self._lines()
        if len(lines) > NETWORKS_LIMIT:
            raise ValidationError(_("Enter up to %(most)s networks.", most=NETWORKS_LIMIT))
        for number, line in enumerate(lines, 1):
            try:
                parse_networks([line])
            except InvalidFieldError as error:
                raise ValidationError(_problem(error.code, number)) from error

    @property
    def limits(self) -> KeyLimits:
        """Return the limits of a valid form; a key is valid until the end of its last day.

        The day is one of the page's time zone.
        """
        day = self.last_day.data
        expires_at = None if day is None else day_of(day).end - _MOMENT
        return KeyLimits(expires_at, parse_networks(self._lines()))

    def _lines(self) -> list[str]:
        lines = (line.strip() for line in (self.networks.data or "").splitlines())
        return [line for line in lines if line]


def _problem(code: str, number: int) -> str:
    if code == "not_allowed":
        return _(
            "Line %(number)s: this range contains all, reserved or outdated addresses. Enter a "
            "smaller one.",
            number=number,
        )
    return _(
        "Line %(number)s: enter an IP address, or a network by its first address, like "
        "203.0.113.0/24 or 2001:db8::/32.",
        number=number,
    )
