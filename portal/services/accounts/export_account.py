"""Export of a merchant's personal data, as one document for people and programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import Field

from portal.models import (
    AlertDelivery,
    ApiKey,
    AuditLogEntry,
    BrowserSession,
    BulkAction,
    BulkActionEmail,
    Channel,
    ChannelConsent,
    ChannelSelection,
    EmailChange,
    EventReplay,
    Grant,
    Membership,
    Merchant,
    Notification,
    NotificationPreference,
    Onboarding,
    OrderSubmission,
    OrderUpdate,
    Passkey,
    QueuedEmail,
    RecordExport,
    SecurityEvent,
    StoreDataErasure,
    StoreInvitation,
    TimelineEntry,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.second_factor import factor_of, remaining_codes


@dataclass(frozen=True)
class ExportSection:
    """Rows of a table with a merchant in the column ``owner``, and the columns to export."""

    owner: Field
    columns: tuple[str, ...]

    def rows_of(self, value: object) -> Iterator[dict[str, Any]]:
        """Yield the exported columns of each row, ordered by primary key."""
        table = self.owner.model
        rows = table.select().where(self.owner == value)
        key = table._meta.primary_key  # noqa: SLF001 - peewee documents it
        for row in rows.order_by(key):
            yield {name: _plain(getattr(row, name)) for name in self.columns}


# No section may export a secret or a digest of one.
SECTIONS: dict[str, ExportSection] = {
    "sign_ins": ExportSection(
        BrowserSession.merchant, ("started_at", "last_seen_at", "ip_address", "user_agent")
    ),
    "passkeys": ExportSection(Passkey.merchant, ("name", "created_at", "last_used_at")),
    "stores": ExportSection(Membership.merchant, ("store_id", "role", "created_at")),
    "invitations_to_me": ExportSection(
        StoreInvitation.email, ("store_id", "email", "invited_at", "expires_at")
    ),
    "invitations_by_me": ExportSection(
        StoreInvitation.invited_by, ("store_id", "email", "invited_at", "expires_at")
    ),
    "consents": ExportSection(
        Grant.merchant, ("store_id", "source", "scopes", "granted_at", "revoked_at")
    ),
    "connects": ExportSection(
        Onboarding.merchant, ("store_id", "step", "started_at", "finished_at")
    ),
    "connect_links_by_me": ExportSection(
        Onboarding.created_by, ("invitee", "email", "note", "started_at", "expires_at")
    ),
    "channels": ExportSection(Channel.merchant, ("kind", "status", "created_at")),
    "channel_consents": ExportSection(
        ChannelConsent.granted_by, ("store_id", "scopes", "status", "granted_at")
    ),
    "channel_selections": ExportSection(
        ChannelSelection.changed_by, ("store_id", "kind", "changed_at")
    ),
    "record_exports": ExportSection(
        RecordExport.requested_by, ("store_id", "name", "format", "requested_at", "finished_at")
    ),
    "api_keys": ExportSection(
        ApiKey.merchant,
        (
            *("name", "prefix", "store_id", "scopes", "allowed_networks", "created_at"),
            *("expires_at", "last_used_at", "last_used_from", "suspended_at"),
        ),
    ),
    "webhook_endpoints": ExportSection(
        WebhookEndpoint.merchant,
        ("name", "url", "store_id", "event_types", "state", "created_at", "last_success_at"),
    ),
    "mails": ExportSection(
        Notification.merchant, ("issue_id", "trigger", "state", "created_at", "sent_at")
    ),
    "alerts": ExportSection(
        AlertDelivery.recipient, ("message_id", "state", "created_at", "sent_at")
    ),
    "mail_choices": ExportSection(
        NotificationPreference.merchant, ("quiet_from", "quiet_until", "muted")
    ),
    "wanted_emails": ExportSection(EmailChange.merchant, ("new_email", "requested_at")),
    "erasures": ExportSection(
        StoreDataErasure.requested_by, ("store_id", "requested_at", "finished_at")
    ),
    "replays": ExportSection(EventReplay.requested_by, ("store_id", "state", "requested_at")),
    "canceled_replays": ExportSection(EventReplay.canceled_by, ("store_id", "requested_at")),
    "bulk_actions": ExportSection(
        BulkAction.requested_by, ("kind", "state", "total", "subject", "message", "requested_at")
    ),
    "emails_from_the_marketplace": ExportSection(
        BulkActionEmail.merchant, ("state", "created_at", "sent_at")
    ),
    "emails_about_the_account": ExportSection(
        QueuedEmail.merchant, ("kind", "store_id", "state", "created_at", "sent_at")
    ),
    "canceled_bulk_actions": ExportSection(BulkAction.canceled_by, ("kind", "requested_at")),
    "orders": ExportSection(
        OrderSubmission.actor, ("store_id", "reference", "state", "received_at")
    ),
    "order_updates": ExportSection(
        OrderUpdate.actor, ("store_id", "order_number", "state", "requested_at")
    ),
    "moments": ExportSection(TimelineEntry.actor, ("store_id", "what", "happened_at")),
    "security_events": ExportSection(
        SecurityEvent.merchant, ("kind", "network", "endpoint", "count", "first_at", "last_at")
    ),
    "actions": ExportSection(AuditLogEntry.actor, ("store_id", "action", "target", "happened_at")),
}


def export_account(merchant: Merchant) -> dict[str, Any]:
    """Return everything that is stored about the merchant, and record the export.

    Data of the merchant's stores is left out, because it belongs to the stores.
    """
    factor = factor_of(merchant)
    account = {
        "number": merchant.id,
        "name": merchant.name,
        "email": merchant.email,
        "email_confirmed_at": _plain(merchant.verified_at),
        "language": merchant.locale,
        "time_zone": merchant.timezone,
        "operator_role": merchant.operator_role,
        "made_at": _plain(merchant.created_at),
        "second_factor_since": _plain(factor.confirmed_at) if factor else None,
        "recovery_codes_left": remaining_codes(merchant),
    }
    by_email = StoreInvitation.email
    sections = {
        name: list(section.rows_of(merchant.email if section.owner is by_email else merchant))
        for name, section in SECTIONS.items()
    }
    AuditLogEntry.record_request(None, AuditAction.ACCOUNT_EXPORTED, f"merchant {merchant.id}")
    return {"exported_at": _plain(utc_now()), "account": account, **sections}


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
