"""Topics of webhook events, derived from the event type in either spelling.

Ecwid's docs write ``profile.subscriptionStatusChanged``, its own client
``profile.subscription_status_changed``; both count as the same type.
"""

from __future__ import annotations

from portal.rules.sync.resources import FACTS, EventTopic

__all__ = [
    "APP_LIFECYCLE_TYPES",
    "PRIVACY_REQUEST_TYPES",
    "UNINSTALL_TYPES",
    "EventTopic",
    "is_uninstall",
    "topic_of",
]

_TOPIC_OF_ENTITY = {
    **{facts.entity.replace("_", ""): facts.topic for facts in FACTS.values()},
    "profile": EventTopic.CONNECTION,
}
_TOPIC_OF_TYPE = {
    "application.installed": EventTopic.INSTALLED,
    "application.uninstalled": EventTopic.CONNECTION,
    "application.subscriptionstatuschanged": EventTopic.CONNECTION,
    "customer.personaldataremovalrequest": EventTopic.ERASURE,
    "customer.personaldataexportrequest": EventTopic.EXPORT,
    "profile.personaldataremovalrequest": EventTopic.ERASURE,
    "profile.personaldataexportrequest": EventTopic.EXPORT,
}
# In every known spelling, for database queries.
PRIVACY_REQUEST_TYPES = tuple(
    f"{entity}.{name}"
    for entity in ("customer", "profile")
    for name in (
        "personalDataRemovalRequest",
        "personalDataExportRequest",
        "personal_data_removal_request",
        "personal_data_export_request",
    )
)

# Events about the app itself. All spellings are the same because each name is one word.
UNINSTALL_TYPES = ("application.uninstalled",)
APP_LIFECYCLE_TYPES = ("application.installed", *UNINSTALL_TYPES)


def is_uninstall(event_type: str) -> bool:
    """Return whether this event type means that the app was removed from the store."""
    return _plain(event_type) == "application.uninstalled"


def topic_of(event_type: str) -> EventTopic:
    """Return the topic of an event type; unknown types are OTHER, never an error."""
    plain = _plain(event_type)
    entity = plain.partition(".")[0]
    return _TOPIC_OF_TYPE.get(plain) or _TOPIC_OF_ENTITY.get(entity, EventTopic.OTHER)


def _plain(event_type: str) -> str:
    return event_type.replace("_", "").lower()
