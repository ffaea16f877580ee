"""Put together what is kept of a merchant, as one document that people and programs can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import Field

from portal.models import (
    ApiKey,
    Audit,
    BrowserSession,
    ChannelEndpoint,
    ConnectJourney,
    CopyErasure,
    EmailChange,
    EventReplay,
    Grant,
    Membership,
    Merchant,
    Notification,
    NotificationChoice,
    OrderSubmission,
    OrderUpdate,
    StoreInvitation,
    Timeline,
    utc_now,
)
from portal.services.accounts.second_factor import codes_left, factor_of


@dataclass(frozen=True)
class Section:
    """Hold whose rows a section has, by the column that names the merchant, and what of each."""

    owner: Field
    columns: tuple[str, ...]

    def rows_of(self, value: object) -> Iterator[dict[str, Any]]:
        """Yield what the section tells of each row, in order."""
        table = self.owner.model
        rows = table.select().where(self.owner == value)
        key = table._meta.primary_key  # noqa: SLF001 - peewee documents it
        for row in rows.order_by(key):
            yield {name: _plain(getattr(row, name)) for name in self.columns}


# Secrets, and digests of them, are in none of the columns.
SECTIONS: dict[str, Section] = {
    "sign_ins": Section(BrowserSession.merchant, ("begun_at", "seen_at", "address", "agent")),
    "stores": Section(Membership.merchant, ("store_id", "role", "created_at")),
    "invitations_to_me": Section(
        StoreInvitation.email, ("store_id", "email", "invited_at", "expires_at")
    ),
    "invitations_by_me": Section(
        StoreInvitation.invited_by, ("store_id", "email", "invited_at", "expires_at")
    ),
    "consents": Section(Grant.merchant, ("store_id", "scopes", "granted_at", "revoked_at")),
    "connects": Section(ConnectJourney.merchant, ("store_id", "step", "begun_at", "finished_at")),
    "connect_links_by_me": Section(ConnectJourney.made_by, ("label", "begun_at", "expires_at")),
    "api_keys": Section(
        ApiKey.merchant, ("name", "prefix", "store_id", "scopes", "created_at", "last_used_at")
    ),
    "webhook_endpoints": Section(
        ChannelEndpoint.merchant,
        ("name", "url", "store_id", "event_types", "state", "created_at", "last_success_at"),
    ),
    "mails": Section(
        Notification.merchant, ("issue_id", "occasion", "state", "created_at", "sent_at")
    ),
    "mail_choices": Section(
        NotificationChoice.merchant, ("quiet_from", "quiet_until", "timezone", "muted")
    ),
    "wanted_emails": Section(EmailChange.merchant, ("new_email", "asked_at")),
    "erasures": Section(CopyErasure.asked_by, ("store_id", "asked_at", "finished_at")),
    "replays": Section(EventReplay.requested_by, ("store_id", "state", "requested_at")),
    "cancelled_replays": Section(EventReplay.cancelled_by, ("store_id", "requested_at")),
    "orders": Section(OrderSubmission.who, ("store_id", "reference", "state", "received_at")),
    "order_updates": Section(
        OrderUpdate.who, ("store_id", "order_number", "state", "requested_at")
    ),
    "moments": Section(Timeline.who, ("store_id", "what", "happened_at")),
    "actions": Section(Audit.who, ("store_id", "action", "target", "happened_at")),
}


def export_account(merchant: Merchant) -> dict[str, Any]:
    """Return all that we know of the merchant.

    What the stores hold is the stores', not the merchant's: it is not in here.
    """
    factor = factor_of(merchant)
    account = {
        "number": merchant.id,
        "email": merchant.email,
        "email_confirmed_at": _plain(merchant.verified_at),
        "language": merchant.locale,
        "is_operator": merchant.is_operator,
        "made_at": _plain(merchant.created_at),
        "second_factor_since": _plain(factor.confirmed_at) if factor else None,
        "recovery_codes_left": codes_left(merchant),
    }
    by_email = StoreInvitation.email
    sections = {
        name: list(section.rows_of(merchant.email if section.owner is by_email else merchant))
        for name, section in SECTIONS.items()
    }
    return {"exported_at": _plain(utc_now()), "account": account, **sections}


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
