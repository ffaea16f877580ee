"""Form that filters security events, read from a URL and written back to URLs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.i18n import N_
from portal.models import Merchant
from portal.rules.accounts.networks import network_in
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.accounts.list_security_events import SecurityEventFilter
from portal.web.events.filter_form import TIMES, read_times
from portal.web.plain_text import plain_text

TEXT_LIMIT = 254
NAMES = ("person", "kind", "network", *TIMES)


@dataclass(frozen=True)
class SecurityFilterForm:
    """Submitted text, the resulting filter, and the untranslated error text of each field."""

    typed: Mapping[str, str]
    wanted: SecurityEventFilter
    problems: Mapping[str, str]

    @property
    def arguments(self) -> dict[str, str]:
        """Return the query parameters that repeat the same search."""
        return {name: text for name, text in self.typed.items() if text}


def read_security_filter(given: Mapping[str, str]) -> SecurityFilterForm:
    """Return the submitted form; a field with an error does not narrow the search."""
    typed = {name: plain_text(given.get(name), TEXT_LIMIT) for name in NAMES}
    problems: dict[str, str] = {}
    merchant = Merchant.with_email(typed["person"]) if typed["person"] else None
    if typed["person"] and merchant is None:
        problems["person"] = N_("No account has this email address.")
    kind = SecurityEventKind(typed["kind"]) if typed["kind"] in set(SecurityEventKind) else None
    if typed["kind"] and kind is None:
        problems["kind"] = N_("Choose a type from the list.")
    network = network_in(typed["network"])
    if typed["network"] and network is None:
        problems["network"] = N_("Enter an IP address or a network, such as 203.0.113.x.")
    since, until = read_times(typed, problems)
    wanted = SecurityEventFilter(kind, merchant.id if merchant else None, network, since, until)
    return SecurityFilterForm(typed, wanted, problems)
