"""Network of an IP address: enough to recognize an attack, and no longer one person's address.

Rate limits count smaller ones: what one person can use.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Networks of all addresses together that have no row of their own.
OTHER_NETWORKS = ""
UNKNOWN_CALLER = "unknown"
_IPV4_BITS, _IPV6_BITS = 24, 48
_CALLER_IPV6_BITS = 64
_IPV4_SUFFIX = f".0/{_IPV4_BITS}"


def network_of(address: str) -> str:
    """Return the network of an address: ``203.0.113.0/24``, or ``2001:db8:1::/48`` for IPv6.

    An IPv4 address that is written as IPv6 is one of IPv4. Text that is no address returns
    `OTHER_NETWORKS`.
    """
    parsed = _parsed(address)
    if parsed is None:
        return OTHER_NETWORKS
    bits = _IPV6_BITS if isinstance(parsed, IPv6Address) else _IPV4_BITS
    return str(ip_network((parsed, bits), strict=False))


def caller_network(address: str) -> str:
    """Return what rate limits count as one caller: an IPv4 address, or the /64 of an IPv6 address.

    Each network link has a /64, so one person can use all of its addresses (RFC 4291, section
    2.5.4). All texts that are no address are one caller.
    """
    parsed = _parsed(address)
    if parsed is None:
        return UNKNOWN_CALLER
    bits = _CALLER_IPV6_BITS if isinstance(parsed, IPv6Address) else parsed.max_prefixlen
    return str(ip_network((parsed, bits), strict=False))


def is_this_machine(address: str) -> bool:
    """Return whether a request comes from the machine that serves it."""
    parsed = _parsed(address)
    return parsed is not None and parsed.is_loopback


def network_text(network: str) -> str:
    """Return a network as people read it: ``203.0.113.x``, or ``2001:db8:1::x``."""
    if network.endswith(_IPV4_SUFFIX):
        return f"{network.removesuffix(_IPV4_SUFFIX)}.x"
    return f"{network.removesuffix(f'/{_IPV6_BITS}')}x" if network else ""


def network_in(text: str) -> str | None:
    """Return the network that a person means by an address or a network; None if it is neither."""
    address = text.strip().lower().removesuffix(f"/{_IPV4_BITS}").removesuffix(f"/{_IPV6_BITS}")
    if address.endswith("x"):
        address = f"{address.removesuffix('x')}{'0' if '.' in address else ''}"
    return network_of(address) or None


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """Return the address without a zone; IPv4 if it is an IPv4 address that is written as IPv6."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed
