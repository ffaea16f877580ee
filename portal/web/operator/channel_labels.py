"""Labels of the channels of the marketplace, of their keys and of their endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from portal.models import KeyMode
from portal.rules.channels.channel_states import ChannelStatus
from portal.web.label import Label, Text
from portal.web.operator.blueprint import blueprint

CHANNEL_STATUSES: Mapping[str, Label] = {
    ChannelStatus.ACTIVE: Label(_l("Active"), "good"),
    ChannelStatus.PAUSED: Label(_l("Paused"), "warn"),
    ChannelStatus.CLOSED: Label(_l("Closed")),
}
KEY_MODES: Mapping[str, Text] = {
    KeyMode.LIVE: _l("Live"),
    KeyMode.TEST: _l("Test"),
}


@blueprint.app_template_filter("host_of")
def host_of(url: str) -> str:
    """Return the host of an endpoint's URL; the rest may contain a secret."""
    return urlsplit(url).hostname or ""
