"""Addresses of the internet that requests may be sent to; all others could reach a private network.

Python's `is_global` accepts deprecated forms of IPv6, and forms with an IPv4 address inside, which
a router or NAT64 translates to that address.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

# All other addresses are local, multicast, reserved or contain an IPv4 address: IPv4-compatible,
# mapped and translated ones (RFC 4291, 6052, 8215), and site-local ones (RFC 3879).
_GLOBAL_UNICAST = ip_network("2000::/3")
# From https://www.iana.org/assignments/iana-ipv6-special-registry and iana-ipv4-special-registry.
_SPECIAL = (
    ip_network("2001::/23"),  # protocols, such as Teredo
    ip_network("2001:db8::/32"),  # documentation
    ip_network("2002::/16"),  # 6to4 (RFC 7526)
    ip_network("3ffe::/16"),  # 6bone (RFC 3701)
    ip_network("3fff::/20"),  # documentation
    ip_network("192.0.0.0/24"),  # protocols
    ip_network("192.88.99.0/24"),  # relays of 6to4
)
# Interface identifiers of ISATAP (RFC 5214): an IPv4 address follows.
_ISATAP = (0x00005EFE, 0x02005EFE)
_DECIMAL_PART = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?", re.ASCII)
_LOCAL_ENDS = (".localhost", ".local", ".localdomain", ".internal", ".home.arpa")


def is_public_address(address: Address) -> bool:
    """Return whether an address is one of a host on the internet."""
    if not address.is_global or address.is_multicast:
        return False
    if any(address in network for network in _SPECIAL if network.version == address.version):
        return False
    if isinstance(address, IPv4Address):
        return True
    return address in _GLOBAL_UNICAST and (int(address) >> 32) & 0xFFFFFFFF not in _ISATAP


def is_host(host: str) -> bool:
    """Return whether a text in lower case is a name, or an address in its usual spelling.

    Programs read numbers such as ``2130706433``, ``0x7f.1`` and ``127.1`` as IPv4 addresses.
    """
    if _parsed(host) is not None:
        return "%" not in host  # a zone is a network of this machine
    last = host.removesuffix(".").rpartition(".")[2]
    return bool(_NAME.fullmatch(host)) and not _DECIMAL_PART.fullmatch(last)


def is_local_host(host: str) -> bool:
    """Return whether a valid host can't be reached from the internet, as far as its text shows."""
    address = _parsed(host)
    if address is not None:
        return not is_public_address(address)
    name = host.removesuffix(".")
    return "." not in name or name.endswith(_LOCAL_ENDS)


def _parsed(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
