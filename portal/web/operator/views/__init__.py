"""Views for operators, one module per subject."""

from portal.web.operator.views import (
    alert_channels,
    alerts,
    audit_log,
    bulk_actions,
    channel_programs,
    channels,
    connect_links,
    custom_app,
    failures,
    notifications,
    onboarding,
    rejected_webhooks,
    schema_changes,
    stores,
    users,
    work,
)

__all__ = [
    "alert_channels",
    "alerts",
    "audit_log",
    "bulk_actions",
    "channel_programs",
    "channels",
    "connect_links",
    "custom_app",
    "failures",
    "notifications",
    "onboarding",
    "rejected_webhooks",
    "schema_changes",
    "stores",
    "users",
    "work",
]
