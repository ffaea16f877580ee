"""Rule that reports passwords that are tried at many accounts: each account sees only a few."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(hours=1)
# From one network: accounts whose password or code was refused, and tries without an account.
ACCOUNTS_OF_NETWORK, UNKNOWN_OF_NETWORK = 10, 300
# From many networks: at least so many accounts and networks, and one account of so many.
ACCOUNTS, NETWORKS, SHARE = 30, 10, 50


@dataclass(frozen=True)
class RefusedSignIns:
    """Refused sign-ins within `WINDOW`.

    ``accounts_of_network`` and ``unknown_of_network`` are the numbers of the network with most
    accounts, and of the one with most tries at addresses without an account.
    """

    accounts_of_network: int
    unknown_of_network: int
    accounts: int
    networks: int


def is_spray(refused: RefusedSignIns, all_accounts: int, *, is_open: bool) -> bool:
    """Return whether the alert is open; an open one is resolved below half of the numbers."""
    weight = 2 if is_open else 1
    many = max(ACCOUNTS, -(-all_accounts // SHARE))
    is_distributed = weight * refused.accounts >= many and weight * refused.networks >= NETWORKS
    return (
        is_distributed
        or weight * refused.accounts_of_network >= ACCOUNTS_OF_NETWORK
        or weight * refused.unknown_of_network >= UNKNOWN_OF_NETWORK
    )
