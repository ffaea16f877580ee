"""Writing of a new grant with its store, its membership and the transitions that follow."""

from __future__ import annotations

from dataclasses import dataclass, field

from peewee import fn

from portal.ecwid.oauth import TokenResponse
from portal.ecwid.profile import StoreProfile
from portal.errors.connect import ErasureInProgressError, StoreOwnedElsewhereError
from portal.models import (
    AuditLogEntry,
    Grant,
    Membership,
    Merchant,
    ParkedGrant,
    Role,
    Store,
    StoreDataErasure,
    StoreState,
    StoreSummary,
    WebhookEvent,
    WebhookHealth,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.connection.connection_events import TRANSITIONS, ConnectionEvent
from portal.rules.connection.grant_sources import GrantSource
from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.connection.plan import PlanResult
from portal.services.channels.own_channels import revoke_all
from portal.services.connection.apply_transition import Transition, apply_transition, lock_store
from portal.services.connection.store_profile import apply_profile, event_details
from portal.services.notifications.issues import resolve_issue
from portal.services.runtime import Runtime


@dataclass(frozen=True)
class NewGrant:
    """Token that is about to replace a store's grant; see `portal.models.Grant`."""

    store_id: int
    access_token: str = field(repr=False)
    scopes: frozenset[str]
    public_token: str | None = field(default=None, repr=False)
    source: GrantSource = GrantSource.OAUTH
    client_secret: str | None = field(default=None, repr=False)
    unverified_scopes: frozenset[str] = frozenset()

    @property
    def uses_webhooks(self) -> bool:
        """Whether the signatures of the token's app can be verified."""
        return self.source is GrantSource.OAUTH or self.client_secret is not None

    @classmethod
    def of_consent(cls, token: TokenResponse) -> NewGrant:
        """Return the grant of an OAuth consent."""
        return cls(token.store_id, token.access_token, token.scopes, token.public_token)


@dataclass(frozen=True)
class CheckedGrant:
    """Facts from the new token; ``event`` is None if the check was inconclusive."""

    plan: PlanResult
    event: ConnectionEvent | None
    profile: StoreProfile | None = None

    @property
    def state(self) -> StoreState:
        """Return the store's state after the new grant and the check."""
        granted = StoreState.CONNECTING
        return granted if self.event is None else TRANSITIONS[granted][self.event]


def raise_unless_free(store_id: int, merchant: Merchant) -> None:
    """Raise StoreOwnedElsewhereError or ErasureInProgressError if ``merchant`` can't have it."""
    team = Membership.select().where(Membership.store == store_id)
    editors = {row.merchant_id for row in team if row.role != Role.READ_ONLY}
    if editors and merchant.id not in editors:
        raise StoreOwnedElsewhereError(f"store {store_id} is connected by another account")
    if StoreDataErasure.in_progress(store_id) is not None:
        raise ErasureInProgressError(
            f"the old data of store {store_id} is still being erased; retry later"
        )


def save_connection(
    runtime: Runtime,
    merchant: Merchant,
    grant: NewGrant,
    found: CheckedGrant,
    actor: Merchant | None = None,
) -> Transition:
    """Write store, grant and membership, and apply the transitions, in one transaction.

    ``actor`` is the operator who connects the store for ``merchant``. Raises as
    `raise_unless_free`.
    """
    actor = actor or merchant
    with database.atomic():
        store = _lock_or_create(grant.store_id, is_test=runtime.settings.connects_test_stores)
        # Check again now that the row is locked: another account may have been faster.
        raise_unless_free(grant.store_id, merchant)
        before = store.state
        _, is_new_team = Membership.get_or_create(merchant=merchant, store=store)
        if is_new_team:
            revoke_all(store.id, actor)
        store.connected_at = utc_now()
        if found.profile is not None:
            apply_profile(store, found.profile)
            store.probed_at = store.connected_at
        _prepare_webhooks(store, grant)
        store.save()
        replace_grant(runtime, merchant, grant)
        AuditLogEntry.record(
            store.id,
            AuditAction.STORE_CONNECTED,
            f"store {store.id}",
            actor=actor,
            before={"state": before},
            after={"source": grant.source, "owner": merchant.id},
        )
        transition = apply_transition(store, ConnectionEvent.CONSENT_GRANTED, actor=actor)
        if found.event is None:
            return transition
        detail = event_details(found.event, grant.scopes, found.plan)
        return apply_transition(store, found.event, detail=detail)


def _lock_or_create(store_id: int, *, is_test: bool) -> Store:
    """Return the store's locked row, created if necessary; the lock lasts until the commit."""
    Store.insert(
        id=store_id, name=f"Store {store_id}", state=StoreState.CONNECTING, is_test=is_test
    ).on_conflict_ignore().execute()
    StoreSummary.insert(store=store_id).on_conflict_ignore().execute()
    return lock_store(store_id)


def _prepare_webhooks(store: Store, grant: NewGrant) -> None:
    """Expect events of the new grant, or none if their signatures can't be verified."""
    if grant.uses_webhooks:
        if store.webhook_health == WebhookHealth.OFF:
            store.webhook_health, store.webhook_health_changed_at = WebhookHealth.PENDING, utc_now()
        _count_early_events(store)
        return
    store.webhook_health, store.webhook_health_changed_at = WebhookHealth.OFF, utc_now()
    store.webhook_mode = store.webhook_url = store.webhook_registered_at = None
    store.webhook_first_missed_at = store.webhook_check_due_at = None
    resolve_issue(store.id, IssueKind.WEBHOOKS_SILENT)


def _count_early_events(store: Store) -> None:
    """Count events that arrived before the consent as proof that webhooks arrive."""
    newest = (
        WebhookEvent.select(fn.MAX(WebhookEvent.received_at))
        .where(WebhookEvent.store_id == store.id)
        .scalar()
    )
    if newest is not None:
        store.last_event_at, store.webhook_health = newest, WebhookHealth.VERIFIED
        store.webhook_health_changed_at = store.webhook_health_changed_at or newest


def replace_grant(runtime: Runtime, merchant: Merchant | None, grant: NewGrant) -> None:
    """Revoke the store's grants and parked ones, and store the new one, in the transaction."""

    def seal(secret: str, column: str) -> str:
        return runtime.sealer.seal(secret, f"grant.{column}", grant.store_id)

    Grant.revoke_all(grant.store_id, reason="replaced by a new consent")
    ParkedGrant.delete_of_store(grant.store_id)
    Grant.create(
        store=grant.store_id,
        merchant=merchant,
        sealed_access_token=seal(grant.access_token, "sealed_access_token"),
        sealed_public_token=seal(grant.public_token, "sealed_public_token")
        if grant.public_token
        else None,
        sealed_client_secret=seal(grant.client_secret, "sealed_client_secret")
        if grant.client_secret
        else None,
        source=grant.source,
        scopes=sorted(grant.scopes),
        unverified_scopes=sorted(grant.unverified_scopes),
    )
