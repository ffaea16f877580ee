"""Views for operators, one module per subject."""

from portal.web.operator.views import (
    connect_links,
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
    "connect_links",
    "failures",
    "notifications",
    "onboarding",
    "rejected_webhooks",
    "schema_changes",
    "stores",
    "users",
    "work",
]
