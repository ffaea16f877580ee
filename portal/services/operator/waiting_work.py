"""Due work in the database by kind: how much waits for a worker, and since when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any

from portal.i18n import N_
from portal.models import database
from portal.models.fields import UtcDateTimeField
from portal.services.alerts.send_alerts import due_alert_channels
from portal.services.channels.apply_selections import due_selections
from portal.services.connection.connect_link_emails import due_connect_link_emails
from portal.services.connection.erase_store_data import due_erasures
from portal.services.connection.probe_store import due_probes
from portal.services.connection.register_webhooks import due_registrations
from portal.services.event_processing.processor import due_drains, due_drains_of_stopped_stores
from portal.services.events.advance_replay import running_replays
from portal.services.notifications.channel_alerts import due_channel_alerts
from portal.services.notifications.queued_emails import due_queued_emails
from portal.services.notifications.send_digests import due_digests
from portal.services.operator.advance_bulk_action import running_bulk_actions
from portal.services.operator.bulk_action_emails import due_bulk_action_emails
from portal.services.orders.send_order_updates import due_updates
from portal.services.orders.waiting_submissions import due_submissions
from portal.services.outbound_webhooks.alerts import due_alerts
from portal.services.outbound_webhooks.attempts import due_deliveries
from portal.services.privacy.process_requests import due_requests
from portal.services.records.write_exports import due_exports
from portal.services.runs.due_polls import due_polls
from portal.services.runs.sync_runs import due_runs
from portal.services.sync.resync_records import due_resyncs
from portal.services.work.due_work import DueWork


@dataclass(frozen=True)
class WorkKind:
    """Kind of work; ``title`` says what is counted, ``due`` is the query of its wake-up."""

    title: str
    due: Callable[[], DueWork]


WORK_KINDS = {
    "submissions": WorkKind(N_("Orders to submit"), due_submissions),
    "order_updates": WorkKind(N_("Stores with order updates"), due_updates),
    "events": WorkKind(N_("Stores with webhook events"), due_drains),
    "events_of_stopped_stores": WorkKind(
        N_("Stopped stores with webhook events"), due_drains_of_stopped_stores
    ),
    "replays": WorkKind(N_("Event replays"), running_replays),
    "bulk_actions": WorkKind(N_("Actions on many stores"), running_bulk_actions),
    "runs": WorkKind(N_("Sync runs"), due_runs),
    "polls": WorkKind(N_("Stores to poll for changes"), due_polls),
    "resyncs": WorkKind(N_("Stores with records to fetch again"), due_resyncs),
    "selections": WorkKind(N_("Product selections to apply"), due_selections),
    "registrations": WorkKind(N_("Webhook registrations"), due_registrations),
    "checks": WorkKind(N_("Connection checks"), due_probes),
    "deliveries": WorkKind(N_("Endpoints with deliveries"), due_deliveries),
    "digests": WorkKind(N_("Recipients of emails"), due_digests),
    "alerts": WorkKind(N_("Recipients of emails about endpoints"), due_alerts),
    "channel_alerts": WorkKind(N_("Channels with emails about issues"), due_channel_alerts),
    "connect_link_emails": WorkKind(N_("Connect links with emails"), due_connect_link_emails),
    "bulk_action_emails": WorkKind(
        N_("Bulk actions with emails to merchants"), due_bulk_action_emails
    ),
    "queued_emails": WorkKind(N_("Emails about accounts and access"), due_queued_emails),
    "operator_alerts": WorkKind(N_("Channels with alerts to operators"), due_alert_channels),
    "exports": WorkKind(N_("Exports to write"), due_exports),
    "privacy_requests": WorkKind(N_("Stores with privacy requests"), due_requests),
    "erasures": WorkKind(N_("Stores with data to erase"), due_erasures),
}


@dataclass(frozen=True)
class WaitingWork:
    """Due work of one kind; ``waits_since`` is the earliest due time, None if nothing waits."""

    kind: str
    queue: str
    count: int
    waits_since: datetime | None

    @property
    def title(self) -> str:
        """Return what is counted."""
        return WORK_KINDS[self.kind].title


def waiting_work() -> list[WaitingWork]:
    """Return the due work of each kind, with one statement for all."""
    due = {name: kind.due() for name, kind in WORK_KINDS.items()}
    summaries: list[Any] = [work.summary(name) for name, work in due.items()]
    as_moment = UtcDateTimeField().python_value
    return [
        WaitingWork(name, due[name].job.queue, count, as_moment(since))
        for name, count, since in database.execute(reduce(add, summaries)).fetchall()
    ]
