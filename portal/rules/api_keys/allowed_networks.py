"""Networks from which a key may be used: how they are read, compared and shown.

A network has one spelling, the canonical one of RFC 5952 for IPv6, so what the page shows is what
counts. Texts that programs read in different ways are refused instead of guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from portal.errors import InvalidFieldError

NETWORKS_LIMIT = 20
LONGEST_TEXT = 43  # an IPv6 address with all digits, and its prefix length
FIELD = "allowed_networks"
_SPELLING = re.compile(r"[0-9A-Fa-f.:]{2,39}(/[0-9]{1,3})?", re.ASCII)
# From https://www.iana.org/assignments/iana-ipv6-special-registry and RFC 4291, section 2.7:
# deprecated forms, and forms with an IPv4 address inside, which nobody sends from as such.
_REFUSED = (
    ip_network("::/96"),  # IPv4-compatible addresses (RFC 4291); also :: and ::1
    ip_network("::ffff:0:0/96"),  # IPv4-mapped addresses: write the IPv4 address
    ip_network("64:ff9b::/96"),  # translated addresses (RFC 6052)
    ip_network("2001::/32"),  # Teredo
    ip_network("2002::/16"),  # 6to4 (RFC 7526)
    ip_network("3ffe::/16"),  # 6bone (RFC 3701)
    ip_network("fec0::/10"),  # site-local (RFC 3879)
    ip_network("ff00::/8"),  # multicast
    ip_network("224.0.0.0/4"),  # multicast
    ip_network("0.0.0.0/8"),  # "this network"
)
_PREFIX_LENGTHS = {4: 24, 6: 48}

Network = IPv4Network | IPv6Network


def parse_networks(texts: Iterable[str]) -> list[str]:
    """Return networks in their canonical spelling, sorted and without duplicates.

    A single address becomes a network of one address. Raises InvalidFieldError with the position
    of the text that is no network, or that says more or less than it seems to.
    """
    given = list(texts)
    if len(given) > NETWORKS_LIMIT:
        raise InvalidFieldError(FIELD, "too_long", f"has at most {NETWORKS_LIMIT} networks")
    found = {_parse(text.strip(), f"{FIELD}[{n}]") for n, text in enumerate(given)}
    return [str(each) for each in sorted(found, key=_order)]


def is_allowed_address(address: str | None, networks: Sequence[str]) -> bool:
    """Return whether a client's address is in one of the networks; without any, all are.

    An unknown address is in none.
    """
    if not networks:
        return True
    known = _address(address)
    return known is not None and any(known in ip_network(text) for text in networks)


def are_within(networks: Sequence[str], outer: Sequence[str]) -> bool:
    """Return whether all ``networks`` are inside ``outer``; no network means all addresses."""
    if not outer:
        return True
    wide = [ip_network(text) for text in outer]
    return bool(networks) and all(
        any(_is_inside(ip_network(text), each) for each in wide) for text in networks
    )


def address_prefix(address: str | None) -> str:
    """Return the network of a client without the part that identifies a person's device.

    That is a /24 of IPv4 and a /48 of IPv6, empty for an unknown address.
    """
    known = _address(address)
    if known is None:
        return ""
    return str(ip_network(f"{known}/{_PREFIX_LENGTHS[known.version]}", strict=False))


def _parse(text: str, field: str) -> Network:
    if len(text) > LONGEST_TEXT or not _SPELLING.fullmatch(text):
        problem = "must be a network such as 203.0.113.0/24 or 2001:db8::/32"
        raise InvalidFieldError(field, "invalid_format", problem)
    try:
        network = ip_network(text, strict=False)
    except ValueError as error:
        problem = "must be a network such as 203.0.113.0/24 or 2001:db8::/32"
        raise InvalidFieldError(field, "invalid_format", problem) from error
    if str(network.network_address) != _canonical(text.partition("/")[0]):
        raise InvalidFieldError(field, "invalid_format", f"must be {network}, if you mean that")
    if network.prefixlen == 0:
        problem = "must be a part of the internet; leave the list empty to allow all of it"
        raise InvalidFieldError(field, "not_allowed", problem)
    if any(_is_inside(network, each) or _is_inside(each, network) for each in _REFUSED):
        problem = "must not contain deprecated, translated or multicast addresses"
        raise InvalidFieldError(field, "not_allowed", problem)
    return network


def _canonical(text: str) -> str:
    return str(ip_address(text))


def _address(text: str | None) -> IPv4Address | IPv6Address | None:
    """Return a client's address; a dual-stack socket reports IPv4 clients as mapped addresses."""
    try:
        known = ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else None
    return known if mapped is None else mapped


def _is_inside(network: Network, outer: Network) -> bool:
    if isinstance(network, IPv4Network) and isinstance(outer, IPv4Network):
        return network.subnet_of(outer)
    if isinstance(network, IPv6Network) and isinstance(outer, IPv6Network):
        return network.subnet_of(outer)
    return False


def _order(network: Network) -> tuple[int, int, int]:
    return network.version, int(network.network_address), network.prefixlen
