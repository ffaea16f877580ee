"""Send the mails that tell merchants of failing endpoints; safe to run twice, beside itself.

The rules are those of letters about issues: not in quiet hours, tried again for a day, and an
attempt is counted before it is made.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from portal.email import write_letter
from portal.errors import MailError
from portal.jobs import SEND_NOTICES
from portal.mail import Letter
from portal.models import (
    UNDELIVERED_STATES,
    ChannelEndpoint,
    EndpointNotice,
    Lease,
    Merchant,
    NotificationState,
    Store,
    utc_now,
)
from portal.rules.notifications.notification_times import ATTEMPTS_LIMIT, QuietHours, may_go_at
from portal.rules.outbound_webhooks.endpoint_health import TURNED_OFF_AT, mark_reached_at
from portal.services.notifications.email_retries import (
    LEASE_TTL_S,
    SERVER_AWAY,
    WOKEN_AT_ONCE,
    again_at,
    state_after,
)
from portal.services.notifications.notification_preferences import choice_of, quiet_hours
from portal.services.runtime import Runtime
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)


def wake_due_notices(runtime: Runtime) -> int:
    """Wake the daemon for every merchant with an alert due; return how many."""
    if Lease.is_held(SERVER_AWAY):
        return 0
    due = (
        ChannelEndpoint.select(ChannelEndpoint.merchant)
        .join(EndpointNotice)
        .where(
            EndpointNotice.state == NotificationState.WAITING, EndpointNotice.due_at <= utc_now()
        )
        .distinct()
        .limit(WOKEN_AT_ONCE)
    )
    return runtime.wake_each(SEND_NOTICES, (row.merchant_id for row in due))


def undelivered_notice(endpoint: ChannelEndpoint) -> EndpointNotice | None:
    """Return the newest mail about an endpoint if it could not be delivered, else None."""
    newest: EndpointNotice | None = (
        EndpointNotice.select()
        .where(EndpointNotice.endpoint == endpoint)
        .order_by(EndpointNotice.id.desc())
        .first()
    )
    return newest if newest is not None and newest.state in UNDELIVERED_STATES else None


def zone_of(endpoint: ChannelEndpoint) -> str:
    """Return the time zone of dates: the merchant's choice, else the store's, else ""."""
    chosen: str = choice_of(endpoint.merchant).timezone
    return chosen or _zone_of_store(endpoint)


def quiet_hours_of(endpoint: ChannelEndpoint) -> QuietHours | None:
    """Return the merchant's quiet hours for alerts about the endpoint; None if there are none."""
    return quiet_hours(choice_of(endpoint.merchant), _zone_of_store(endpoint))


def _zone_of_store(endpoint: ChannelEndpoint) -> str:
    zone: str = "" if endpoint.store_id is None else Store.get_by_id(endpoint.store_id).timezone
    return zone


def send_notices(runtime: Runtime, merchant_id: int) -> None:
    """Send one merchant the e-mails that are due, until the server can't be used any more."""
    with claimed(f"notices:{merchant_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        for notice in claim.each(_due(merchant_id)):
            if Lease.is_held(SERVER_AWAY):
                return
            _send(runtime, notice)


def _due(merchant_id: int) -> list[EndpointNotice]:
    rows = (
        EndpointNotice.select(EndpointNotice, ChannelEndpoint, Merchant)
        .join(ChannelEndpoint)
        .join(Merchant)
        .where(
            ChannelEndpoint.merchant == merchant_id,
            EndpointNotice.state == NotificationState.WAITING,
            EndpointNotice.due_at <= utc_now(),
        )
    )
    return list(rows.order_by(EndpointNotice.id))


def _send(runtime: Runtime, notice: EndpointNotice) -> None:
    endpoint, now = notice.endpoint, utc_now()
    quiet = quiet_hours_of(endpoint)
    goes_at = may_go_at(now, last_letter_at=None, quiet=quiet)
    if not _is_news(notice):
        _write(notice, state=NotificationState.DROPPED, error="no longer so")
        return
    if goes_at > now:
        _write(notice, due_at=goes_at)
        return
    if not _begin_attempt(notice, now, quiet):
        return
    letter = _letter(runtime, notice)
    # The same for each attempt, and never that of another database's letter.
    name = f"endpoint.{notice.id}.{endpoint.created_at:%Y%m%d%H%M%S%f}"
    try:
        with runtime.mailer.connected() as line:
            line.send(letter, to=endpoint.merchant.email, name=name)
            _write(notice, state=NotificationState.SENT, sent_at=utc_now(), error=None)
    except MailError as error:
        _note_failure(notice, error)


def _is_news(notice: EndpointNotice) -> bool:
    """Tell whether it is still so: an endpoint that is well again, or on, is none to mail about."""
    endpoint: ChannelEndpoint = notice.endpoint
    if notice.percent == TURNED_OFF_AT:
        return endpoint.off_reason is not None
    return endpoint.is_on and endpoint.told_percent == notice.percent


def _begin_attempt(notice: EndpointNotice, now: datetime, quiet: QuietHours | None) -> bool:
    """Count the attempt before it is made; False if it would be one too many."""
    notice.attempts += 1
    if notice.attempts > ATTEMPTS_LIMIT:
        _write(notice, state=NotificationState.FAILED)
        return False
    due_at = again_at(now, notice.attempts, quiet)
    _write(notice, attempts=notice.attempts, due_at=due_at)
    return True


def _note_failure(notice: EndpointNotice, error: MailError) -> None:
    state = state_after(error, notice.attempts)
    _write(notice, state=state, error=str(error))
    log.warning("letter.not_sent", endpoint=notice.endpoint_id, state=state, problem=str(error))


def _letter(runtime: Runtime, notice: EndpointNotice) -> Letter:
    endpoint, settings = notice.endpoint, runtime.settings
    since = endpoint.failing_since_at or endpoint.state_since_at
    allowed = timedelta(hours=settings.endpoint_failing_hours)
    return write_letter(
        "endpoint_failing",
        portal_url=settings.portal_url,
        locale=endpoint.merchant.locale,
        title=endpoint.name,
        url=endpoint.url,
        percent=notice.percent,
        is_gone=endpoint.off_reason == "gone",
        since=since,
        off_at=mark_reached_at(since, TURNED_OFF_AT, allowed),
        zone=zone_of(endpoint),
        link=f"{settings.portal_url}/account/webhooks/{endpoint.id}",
        choices_link=f"{settings.portal_url}/account/notifications",
    )


def _write(notice: EndpointNotice, **changes: object) -> None:
    EndpointNotice.update(**changes).where(
        EndpointNotice.id == notice.id, EndpointNotice.state == NotificationState.WAITING
    ).execute()
