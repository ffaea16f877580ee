"""Connect links that channels create by the API: create, list and withdraw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.errors import InvalidFieldError
from portal.i18n import DEFAULT_LANGUAGE
from portal.models import AuditLogEntry, Channel, KeyMode, Onboarding, database, utc_now
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.channels.return_urls import is_on_allow_list
from portal.rules.connection.connect_failures import LINK_TTL

# Shorter than the time after which unused links are deleted.
LONGEST_TTL = timedelta(days=60)


@dataclass(frozen=True)
class LinkRequest:
    """Link that a channel asks for.

    ``email`` is normalized; reminders go there, so it is empty if there shall be none.
    ``return_url`` may be empty. ``expires_at`` defaults to two weeks from now.
    """

    reference: str
    email: str = ""
    locale: str = DEFAULT_LANGUAGE
    return_url: str = ""
    expires_at: datetime | None = None


def create_channel_link(
    channel: Channel, request: LinkRequest, mode: KeyMode = KeyMode.LIVE
) -> Onboarding:
    """Return a new link of the channel for keys of this mode.

    Raises InvalidFieldError for a return URL that isn't on the channel's allow list and for an
    expiry in the past or more than `LONGEST_TTL` from now.
    """
    now = utc_now()
    if request.return_url and not is_on_allow_list(request.return_url, channel.return_urls):
        problem = "must be on the allow list of your channel, which the marketplace manages"
        raise InvalidFieldError("return_url", "not_allowed", problem)
    expires_at = now + LINK_TTL if request.expires_at is None else request.expires_at
    if not now < expires_at <= now + LONGEST_TTL:
        problem = f"must be in the future and at most {LONGEST_TTL.days} days from now"
        raise InvalidFieldError("expires_at", "not_allowed", problem)
    with database.atomic():
        onboarding: Onboarding = Onboarding.create(
            channel=channel,
            external_reference=request.reference,
            invitee=f"{channel.name}: {request.reference}",
            email=request.email,
            locale=request.locale,
            return_url=request.return_url,
            mode=mode,
            expires_at=expires_at,
        )
        _audit(AuditAction.CONNECT_LINK_CREATED, onboarding)
    return onboarding


def find_channel_link(
    channel: Channel, link_id: int, mode: KeyMode = KeyMode.LIVE
) -> Onboarding | None:
    """Return the channel's link with this id for keys of this mode; None if it has no such link."""
    found: Onboarding | None = Onboarding.get_or_none(
        Onboarding.id == link_id, Onboarding.channel == channel, Onboarding.mode == mode
    )
    return found


def list_channel_links(
    channel: Channel,
    after: int | None,
    limit: int,
    *,
    mode: KeyMode = KeyMode.LIVE,
    reference: str | None = None,
) -> tuple[Sequence[Onboarding], int | None]:
    """Return a page of the channel's links of this mode, and the last id if there are more.

    The newest are first.
    """
    query = Onboarding.select().where(Onboarding.channel == channel, Onboarding.mode == mode)
    if reference is not None:
        query = query.where(Onboarding.external_reference == reference)
    if after is not None:
        query = query.where(Onboarding.id < after)
    rows = list(query.order_by(Onboarding.id.desc()).limit(limit + 1))
    page = rows[:limit]
    return page, page[-1].id if len(rows) > limit else None


def withdraw_channel_link(onboarding: Onboarding) -> bool:
    """Withdraw an unfinished link; return False if it is finished or withdrawn already."""
    with database.atomic():
        withdrawn: int = (
            Onboarding.update(withdrawn_at=utc_now())
            .where(
                Onboarding.id == onboarding.id,
                Onboarding.finished_at.is_null(),
                Onboarding.withdrawn_at.is_null(),
            )
            .execute()
        )
        if withdrawn:
            _audit(AuditAction.CONNECT_LINK_WITHDRAWN, onboarding)
    return withdrawn == 1


def _audit(action: AuditAction, onboarding: Onboarding) -> None:
    AuditLogEntry.record_request(None, action, f"onboarding {onboarding.id}")
