"""Views for operators, one module per subject."""

from portal.web.operator.views import connects, notifications, schema_changes, webhooks

__all__ = ["connects", "notifications", "schema_changes", "webhooks"]
