"""Only hosts of the internet are public, in whichever way an address is written."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rules.outbound_webhooks.public_addresses import (
    is_host,
    is_local_host,
    is_public_address,
)

# A private IPv4 address inside of all forms of IPv6 that contain one, by the form's bits around it.
EMBEDDING = {
    "compatible": (0, 0),
    "mapped": (0xFFFF << 32, 0),
    "translated": (0xFFFF << 48, 0),
    "nat64": (0x64FF9B << 96, 0),
    "local nat64": (0x64FF9B0001 << 80, 0),
    "6to4": (0x2002 << 112, 80),
    "teredo": (0x20010000 << 96, 0),
    "isatap": ((0x20010DB9 << 96) | (0x5EFE << 32), 0),
}


@pytest.mark.parametrize(
    "text",
    ["8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "2a00:1450::1", "2606:4700::1111"],
)
def test_hosts_of_the_internet_are_public(text: str) -> None:
    assert is_public_address(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "192.0.0.9",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "100::1",
        "2001:2::1",
        "2001:20::1",
        "2001:db8::1",
        "3ffe::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff0e::1",
    ],
)
def test_other_addresses_are_not_public(text: str) -> None:
    assert not is_public_address(ip_address(text))


@settings(max_examples=100, database=None)
@given(ip=st.ip_addresses(v=4), form=st.sampled_from(sorted(EMBEDDING)))
def test_no_form_with_an_ipv4_address_inside_is_public(ip: object, form: str) -> None:
    bits, shift = EMBEDDING[form]

    assert not is_public_address(IPv6Address(bits | int(ip) << shift))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "0177.0.0.1",
        "127.0.0.01",
        "127.0.0.1.",
        "1.2.3.4.5",
        "a.0x1",
        "999.1.1.1",
        "2a00::1%eth0",
        "exa%6dple.com",
        "a..b",
        ".example.com",
        "",
    ],
)
def test_odd_spellings_are_no_hosts(host: str) -> None:
    assert not is_host(host)


@pytest.mark.parametrize(
    ("host", "is_local"),
    [
        ("example.com", False),
        ("example.com.", False),
        ("xn--bcher-kva.example", False),
        ("1and1.com", False),
        ("8.8.8.8", False),
        ("2a00:1450::1", False),
        ("127.0.0.1", True),
        ("::ffff:8.8.8.8", True),
        ("localhost", True),
        ("localhost.", True),
        ("intranet", True),
        ("db.internal", True),
        ("printer.home.arpa.", True),
    ],
)
def test_local_hosts_are_recognized(host: str, is_local: bool) -> None:
    assert is_host(host)
    assert is_local_host(host) == is_local
