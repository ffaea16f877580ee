"""Tables of periodic work, which `daemon.schedule` runs.

`WAKE_UPS` find due rows and wake their jobs; a missed or repeated round does no harm. `UPKEEP`
prunes and measures, which may take long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.services.accounts.one_time_secrets import prune_one_time_secrets
from portal.services.alerts.prune_alerts import prune_alerts
from portal.services.alerts.send_alerts import wake_due_alert_channels
from portal.services.alerts.update_alerts import update_alerts
from portal.services.api_keys.expiring_keys import remind_of_expiry
from portal.services.background.rejected_webhook_counter import prune_rejected_webhook_counts
from portal.services.channels.apply_selections import wake_due_selections
from portal.services.connection.channel_link_outcome import publish_expired_links
from portal.services.connection.connect_link_emails import wake_due_connect_link_emails
from portal.services.connection.erase_store_data import request_due_erasures, wake_erasures
from portal.services.connection.onboarding import record_first_imports
from portal.services.connection.park_grant import prune_parked_grants
from portal.services.connection.probe_store import wake_due_probes
from portal.services.connection.register_webhooks import wake_pending_registrations
from portal.services.connection.remind_invitees import queue_reminders
from portal.services.connection.webhook_liveness import update_webhook_health
from portal.services.event_processing.processor import (
    wake_drains_of_stopped_stores,
    wake_waiting_events,
)
from portal.services.events.advance_replay import wake_running_replays
from portal.services.events.index_event_terms import index_event_terms
from portal.services.issues.update_counted_issues import update_counted_issues
from portal.services.mirror.own_writes import prune_own_writes
from portal.services.notifications.channel_alerts import wake_due_channel_alerts
from portal.services.notifications.queued_emails import (
    expire_queued_emails,
    wake_due_queued_emails,
)
from portal.services.notifications.send_digests import wake_due_digests
from portal.services.operator.advance_bulk_action import wake_running_bulk_actions
from portal.services.operator.bulk_action_emails import wake_due_bulk_action_emails
from portal.services.operator.refresh_summaries import refresh_summaries
from portal.services.orders.send_order_updates import wake_waiting_updates
from portal.services.orders.waiting_submissions import wake_waiting_submissions
from portal.services.outbound_webhooks.alerts import wake_due_alerts
from portal.services.outbound_webhooks.dispatcher import wake_due_deliveries
from portal.services.outbound_webhooks.failing_endpoints import (
    expire_deliveries,
    ping_failing_endpoints,
)
from portal.services.privacy.export_data_subject import prune_exports
from portal.services.privacy.process_requests import wake_privacy_requests
from portal.services.records.count_sellable import count_sellable_products
from portal.services.records.write_exports import wake_waiting_exports
from portal.services.retention.export_files import prune_export_files
from portal.services.retention.prune_audit_log import prune_audit_log
from portal.services.retention.prune_bulk_actions import prune_bulk_actions
from portal.services.retention.prune_change_feed import prune_change_feed
from portal.services.retention.prune_events import prune_events
from portal.services.retention.prune_hourly_counts import prune_hourly_counts
from portal.services.retention.prune_onboardings import prune_onboardings
from portal.services.retention.prune_outbox import prune_outbox
from portal.services.retention.prune_queued_emails import prune_queued_emails
from portal.services.retention.prune_runs import prune_runs
from portal.services.retention.prune_security_events import prune_security_events
from portal.services.retention.prune_tombstones import prune_tombstones
from portal.services.retention.reclaim_space import reclaim_space
from portal.services.runs.catch_ups import close_catch_ups
from portal.services.runs.due_polls import wake_due_polls
from portal.services.runs.start_reconciliations import start_due_reconciliations
from portal.services.runs.sync_runs import wake_waiting_runs
from portal.services.runtime import Runtime
from portal.services.sync.freshness_history import record_freshness
from portal.services.sync.resync_records import wake_waiting_resyncs


@dataclass(frozen=True)
class ScheduleEntry:
    """A task and its interval; ``task`` returns how many rows it woke."""

    task: Callable[[Runtime], int]
    every_s: float


WAKE_UPS = (
    ScheduleEntry(wake_waiting_events, every_s=5),
    ScheduleEntry(wake_running_replays, every_s=1),
    ScheduleEntry(wake_running_bulk_actions, every_s=2),
    ScheduleEntry(wake_waiting_submissions, every_s=1),
    ScheduleEntry(wake_waiting_updates, every_s=5),
    ScheduleEntry(wake_waiting_runs, every_s=5),
    ScheduleEntry(wake_due_polls, every_s=10),
    ScheduleEntry(start_due_reconciliations, every_s=10),
    ScheduleEntry(wake_pending_registrations, every_s=10),
    ScheduleEntry(wake_waiting_resyncs, every_s=10),
    ScheduleEntry(wake_privacy_requests, every_s=5),
    ScheduleEntry(wake_waiting_exports, every_s=5),
    ScheduleEntry(wake_due_selections, every_s=5),
    ScheduleEntry(wake_drains_of_stopped_stores, every_s=30),
    ScheduleEntry(wake_due_digests, every_s=5),
    ScheduleEntry(wake_due_deliveries, every_s=1),
    ScheduleEntry(wake_due_alerts, every_s=5),
    ScheduleEntry(wake_due_channel_alerts, every_s=5),
    ScheduleEntry(queue_reminders, every_s=30),
    ScheduleEntry(wake_due_connect_link_emails, every_s=5),
    ScheduleEntry(wake_due_bulk_action_emails, every_s=2),
    ScheduleEntry(wake_due_queued_emails, every_s=2),
    ScheduleEntry(update_alerts, every_s=10),
    ScheduleEntry(wake_due_alert_channels, every_s=5),
    ScheduleEntry(wake_due_probes, every_s=5),
    ScheduleEntry(request_due_erasures, every_s=60),
    ScheduleEntry(wake_erasures, every_s=5),
    ScheduleEntry(close_catch_ups, every_s=5),
)
# Searches and the operators' list wait for these, and a storm of events makes them slow.
INDEXING = (
    ScheduleEntry(index_event_terms, every_s=1),
    ScheduleEntry(refresh_summaries, every_s=2),
)
UPKEEP = (
    ScheduleEntry(ping_failing_endpoints, every_s=60),
    ScheduleEntry(expire_deliveries, every_s=60),
    ScheduleEntry(expire_queued_emails, every_s=60),
    ScheduleEntry(record_freshness, every_s=5),
    ScheduleEntry(count_sellable_products, every_s=5),
    ScheduleEntry(update_webhook_health, every_s=30),
    ScheduleEntry(update_counted_issues, every_s=10),
    ScheduleEntry(prune_events, every_s=10),
    ScheduleEntry(prune_runs, every_s=5),
    ScheduleEntry(prune_outbox, every_s=10),
    ScheduleEntry(prune_audit_log, every_s=60),
    ScheduleEntry(prune_security_events, every_s=60),
    ScheduleEntry(remind_of_expiry, every_s=3600),
    ScheduleEntry(prune_exports, every_s=3600),
    ScheduleEntry(prune_export_files, every_s=60),
    ScheduleEntry(prune_own_writes, every_s=60),
    ScheduleEntry(prune_rejected_webhook_counts, every_s=3600),
    ScheduleEntry(record_first_imports, every_s=30),
    ScheduleEntry(publish_expired_links, every_s=30),
    ScheduleEntry(prune_onboardings, every_s=3600),
    ScheduleEntry(prune_parked_grants, every_s=3600),
    ScheduleEntry(prune_one_time_secrets, every_s=600),
    ScheduleEntry(prune_alerts, every_s=3600),
    ScheduleEntry(prune_bulk_actions, every_s=3600),
    ScheduleEntry(prune_hourly_counts, every_s=3600),
    ScheduleEntry(prune_queued_emails, every_s=3600),
    ScheduleEntry(prune_change_feed, every_s=60),
    ScheduleEntry(prune_tombstones, every_s=3600),
    ScheduleEntry(reclaim_space, every_s=10),
)
# By the name of the lease.
SCHEDULES = {
    "schedule": WAKE_UPS,
    "schedule:indexing": INDEXING,
    "schedule:upkeep": UPKEEP,
}
SCHEDULE = tuple(entry for entries in SCHEDULES.values() for entry in entries)
