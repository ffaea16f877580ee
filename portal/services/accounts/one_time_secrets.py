"""Secrets that a page shows once: kept sealed in the session of one browser for some minutes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from portal.errors import SealedSecretError
from portal.models import BrowserSession, utc_now
from portal.sealing import Sealer
from portal.services.runtime import Runtime

# Long enough for a slow network, short enough that a browser left open shows nothing.
LIFETIME = timedelta(minutes=10)
_COLUMN = "browser_session.sealed_one_time_secret"


@dataclass(frozen=True)
class OneTimeSecret:
    """A secret of several texts, such as recovery codes, with facts for the page that shows it."""

    kind: str
    texts: Sequence[str]
    facts: Mapping[str, Any] = field(default_factory=dict)


def keep_one_time_secret(sealer: Sealer, session_id: int, secret: OneTimeSecret) -> None:
    """Keep a secret for the next page of a session; it replaces one that nobody has seen."""
    sealed = sealer.seal(json.dumps(asdict(secret)), _COLUMN, session_id)
    BrowserSession.update(
        sealed_one_time_secret=sealed, one_time_secret_until=utc_now() + LIFETIME
    ).where(BrowserSession.id == session_id).execute()


def take_one_time_secret(sealer: Sealer, session_id: int, kind: str) -> OneTimeSecret | None:
    """Return the secret of a session to its first reader, and delete it.

    None if it was shown already, has expired, or is of another kind.
    """
    row = BrowserSession.get_or_none(BrowserSession.id == session_id)
    if row is None or row.sealed_one_time_secret is None:
        return None
    sealed = row.sealed_one_time_secret
    try:
        secret = OneTimeSecret(**json.loads(sealer.open(sealed, _COLUMN, session_id)))
    except SealedSecretError:
        return None
    is_late = row.one_time_secret_until <= utc_now()
    if secret.kind != kind and not is_late:
        return None
    # Of two requests at the same time, only one deletes it.
    deleted: int = (
        BrowserSession.update(sealed_one_time_secret=None, one_time_secret_until=None)
        .where(BrowserSession.id == session_id, BrowserSession.sealed_one_time_secret == sealed)
        .execute()
    )
    return secret if deleted == 1 and not is_late else None


def prune_one_time_secrets(_runtime: Runtime) -> int:
    """Delete the secrets that nobody came to see; return how many."""
    deleted: int = (
        BrowserSession.update(sealed_one_time_secret=None, one_time_secret_until=None)
        .where(BrowserSession.one_time_secret_until <= utc_now())
        .execute()
    )
    return deleted
