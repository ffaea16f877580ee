"""Request and response structs of connect links."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from portal.rules.connection.onboarding_steps import OnboardingStatus
from portal.web.api.channel_schemas import Url
from portal.web.api.record_schemas import Moment, Page
from portal.web.languages.offered import available_languages

Reference = Annotated[
    str, Meta(min_length=1, max_length=120, description="Your own reference of the merchant.")
]


class ConnectLink(Struct):
    """A link by which one merchant connects one store and consents to the channel."""

    id: int
    reference: str
    url: Annotated[str, Meta(description="Address that the merchant opens.")]
    status: Annotated[
        OnboardingStatus,
        Meta(
            description="`connected` and `imported`: the store is connected. `refused`: the last "
            "attempt failed, and the merchant may try again."
        ),
    ]
    failure_reason: str | None
    store_id: int | None
    return_url: str | None
    language: str
    created_at: Moment
    expires_at: Moment
    finished_at: Moment | None


class ConnectLinkPage(Page[ConnectLink]):
    """A page of connect links."""


class NewConnectLink(Struct, forbid_unknown_fields=True):
    """Connect link to create."""

    reference: Reference
    email: (
        Annotated[
            str,
            Meta(
                max_length=254,
                extra_json_schema={"format": "email"},
                description="The merchant gets up to two reminders there. Leave it out if you "
                "remind the merchant yourself.",
            ),
        ]
        | None
    ) = None
    return_url: (
        Annotated[
            Url,
            Meta(
                description="The merchant returns there with the parameters `outcome` "
                "(`completed` or `refused`) and `reference`. It must be on the allow list of your "
                "channel."
            ),
        ]
        | None
    ) = None
    expires_at: (
        Annotated[
            datetime, Meta(tz=True, description="Two weeks from now by default, 60 days at most.")
        ]
        | None
    ) = None
    language: (
        Annotated[
            str,
            Meta(
                description="Language of the pages. Defaults to English.",
                extra_json_schema={"enum": list(available_languages())},
            ),
        ]
        | None
    ) = None
