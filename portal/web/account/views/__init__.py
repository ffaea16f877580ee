"""Views about the account, one module per subject."""

from portal.web.account.views import (
    confirm_with_passkey,
    credentials,
    export_and_delete,
    notifications,
    overview,
    passkeys,
    region,
    second_factor,
    security_activity,
)

__all__ = [
    "confirm_with_passkey",
    "credentials",
    "export_and_delete",
    "notifications",
    "overview",
    "passkeys",
    "region",
    "second_factor",
    "security_activity",
]
