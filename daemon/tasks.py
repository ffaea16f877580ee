"""Every background job: RQ calls them by name with ids, and each calls one service."""

from __future__ import annotations

from daemon.job import job
from portal.services.connection import erase_store_data as copies
from portal.services.connection import probe_store as probes
from portal.services.connection import register_webhooks as registrations
from portal.services.event_processing.processor import drain
from portal.services.events.advance_replay import bring_forward
from portal.services.notifications import send_digests as letters
from portal.services.orders import send_order_updates as order_updates
from portal.services.orders.process_submission import work_on_submission
from portal.services.outbound_webhooks import alerts
from portal.services.outbound_webhooks.dispatcher import deliver
from portal.services.privacy import process_requests as privacy_requests
from portal.services.runtime import Runtime
from portal.services.sync import change_times
from portal.services.sync.engine import work_on
from portal.services.sync.resync_records import read_waiting_records


@job
def drain_events(runtime: Runtime, store_id: int) -> None:
    """Apply the due events of one store; safe to run twice and concurrently."""
    drain(runtime, store_id)


@job
def run_sync(runtime: Runtime, run_id: int) -> None:
    """Work on one sync run for one time slice; it wakes itself again until the run is done."""
    work_on(runtime, run_id)


@job
def register_webhooks(runtime: Runtime, store_id: int) -> None:
    """Register the store's webhooks, or record that the app's registration covers them."""
    registrations.register_webhooks(runtime, store_id)


@job
def resync_records(runtime: Runtime, store_id: int) -> None:
    """Read the single records of one store that a person asked to read again."""
    read_waiting_records(runtime, store_id)


@job
def replay_events(runtime: Runtime, replay_id: int) -> None:
    """Release the next events of one replay; safe to run twice and concurrently."""
    bring_forward(runtime, replay_id)


@job
def ask_change_times(runtime: Runtime, store_id: int) -> None:
    """Record when the store's resources last changed, by one light call."""
    change_times.ask_change_times(runtime, store_id)


@job
def honour_requests(runtime: Runtime, store_id: int) -> None:
    """Process the due privacy requests of one store: erase or export."""
    privacy_requests.honour_requests(runtime, store_id)


@job
def send_letters(runtime: Runtime, merchant_id: int) -> None:
    """Send one merchant the notifications that are due."""
    letters.send_letters(runtime, merchant_id)


@job
def send_notices(runtime: Runtime, merchant_id: int) -> None:
    """Send one merchant the alerts about failing endpoints that are due."""
    alerts.send_notices(runtime, merchant_id)


@job
def erase_copy(runtime: Runtime, store_id: int) -> None:
    """Erase one part of the mirrored data of a disconnected store."""
    copies.erase_copy(runtime, store_id)


@job
def probe_store(runtime: Runtime, store_id: int) -> None:
    """Read the store's profile and update its connection state."""
    probes.probe_store(runtime, store_id)


@job
def submit_order(runtime: Runtime, submission_id: int) -> None:
    """Advance one order submission as far as possible now."""
    work_on_submission(runtime, submission_id)


@job
def send_updates(runtime: Runtime, store_id: int) -> None:
    """Send the due order updates of one store."""
    order_updates.send_updates(runtime, store_id)


@job
def deliver_messages(runtime: Runtime) -> None:
    """Send the due deliveries to channels."""
    deliver(runtime)
