"""Views about the account, one module per subject."""

from portal.web.account.views import (
    credentials,
    export_and_delete,
    notifications,
    overview,
    second_factor,
    security_activity,
)

__all__ = [
    "credentials",
    "export_and_delete",
    "notifications",
    "overview",
    "second_factor",
    "security_activity",
]
