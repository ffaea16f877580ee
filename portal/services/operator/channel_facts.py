"""Facts about the channels of the marketplace that the operators' pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from portal.models import ApiKey, Channel, ChannelConsent, Onboarding, Store, WebhookEndpoint
from portal.rules.channels.channel_states import ConsentStatus
from portal.services.channels.manage_channels import ChannelCounts, list_channels
from portal.services.pagination import KeyPage, Page, page_by_key

LINKS_SHOWN = 10


@dataclass(frozen=True)
class ChannelRow:
    """A channel in the list; ``last_used_at`` is when one of its keys was last used."""

    channel: Channel
    counts: ChannelCounts
    last_used_at: datetime | None


@dataclass(frozen=True)
class ChannelLinks:
    """The newest connect links of a channel, and the number of all."""

    rows: Sequence[Onboarding]
    total: int


def list_channel_rows(*, after: int | None, before: int | None) -> Page[ChannelRow, int]:
    """Return a page of the channels of the marketplace, newest first, with five statements."""
    page = list_channels(after=after, before=before)
    ids = [channel.id for channel in page.rows]
    active = ChannelConsent.status == ConsentStatus.ACTIVE
    stores = _counts(ChannelConsent, ids, active)
    keys = _counts(ApiKey, ids, ApiKey.revoked_at.is_null())
    endpoints = _counts(WebhookEndpoint, ids)
    used = _last_used(ids)
    rows = [
        ChannelRow(
            each,
            ChannelCounts(stores.get(each.id, 0), keys.get(each.id, 0), endpoints.get(each.id, 0)),
            used.get(each.id),
        )
        for each in page.rows
    ]
    return Page(rows, page.earlier, page.later)


def stores_of_channel(
    channel: Channel, *, after: int | None, before: int | None
) -> KeyPage[ChannelConsent]:
    """Return a page of the consents to a channel with their stores, newest first."""
    query = ChannelConsent.select(ChannelConsent, Store).join(Store)
    query = query.where(ChannelConsent.channel == channel)
    return page_by_key(query, ChannelConsent.id, after=after, before=before)


def links_of_channel(channel: Channel) -> ChannelLinks:
    """Return the newest connect links of a channel."""
    links = Onboarding.select().where(Onboarding.channel == channel)
    rows = list(links.order_by(Onboarding.id.desc()).limit(LINKS_SHOWN))
    return ChannelLinks(rows, len(rows) if len(rows) < LINKS_SHOWN else links.count())


def _counts(table: Any, channel_ids: Sequence[int], *where: Any) -> dict[int, int]:
    rows = (
        table.select(table.channel, fn.COUNT(table.id))
        .where(table.channel.in_(channel_ids), *where)
        .group_by(table.channel)
    )
    return dict(rows.tuples()) if channel_ids else {}


def _last_used(channel_ids: Sequence[int]) -> dict[int, datetime]:
    rows: Any = (
        ApiKey.select(ApiKey.channel, fn.MAX(ApiKey.last_used_at))
        .where(ApiKey.channel.in_(channel_ids), ApiKey.last_used_at.is_null(is_null=False))
        .group_by(ApiKey.channel)
    )
    return dict(rows.tuples()) if channel_ids else {}
