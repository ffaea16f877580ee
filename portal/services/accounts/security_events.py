"""Record of security events."""

from __future__ import annotations

from portal.rules.accounts.networks import network_of
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.runtime import Runtime


def record_security_event(
    runtime: Runtime,
    kind: SecurityEventKind,
    *,
    merchant_id: int | None = None,
    store_id: int | None = None,
    ip_address: str = "",
    endpoint: str = "",
) -> None:
    """Count an event of an account, if it is known, from an address at an endpoint's name.

    Returns at once and never fails: the event is in the database a second later, see
    `portal.services.background.security_event_counter`. Only the network of the address is stored.
    """
    runtime.security_events.count(
        kind,
        merchant_id=merchant_id,
        store_id=store_id,
        network=network_of(ip_address),
        endpoint=endpoint,
    )
