"""Form that filters the audit log, read from a URL and written back to URLs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.i18n import N_
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.operator.audit_log import AuditFilter, find_actor
from portal.web.events.filter_form import TIMES, read_times
from portal.web.plain_text import plain_text
from portal.web.url_converters import LARGEST_KEY

TEXT_LIMIT = 254
NAMES = ("person", "store", "action", *TIMES)


@dataclass(frozen=True)
class AuditFilterForm:
    """Submitted text, the resulting filter, and the untranslated error text of each field."""

    typed: Mapping[str, str]
    wanted: AuditFilter
    problems: Mapping[str, str]

    @property
    def arguments(self) -> dict[str, str]:
        """Return the query parameters that repeat the same search."""
        return {name: text for name, text in self.typed.items() if text}


def read_audit_filter(given: Mapping[str, str]) -> AuditFilterForm:
    """Return the submitted form; a field with an error does not narrow the search."""
    typed = {name: plain_text(given.get(name), TEXT_LIMIT) for name in NAMES}
    problems: dict[str, str] = {}
    actor = find_actor(typed["person"]) if typed["person"] else None
    if typed["person"] and actor is None:
        problems["person"] = N_(
            "No account has this address, and no API key starts with this text."
        )
    store_id = _number(typed["store"])
    if typed["store"] and store_id is None:
        problems["store"] = N_("Enter a store ID.")
    action = AuditAction(typed["action"]) if typed["action"] in set(AuditAction) else None
    if typed["action"] and action is None:
        problems["action"] = N_("Choose an action from the list.")
    since, until = read_times(typed, problems)
    wanted = AuditFilter(actor, store_id, action, since, until)
    return AuditFilterForm(typed, wanted, problems)


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal()):
        return None
    number = int(text[:20])
    return number if number <= LARGEST_KEY else None
