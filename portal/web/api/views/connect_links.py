"""Connect links of the calling key's channel."""

from __future__ import annotations

from typing import Annotated

from flask import url_for
from msgspec import Meta, Struct

from portal.errors import InvalidFieldError
from portal.i18n import DEFAULT_LANGUAGE
from portal.models import KeyMode, Onboarding
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.connection.onboarding_steps import OnboardingStatus
from portal.services.accounts.sign_up import parse_email
from portal.services.connection.channel_links import (
    LinkRequest,
    create_channel_link,
    find_channel_link,
    list_channel_links,
    withdraw_channel_link,
)
from portal.services.connection.connect_link_tokens import link_token
from portal.web.api.authentication import current_key, key_rate_limit
from portal.web.api.connect_link_schemas import ConnectLink, ConnectLinkPage, NewConnectLink
from portal.web.api.endpoints import endpoint
from portal.web.api.list_parameters import PAGE_SIZE, After, Limit
from portal.web.api.pagination import cursor_after_row, decode_cursor, page_response
from portal.web.api.problems import ProblemError, invalid_field
from portal.web.api.request_parsing import to_utc
from portal.web.api.responses import ApiResponse
from portal.web.emails import absolute_url
from portal.web.languages.offered import available_languages
from portal.web.runtime import current_runtime


class LinksQuery(Struct, forbid_unknown_fields=True):
    """Query of the list of connect links."""

    limit: Limit = PAGE_SIZE
    after: After = None
    reference: (
        Annotated[str, Meta(max_length=120, description="Return only links with this reference.")]
        | None
    ) = None


@endpoint(
    "GET",
    "/connect-links",
    tag="Channel",
    scope=KeyScope.MANAGE_LINKS,
    limit=key_rate_limit,
    query=LinksQuery,
    responses={200: ConnectLinkPage},
    sends=("Link",),
)
def list_connect_links(query: LinksQuery) -> ApiResponse:
    """List the channel's connect links, newest first."""
    after, key = decode_cursor(query.after), current_key()
    rows, last = list_channel_links(
        key.channel,
        after and after.remote_id,
        query.limit,
        mode=KeyMode(key.mode),
        reference=query.reference,
    )
    return page_response([_link(row) for row in rows], cursor_after_row(last))


@endpoint(
    "POST",
    "/connect-links",
    tag="Channel",
    scope=KeyScope.MANAGE_LINKS,
    limit=key_rate_limit,
    body=NewConnectLink,
    responses={201: ConnectLink},
    problems=("conflict",),
)
def create_connect_link(body: NewConnectLink) -> ApiResponse:
    """Create a link by which a merchant connects a store and consents to your channel.

    The link works once. Its outcome is published by `connect_link.completed`,
    `connect_link.refused` and `connect_link.expired`; the store then has your `reference` as its
    `external_reference`.
    """
    key = current_key()
    if key.channel.is_own:
        raise ProblemError("conflict", "Only a channel of the marketplace has connect links.")
    try:
        link = create_channel_link(key.channel, _request(body), KeyMode(key.mode))
    except InvalidFieldError as error:
        raise invalid_field(error) from error
    return ApiResponse(_link(link), 201)


@endpoint(
    "GET",
    "/connect-links/<key:link_id>",
    tag="Channel",
    scope=KeyScope.MANAGE_LINKS,
    limit=key_rate_limit,
    responses={200: ConnectLink},
)
def get_connect_link(link_id: int) -> ConnectLink:
    """Retrieve a connect link and its status."""
    return _link(_found(link_id))


@endpoint(
    "POST",
    "/connect-links/<key:link_id>/withdraw",
    tag="Channel",
    scope=KeyScope.MANAGE_LINKS,
    limit=key_rate_limit,
    responses={200: ConnectLink},
    problems=("conflict",),
)
def withdraw_connect_link(link_id: int) -> ConnectLink:
    """Withdraw a connect link that isn't finished; it no longer works."""
    link = _found(link_id)
    if not withdraw_channel_link(link):
        raise ProblemError("conflict", f"The link is {link.status}.")
    return _link(_found(link_id))


def _request(body: NewConnectLink) -> LinkRequest:
    language = body.language or DEFAULT_LANGUAGE
    if language not in available_languages():
        known = ", ".join(available_languages())
        raise InvalidFieldError("language", "invalid_choice", f"must be one of {known}")
    try:
        email = parse_email(body.email) if body.email else ""
    except ValueError as error:
        problem = "must be an email address"
        raise InvalidFieldError("email", "invalid_format", problem) from error
    return LinkRequest(
        body.reference,
        email,
        language,
        body.return_url or "",
        None if body.expires_at is None else to_utc(body.expires_at, "expires_at"),
    )


def _found(link_id: int) -> Onboarding:
    key = current_key()
    link = find_channel_link(key.channel, link_id, KeyMode(key.mode))
    if link is None:
        detail = f"The channel has no {key.mode} connect link with this ID."
        raise ProblemError("not_found", detail)
    return link


def _link(row: Onboarding) -> ConnectLink:
    runtime = current_runtime()
    token = link_token(runtime.settings.secret_keys, row)
    return ConnectLink(
        id=row.id,
        reference=row.external_reference,
        url=absolute_url(runtime, url_for("connect.onboarding_guide", token=token)),
        status=OnboardingStatus(row.status),
        failure_reason=row.failure_reason,
        store_id=row.store_id,
        return_url=row.return_url or None,
        language=row.locale,
        created_at=row.started_at,
        expires_at=row.expires_at,
        finished_at=row.finished_at,
    )
