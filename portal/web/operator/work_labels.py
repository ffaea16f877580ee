"""Texts of queues, background jobs and worker states."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.services.operator.failing_groups import FailingGroup
from portal.web.endpoints.delivery_error_labels import DELIVERY_ERRORS
from portal.web.label import Label, Text
from portal.web.operator.blueprint import blueprint

# By the name of the job's function.
TASKS: dict[str, Text] = {
    "drain_events": _l("Apply webhook events"),
    "run_sync": _l("Sync run"),
    "poll_store": _l("Poll for changes"),
    "register_webhooks": _l("Register webhooks"),
    "resync_records": _l("Refresh records"),
    "advance_replay": _l("Replay events"),
    "advance_bulk_action": _l("Bulk action"),
    "process_privacy_requests": _l("Privacy requests"),
    "send_digests": _l("Send issue emails"),
    "erase_store_data": _l("Delete a store's data"),
    "probe_store": _l("Check a connection"),
    "submit_order": _l("Submit an order"),
    "send_order_updates": _l("Send order updates"),
    "deliver_webhooks": _l("Deliver webhooks"),
    "send_endpoint_alerts": _l("Send emails about endpoints"),
    "send_channel_alerts": _l("Send emails to channels"),
    "send_connect_link_emails": _l("Send connect links"),
    "send_queued_email": _l("Send an email"),
    "send_bulk_action_emails": _l("Send emails of a bulk action"),
    "send_alerts": _l("Send alerts to operators"),
    "apply_selection": _l("Apply a product selection"),
    "write_export": _l("Prepare an export"),
}
DEAD = Label(_l("Dead"), "bad")
BUSY = Label(_l("Busy"), "info")
READY = Label(_l("Ready"), "good")
CAUSES: dict[str, Text] = {
    "AbandonedJobError": _l("Worker crashed"),
    "": _l("Unknown"),
}


@blueprint.app_template_filter("task")
def task_text(task: str) -> Text:
    """Return the title of a background job; an unknown one has its own name."""
    return TASKS.get(task, task)


@blueprint.app_template_filter("failure_cause")
def cause_text(cause: str) -> Text:
    """Return a cause of failures as text."""
    return CAUSES.get(cause, cause)


@blueprint.app_template_filter("failing_cause")
def failing_cause_text(group: FailingGroup) -> Text:
    """Return the cause of failing work; deliveries have codes with a text of their own."""
    if group.kind == "deliveries" and (group.cause in DELIVERY_ERRORS):
        return gettext(DELIVERY_ERRORS[group.cause])
    return cause_text(group.cause)


@blueprint.app_template_filter("worker_state")
def worker_state(busy: int, is_dead: bool) -> Label:  # noqa: FBT001 - a template filter
    """Return the state of a worker process."""
    if is_dead:
        return DEAD
    return BUSY if busy else READY
