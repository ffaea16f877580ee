"""Labels for states of webhook events, replays, endpoints and deliveries."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.models import (
    AttemptOutcome,
    ChangeKind,
    DeliveryState,
    EndpointState,
    EventState,
    ReplayedEvent,
    ReplayState,
)
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.web.label import Label

EVENT_STATES: dict[str, Label] = {
    EventState.PENDING: Label(_l("Pending"), "info"),
    EventState.APPLIED: Label(_l("Processed"), "good"),
    EventState.IGNORED: Label(_l("Skipped"), "plain"),
    EventState.DEAD: Label(_l("Failed"), "bad"),
}
ATTEMPT_OUTCOMES: dict[str, Label] = {
    AttemptOutcome.APPLIED: Label(_l("Processed"), "good"),
    AttemptOutcome.IGNORED: Label(_l("Skipped"), "plain"),
    AttemptOutcome.OWN_WRITE: Label(_l("Our own write"), "good"),
    AttemptOutcome.FAILED: Label(_l("Failed"), "bad"),
    AttemptOutcome.POSTPONED: Label(_l("Postponed"), "warn"),
}
CHANGE_KINDS: dict[str, Label] = {
    ChangeKind.CREATED: Label(_l("Created"), "good"),
    ChangeKind.UPDATED: Label(_l("Updated"), "info"),
    ChangeKind.DELETED: Label(_l("Deleted"), "warn"),
}
REPLAY_STATES: dict[str, Label] = {
    ReplayState.RUNNING: Label(_l("Running"), "info"),
    ReplayState.DONE: Label(_l("Done"), "good"),
    ReplayState.CANCELED: Label(_l("Canceled"), "plain"),
}
REPLAY_OUTCOMES: dict[str, Label] = {
    **EVENT_STATES,
    ReplayedEvent.CANCELED: Label(_l("Canceled"), "plain"),
}
SIGNING_KEYS: dict[str, Label] = {
    "current": Label(_l("Valid: signed with the app's client secret"), "good"),
    "previous": Label(_l("Valid: signed with the app's previous client secret"), "good"),
    "custom_app": Label(_l("Valid: signed with the client secret of the store's own app"), "good"),
}
REJECTION_REASONS: dict[str, Label] = {
    RejectionReason.UNSIGNED: Label(_l("No signature"), "warn"),
    RejectionReason.WRONG_SIGNATURE: Label(_l("Wrong signature"), "bad"),
    RejectionReason.TIMESTAMP_OUT_OF_RANGE: Label(_l("Signed too long ago"), "warn"),
    RejectionReason.MALFORMED: Label(_l("Not an event"), "warn"),
    RejectionReason.TOO_LARGE: Label(_l("Too large"), "warn"),
    RejectionReason.WRONG_HOST: Label(_l("Wrong host"), "warn"),
    RejectionReason.NOT_RECORDED: Label(_l("Not recorded"), "bad"),
    RejectionReason.UNKNOWN_STORE: Label(_l("Kept: unknown store"), "info"),
    RejectionReason.DISCONNECTED_STORE: Label(_l("Kept: disconnected store"), "info"),
}
ENDPOINT_STATES: dict[str, Label] = {
    EndpointState.ON: Label(_l("On"), "good"),
    EndpointState.PAUSED: Label(_l("Paused"), "plain"),
    EndpointState.OFF: Label(_l("Turned off"), "bad"),
    "failing": Label(_l("On, deliveries failing"), "warn"),
}
DELIVERY_STATES: dict[str, Label] = {
    DeliveryState.WAITING: Label(_l("Pending"), "info"),
    DeliveryState.FAILED: Label(_l("Failed, retrying"), "warn"),
    DeliveryState.DELIVERED: Label(_l("Delivered"), "good"),
    DeliveryState.GIVEN_UP: Label(_l("Failed"), "bad"),
}
EVENT_TABLES = {
    "event_state": EVENT_STATES,
    "attempt_outcome": ATTEMPT_OUTCOMES,
    "change_kind": CHANGE_KINDS,
    "replay_state": REPLAY_STATES,
    "replay_outcome": REPLAY_OUTCOMES,
    "signing_key": SIGNING_KEYS,
    "rejection_reason": REJECTION_REASONS,
    "delivery_state": DELIVERY_STATES,
}
