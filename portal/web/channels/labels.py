"""Labels of the statuses of consents, and of a pause of selling."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from portal.rules.channels.channel_states import ConsentStatus
from portal.web.label import Label

CONSENT_LABELS: Mapping[str, Label] = {
    ConsentStatus.ACTIVE: Label(_l("Has access"), "good"),
    ConsentStatus.PAUSED: Label(_l("Paused"), "warn"),
    ConsentStatus.REVOKED: Label(_l("Ended")),
}
SELLING_PAUSED = Label(_l("Selling paused"), "warn")
