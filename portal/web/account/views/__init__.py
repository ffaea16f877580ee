"""Views about the account, one module per subject."""

from portal.web.account.views import (
    confirm_with_passkey,
    credentials,
    export_and_delete,
    name,
    notifications,
    one_time_secret,
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
    "name",
    "notifications",
    "one_time_secret",
    "overview",
    "passkeys",
    "region",
    "second_factor",
    "security_activity",
]
