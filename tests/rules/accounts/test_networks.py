"""A network is stored in place of an address."""

from __future__ import annotations

import pytest

from portal.rules.accounts.networks import network_in, network_of, network_text


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
