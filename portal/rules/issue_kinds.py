"""Name the kinds of trouble that a store can have, and say cause, impact and next action."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.rules.texts import marked


class IssueKind(StrEnum):
    """Name one kind of trouble; a store has at most one open issue of each."""

    WEBHOOKS_SILENT = "webhooks_silent"


@dataclass(frozen=True)
class IssueTexts:
    """Hold what people are told of an issue."""

    cause: str
    impact: str
    next_action: str


_CAUSE = marked(
    "Something changed in the store, and for 15 minutes no message about it came from Ecwid."
)
_IMPACT = marked(
    "Changes reach the copy minutes later than usual. Nothing is lost: we look for changes more "
    "often until messages come again."
)
# By the way in which the store's webhooks are set up.
_NEXT_ACTION = {
    "api": marked(
        "Nothing for you to do: we have asked Ecwid anew to send its messages, and look whether "
        "they come."
    ),
    "app": marked(
        "For the portal's operator: ask Ecwid whether the app's webhook address is set, and "
        "whether Ecwid has blocked it."
    ),
}


def silence_texts(webhook_mode: str | None) -> IssueTexts:
    """Return what to say of silent webhooks that are set up in this mode, ``api`` or ``app``."""
    return IssueTexts(_CAUSE, _IMPACT, _NEXT_ACTION["api" if webhook_mode == "api" else "app"])
