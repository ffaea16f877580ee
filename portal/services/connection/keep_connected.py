"""Keeps the store of an owner connected after somebody else's consent to it.

Each consent may invalidate the store's earlier token (assumed: Ecwid doesn't document it). Anybody
who is staff at Ecwid can give one, and is refused here, because the store has an owner. The new
token is Ecwid's own for this app and store, so it replaces a dead one: see
docs/decisions/refused-consents.md.
"""

from __future__ import annotations

import structlog

from portal.ecwid.errors import EcwidError, EcwidTokenError
from portal.ecwid.oauth import TokenResponse
from portal.errors import PortalError, RecordError
from portal.models import Grant, Store, TimelineEntry, database
from portal.rules.connection.grant_sources import GrantSource
from portal.rules.connection.store_states import TOKENLESS_STATES
from portal.services.connection.apply_transition import lock_store
from portal.services.connection.save_connection import NewGrant, replace_grant
from portal.services.connection.store_profile import fetch_profile
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def keep_connected(runtime: Runtime, token: TokenResponse) -> bool:
    """Replace the token of a connected store if ``token``'s consent has ended it.

    Return whether it was replaced. A store whose ended token can't be replaced is checked soon: the
    check stops it, and the owner gets an email. Does nothing for a store without an OAuth consent.
    """
    store = Store.get_or_none(Store.id == token.store_id)
    grant = Grant.active_for(token.store_id)
    if store is None or grant is None or store.state in TOKENLESS_STATES:
        return False
    if grant.source != GrantSource.OAUTH or not _is_ended(runtime, store.id):
        return False
    if not (set(grant.scopes) <= token.scopes and _is_of_store(runtime, token)):
        runtime.request_probe(store.id)
        return False
    with database.atomic():
        lock_store(store.id)
        if not grant.is_still_active():
            return False
        replace_grant(runtime, grant.merchant, NewGrant.of_consent(token))
        TimelineEntry.record(store.id, "token_replaced")
    runtime.request_probe(store.id)
    log.warning("connect.owner_kept", store=store.id)
    return True


def _is_ended(runtime: Runtime, store_id: int) -> bool:
    try:
        runtime.client(store_id).profile()
    except EcwidTokenError:
        return True
    except PortalError:
        # Nobody knows now; the hourly check finds it.
        return False
    return False


def _is_of_store(runtime: Runtime, token: TokenResponse) -> bool:
    runtime.mark_token_valid(token.access_token)
    try:
        client = runtime.client_with(token.store_id, token.access_token)
        return fetch_profile(client, token.scopes).store_id == token.store_id
    except (EcwidError, RecordError):
        return False
