"""A network is stored in place of an address."""

from __future__ import annotations

import pytest

from portal.rules.accounts.networks import (
    caller_network,
    is_this_machine,
    network_in,
    network_of,
    network_text,
)


@pytest.mark.parametrize(
    ("address", "network", "text"),
    [
        ("203.0.113.77", "203.0.113.0/24", "203.0.113.x"),
        ("::ffff:203.0.113.77", "203.0.113.0/24", "203.0.113.x"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", "2001:db8:1::x"),
        ("fe80::1%eth0", "fe80::/48", "fe80::x"),
        ("::1", "::/48", "::x"),
        ("", "", ""),
        ("203.0.113.0/24", "", ""),
        ("unix:", "", ""),
    ],
)
def test_only_the_network_of_an_address_is_kept(address: str, network: str, text: str) -> None:
    assert network_of(address) == network
    assert network_text(network) == text


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("203.0.113.x", "203.0.113.0/24"),
        ("203.0.113.0/24", "203.0.113.0/24"),
        (" 203.0.113.9 ", "203.0.113.0/24"),
        ("2001:db8:1::/48", "2001:db8:1::/48"),
        ("2001:db8:1::x", "2001:db8:1::/48"),
        ("", None),
        ("x", None),
    ],
)
def test_network_is_typed_in_several_ways(text: str, network: str | None) -> None:
    assert network_in(text) == network


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("203.0.113.9", "203.0.113.9/32"),
        ("::ffff:203.0.113.9", "203.0.113.9/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("203.0.113.9:4711", "unknown"),
        ("x" * 250_000, "unknown"),
        ("", "unknown"),
    ],
)
def test_one_caller_is_an_ipv4_address_or_the_link_of_an_ipv6_address(
    address: str, caller: str
) -> None:
    assert caller_network(address) == caller


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_only_a_loopback_address_is_of_this_machine(address: str, expected: bool) -> None:
    assert is_this_machine(address) is expected
