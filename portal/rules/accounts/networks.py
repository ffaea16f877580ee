"""Network of an IP address: enough to recognize an attack, and no longer one person's address."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

# Networks of all addresses together that have no row of their own.
OTHER_NETWORKS = ""
_IPV4_BITS, _IPV6_BITS = 24, 48
_IPV4_SUFFIX = f".0/{_IPV4_BITS}"


def network_of(address: str) -> str:
    """Return the network of an address: ``203.0.113.0/24``, or ``2001:db8:1::/48`` for IPv6.

    An IPv4 address that is written as IPv6 is one of IPv4. Text that is no address returns
    `OTHER_NETWORKS`.
    """
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return OTHER_NETWORKS
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    bits = _IPV6_BITS if isinstance(parsed, IPv6Address) else _IPV4_BITS
    return str(ip_network((parsed, bits), strict=False))


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
