"""Stores that a key has access to, and the health of each."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from msgspec import Meta, Struct

from portal.models import ChannelConsent, Issue, Store
from portal.rules.alerts.severities import Severity
from portal.rules.api_keys.key_scopes import STORE_SCOPES, KeyScope, is_allowed
from portal.rules.connection.order_acceptance import refusal_reason
from portal.rules.issues.issue_audience import Reader
from portal.rules.sync.first_import import FirstImport
from portal.services.channels.product_selections import SelectionCounts, count_selected
from portal.services.channels.reach import list_consents_reached
from portal.services.channels.sale_terms import terms_of
from portal.services.connection.store_health import health_of
from portal.services.mirror.resource_overview import ResourceOverview
from portal.services.sync.first_import import first_imports
from portal.web.api import health_schemas, store_schemas
from portal.web.api.authentication import current_consent, current_key, key_rate_limit
from portal.web.api.endpoints import endpoint
from portal.web.api.list_parameters import PAGE_SIZE, After, Limit
from portal.web.api.pagination import cursor_after_row, decode_cursor, page_response
from portal.web.api.responses import ApiResponse
from portal.web.api.views.selling import selling_schema


class StoresQuery(Struct, forbid_unknown_fields=True):
    """Query of the list of stores."""

    limit: Limit = PAGE_SIZE
    after: After = None
    external_reference: (
        Annotated[str, Meta(max_length=120, description="Return only stores with this reference.")]
        | None
    ) = None


@endpoint(
    "GET",
    "/stores",
    tag="Stores",
    scope=None,
    limit=key_rate_limit,
    query=StoresQuery,
    responses={200: store_schemas.StorePage},
    sends=("Link",),
)
def list_stores(query: StoresQuery) -> ApiResponse:
    """List the stores that the key has access to, by ID."""
    after = decode_cursor(query.after)
    found = list_consents_reached(
        current_key(),
        after_store_id=after and after.remote_id,
        external_reference=query.external_reference,
        limit=query.limit + 1,
    )
    consents = found[: query.limit]
    imports = first_imports([consent.store for consent in consents])
    selected = count_selected(consents)
    shown = [
        _store(each.store, imports[each.store_id], each, selected[each.store_id])
        for each in consents
    ]
    last = consents[-1].store_id if len(found) > query.limit else None
    return page_response(shown, cursor_after_row(last))


@endpoint(
    "GET",
    "/stores/<key:store_id>",
    tag="Stores",
    scope=None,
    limit=key_rate_limit,
    responses={200: store_schemas.Store},
)
def get_store(store: Store) -> store_schemas.Store:
    """Retrieve a store."""
    consent = current_consent()
    first_import, selected = first_imports([store]), count_selected([consent])
    return _store(store, first_import[store.id], consent, selected[store.id])


@endpoint(
    "GET",
    "/stores/<key:store_id>/health",
    tag="Stores",
    scope=KeyScope.READ_HEALTH,
    limit=key_rate_limit,
    responses={200: health_schemas.Health},
)
def get_health(store: Store) -> health_schemas.Health:
    """Retrieve the health of a store: connection, scopes, plan, sync, webhooks and issues.

    The status of a section is `complete`, `needs_attention` (it works, but late, partly or not
    completely yet) or `blocked` (it doesn't work until someone acts).
    """
    consent = current_consent()
    health = health_of(store, _reader(consent))
    sections = {
        name: health_schemas.HealthSection(section.status, section.detail)
        for name, section in health.sections.items()
    }
    return health_schemas.Health(
        store_id=store.id,
        external_reference=consent.external_reference,
        status=health.status,
        sections=health_schemas.HealthSections(**sections),
        missing_scopes=[scope.name for scope in health.connection.missing],
        missing_features=list(store.missing_features),
        resources=[resource_schema(resource) for resource in health.overview.resources],
        pending_events=health.overview.pending_events,
        last_event_at=store.last_event_at,
        issues=[_issue(issue, count) for issue, count in health.issues],
    )


def _scopes(consent: ChannelConsent) -> list[KeyScope]:
    given = current_key().scopes
    return [scope for scope in STORE_SCOPES if is_allowed(scope, given, consent.scopes)]


def _store(
    store: Store, first_import: FirstImport, consent: ChannelConsent, selected: SelectionCounts
) -> store_schemas.Store:
    facts = store.profile_details or {}
    reason = refusal_reason(
        store.state,
        is_closed=store.is_closed,
        is_selling_paused=terms_of(consent).is_selling_paused,
    )
    return store_schemas.Store(
        id=store.id,
        name=store.name,
        url=store.url,
        logo_url=facts.get("logo_url"),
        country_code=facts.get("country_code"),
        languages=facts.get("languages") or [],
        default_language=facts.get("default_language"),
        currency=store.currency,
        currency_format=_currency_format(store),
        prices_include_tax=facts.get("prices_include_tax"),
        weight_unit=facts.get("weight_unit"),
        dimensions_unit=facts.get("dimensions_unit"),
        timezone=store.timezone,
        plan=store.plan_name,
        state=store.state,
        closed=store.is_closed,
        is_test=store.is_test,
        orders=store_schemas.OrderAcceptance(accepts_orders=reason is None, reason=reason),
        product_selection=store_schemas.ProductSelection(**asdict(selected)),
        selling=selling_schema(consent),
        connected_at=store.connected_at,
        first_import=store_schemas.FirstImport(first_import.state, first_import.percent),
        external_reference=consent.external_reference,
        scopes=_scopes(consent),
    )


def _currency_format(store: Store) -> store_schemas.CurrencyFormat | None:
    own = store.money_format
    if own is None:
        return None
    return store_schemas.CurrencyFormat(decimals=store.money_currency.precision, **own.document())


def resource_schema(overview: ResourceOverview) -> health_schemas.HealthResource:
    """Return the sync status of a resource as the API's struct."""
    return health_schemas.HealthResource(
        resource=overview.resource,
        freshness=overview.freshness,
        records=overview.count,
        quarantined=overview.unreadable,
        minutes_behind=overview.minutes_behind,
        last_success_at=overview.last_success_at,
        check_interval_s=round(overview.check_interval.total_seconds()),
        unchanged_checks=overview.unchanged_checks,
        unchanged_since=overview.quiet_since_at,
        is_paused=overview.is_paused,
    )


def _reader(consent: ChannelConsent) -> Reader:
    """Return the key's channel with what this key may know."""
    key = current_key()
    scopes = [scope for scope in consent.scopes if scope in key.scopes]
    return Reader(key.channel_id, key.merchant_id is not None, scopes)


def _issue(issue: Issue, count: int) -> health_schemas.HealthIssue:
    return health_schemas.HealthIssue(
        kind=issue.kind,
        severity=Severity(issue.severity),
        cause=issue.cause,
        impact=issue.impact,
        next_action=issue.next_action,
        opened_at=issue.opened_at,
        count=None if issue.count is None else count,
    )
