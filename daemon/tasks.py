"""All background jobs; RQ calls them by name with ids, and each calls one service."""

from __future__ import annotations

from daemon.job import job
from portal.services.alerts import send_alerts as operator_alerts
from portal.services.channels import apply_selections as selections
from portal.services.connection import connect_link_emails
from portal.services.connection import erase_store_data as store_data
from portal.services.connection import probe_store as probes
from portal.services.connection import register_webhooks as registrations
from portal.services.event_processing.processor import drain
from portal.services.events import advance_replay as replays
from portal.services.notifications import channel_alerts, queued_emails
from portal.services.notifications import send_digests as digests
from portal.services.operator import advance_bulk_action as bulk_actions
from portal.services.operator import bulk_action_emails
from portal.services.orders import send_order_updates as order_updates
from portal.services.orders.process_submission import process_submission
from portal.services.outbound_webhooks import alerts
from portal.services.outbound_webhooks.dispatcher import dispatch_due
from portal.services.privacy import process_requests as privacy_requests
from portal.services.records import write_exports as exports
from portal.services.runtime import Runtime
from portal.services.sync import poll_store as polls
from portal.services.sync.engine import process_run
from portal.services.sync.resync_records import process_resyncs


@job
def drain_events(runtime: Runtime, store_id: int) -> None:
    """Apply the due events of one store; safe to run twice and concurrently."""
    drain(runtime, store_id)


@job
def run_sync(runtime: Runtime, run_id: int) -> None:
    """Continue one sync run for a time slice; it wakes itself again until the run is done."""
    process_run(runtime, run_id)


@job
def register_webhooks(runtime: Runtime, store_id: int) -> None:
    """Register the store's webhooks if that is due, or record that the app covers them."""
    registrations.register_if_due(runtime, store_id)


@job
def resync_records(runtime: Runtime, store_id: int) -> None:
    """Fetch single records of one store that a person requested."""
    process_resyncs(runtime, store_id)


@job
def apply_selection(runtime: Runtime, consent_id: int) -> None:
    """Apply the product selection of one consent to the next products; safe to run twice."""
    selections.apply_selection(runtime, consent_id)


@job
def advance_replay(runtime: Runtime, replay_id: int) -> None:
    """Release the next events of one replay; safe to run twice and concurrently."""
    replays.advance_replay(runtime, replay_id)


@job
def advance_bulk_action(runtime: Runtime, bulk_action_id: int) -> None:
    """Act on the next stores of one bulk action; safe to run twice and concurrently."""
    bulk_actions.advance_bulk_action(runtime, bulk_action_id)


@job
def poll_store(runtime: Runtime, store_id: int) -> None:
    """Ask the store once what has changed, and start the runs that are needed."""
    polls.poll_store(runtime, store_id)


@job
def process_privacy_requests(runtime: Runtime, store_id: int) -> None:
    """Process the due privacy requests of one store: erase or export."""
    privacy_requests.process_privacy_requests(runtime, store_id)


@job
def send_digests(runtime: Runtime, merchant_id: int) -> None:
    """Send one merchant the notifications that are due."""
    digests.send_digests(runtime, merchant_id)


@job
def send_endpoint_alerts(runtime: Runtime, channel_id: int) -> None:
    """Send the alerts about failing endpoints of one channel that are due."""
    alerts.send_endpoint_alerts(runtime, channel_id)


@job
def send_channel_alerts(runtime: Runtime, channel_id: int) -> None:
    """Send the contact of one channel the email that is due."""
    channel_alerts.send_channel_alerts(runtime, channel_id)


@job
def send_connect_link_emails(runtime: Runtime, onboarding_id: int) -> None:
    """Send the emails of one connect link that are due."""
    connect_link_emails.send_connect_link_emails(runtime, onboarding_id)


@job
def send_bulk_action_emails(runtime: Runtime, bulk_action_id: int) -> None:
    """Send the next emails of one bulk action that are due."""
    bulk_action_emails.send_bulk_action_emails(runtime, bulk_action_id)


@job
def send_queued_email(runtime: Runtime, email_id: int) -> None:
    """Send one queued email if it is due."""
    queued_emails.send_queued_email(runtime, email_id)


@job
def send_alerts(runtime: Runtime, channel_id: int) -> None:
    """Send one channel of the operators the alerts that are due."""
    operator_alerts.send_alerts(runtime, channel_id)


@job
def erase_store_data(runtime: Runtime, store_id: int) -> None:
    """Erase one batch of a disconnected store's data."""
    store_data.erase_store_data(runtime, store_id)


@job
def probe_store(runtime: Runtime, store_id: int) -> None:
    """Read the store's profile if that is due, and update its connection state."""
    probes.probe_if_due(runtime, store_id)


@job
def write_export(runtime: Runtime, export_id: int) -> None:
    """Write the next records of one export; it wakes itself again until the file is complete."""
    exports.write_export(runtime, export_id)


@job
def submit_order(runtime: Runtime, submission_id: int) -> None:
    """Advance one order submission as far as possible now."""
    process_submission(runtime, submission_id)


@job
def send_order_updates(runtime: Runtime, store_id: int) -> None:
    """Send the due order updates of one store."""
    order_updates.send_order_updates(runtime, store_id)


@job
def deliver_webhooks(runtime: Runtime) -> None:
    """Send the due deliveries to the channels' endpoints."""
    dispatch_due(runtime)
