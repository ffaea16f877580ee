"""Parked grants: tokens of installs from Ecwid's App Market until an account claims them.

An authorization code is valid for a few minutes, and a sign-up by e-mail may take longer. So the
code is exchanged at once, and the sealed token waits for a week. Only its claim token, a secret
that the browser of the install has, leads to it. See docs/decisions/parked-grants.md.
"""

from __future__ import annotations

import structlog

from portal.ecwid.errors import EcwidError
from portal.ecwid.oauth import TokenResponse
from portal.errors import RecordError, SealedSecretError
from portal.models import PARKED_GRANT_LIFETIME, ParkedGrant, database, utc_now
from portal.services.connection.connect_store import raise_on_mismatch
from portal.services.connection.store_profile import fetch_profile
from portal.services.link_tokens import new_token, token_digest
from portal.services.runtime import Runtime
from portal.services.work.delete_batches import delete_batches

log = structlog.get_logger(__name__)


def park_grant(runtime: Runtime, token: TokenResponse, callback_store_id: int | None) -> str:
    """Store a token until an account claims it; return the claim token.

    An earlier parked grant of the store is deleted, because the new consent may have invalidated
    its token. Raises StoreMismatchError if token and callback name different stores.
    """
    raise_on_mismatch(token, callback_store_id)
    claim_token = new_token()
    with database.atomic():
        ParkedGrant.delete_of_store(token.store_id)
        _insert(runtime, token, claim_token)
    log.info("grant.parked", store=token.store_id)
    return claim_token


def read_store_name(runtime: Runtime, token: TokenResponse) -> str:
    """Return the name of the token's store; "" if Ecwid doesn't return it now."""
    # The token is new, so an earlier verdict on it no longer applies.
    runtime.mark_token_valid(token.access_token)
    try:
        client = runtime.client_with(token.store_id, token.access_token)
        return fetch_profile(client, token.scopes).name
    except (EcwidError, RecordError) as error:
        log.warning("grant.store_unread", store=token.store_id, error=type(error).__name__)
        return ""


def parked_grant(claim_token: str) -> ParkedGrant | None:
    """Return the parked grant of a claim token; None if it is unknown, used or expired."""
    found: ParkedGrant | None = ParkedGrant.get_or_none(
        ParkedGrant.token_digest == token_digest(claim_token), ParkedGrant.expires_at > utc_now()
    )
    return found


def take_parked_grant(runtime: Runtime, claim_token: str) -> TokenResponse | None:
    """Delete a parked grant and return its token; None if it is unknown, used or expired.

    Of two callers only one gets the token. A token that our keys can't open is of no use: None.
    """
    parked = parked_grant(claim_token)
    if parked is None or ParkedGrant.delete().where(ParkedGrant.id == parked.id).execute() != 1:
        return None

    def open_secret(sealed: str, column: str) -> str:
        return runtime.sealer.open(sealed, f"parked_grant.{column}", parked.token_digest)

    try:
        return TokenResponse(
            store_id=parked.store_id,
            access_token=open_secret(parked.sealed_access_token, "sealed_access_token"),
            scopes=frozenset(parked.scopes),
            public_token=parked.sealed_public_token
            and open_secret(parked.sealed_public_token, "sealed_public_token"),
        )
    except SealedSecretError:
        log.warning("grant.unopenable", store=parked.store_id)
        return None


def return_parked_grant(runtime: Runtime, token: TokenResponse, claim_token: str) -> None:
    """Park a token again that could not be used yet, unless its store has a newer one."""
    with database.atomic():
        if not ParkedGrant.select().where(ParkedGrant.store_id == token.store_id).exists():
            _insert(runtime, token, claim_token)


def prune_parked_grants(runtime: Runtime) -> int:
    """Delete expired parked grants within a limited time; return their number."""
    return delete_batches(runtime.write_lock, ParkedGrant.expires_at <= utc_now(), ParkedGrant.id)


def _insert(runtime: Runtime, token: TokenResponse, claim_token: str) -> None:
    digest = token_digest(claim_token)

    def seal(secret: str, column: str) -> str:
        return runtime.sealer.seal(secret, f"parked_grant.{column}", digest)

    ParkedGrant.create(
        token_digest=digest,
        store_id=token.store_id,
        sealed_access_token=seal(token.access_token, "sealed_access_token"),
        sealed_public_token=seal(token.public_token, "sealed_public_token")
        if token.public_token
        else None,
        scopes=sorted(token.scopes),
        expires_at=utc_now() + PARKED_GRANT_LIFETIME,
    )
