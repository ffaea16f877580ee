"""Networks of API keys have one spelling, and an address is in them or not."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv6Address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.errors import InvalidFieldError
from portal.rules.api_keys.allowed_networks import (
    NETWORKS_LIMIT,
    address_prefix,
    are_within,
    is_allowed_address,
    parse_networks,
)


@pytest.mark.parametrize(
    ("given_texts", "expected"),
    [
        ([], []),
        (["203.0.113.7"], ["203.0.113.7/32"]),
        ([" 203.0.113.0/24 ", "203.0.113.0/24"], ["203.0.113.0/24"]),
        (["2001:DB8::/32"], ["2001:db8::/32"]),
        (["2001:0db8:0:0::1"], ["2001:db8::1/128"]),
        (
            ["2001:db8::/32", "10.0.0.0/8", "2.0.0.0/8"],
            ["2.0.0.0/8", "10.0.0.0/8", "2001:db8::/32"],
        ),
    ],
)
def test_networks_get_their_canonical_spelling(given_texts: list[str], expected: list[str]) -> None:
    assert parse_networks(given_texts) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "invalid_format"),
        ("example.com", "invalid_format"),
        ("203.0.113.0/33", "invalid_format"),
        ("203.0.113.0/255.255.255.0", "invalid_format"),
        ("203.0.113.0/0.0.0.255", "invalid_format"),
        ("203.0.113.0/+24", "invalid_format"),
        ("203.0.113", "invalid_format"),
        ("3405803783", "invalid_format"),
        ("0xcb007107", "invalid_format"),
        ("0313.0.0161.07", "invalid_format"),
        ("203.0.113.007", "invalid_format"),
        ("\uff12\uff10\uff13.0.113.7", "invalid_format"),
        ("[2001:db8::1]", "invalid_format"),
        ("fe80::1%eth0", "invalid_format"),
        ("203.0.113.7/24", "invalid_format"),
        ("2001:db8::1/32", "invalid_format"),
        ("0.0.0.0/0", "not_allowed"),
        ("::/0", "not_allowed"),
        ("::ffff:203.0.113.7", "not_allowed"),
        ("::203.0.113.7", "not_allowed"),
        ("2002:cb00:7107::/48", "not_allowed"),
        ("2001::/32", "not_allowed"),
        ("2000::/3", "not_allowed"),
        ("3ffe::/16", "not_allowed"),
        ("fec0::/48", "not_allowed"),
        ("64:ff9b::/96", "not_allowed"),
        ("ff02::1", "not_allowed"),
        ("224.0.0.1", "not_allowed"),
        ("0.0.0.0/8", "not_allowed"),
    ],
)
def test_deprecated_and_ambiguous_networks_are_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        parse_networks(["10.0.0.0/8", text])

    assert (refused.value.code, refused.value.field) == (code, "allowed_networks[1]")


def test_network_with_the_address_of_a_host_is_refused_with_the_network_that_may_be_meant() -> None:
    with pytest.raises(InvalidFieldError, match=r"must be 203\.0\.113\.0/24, if you mean that"):
        parse_networks(["203.0.113.7/24"])


def test_a_key_has_a_limited_number_of_networks() -> None:
    most = [f"10.0.{n}.0/24" for n in range(NETWORKS_LIMIT)]

    assert len(parse_networks(most)) == NETWORKS_LIMIT
    with pytest.raises(InvalidFieldError, match="has at most 20 networks"):
        parse_networks([*most, "10.1.0.0/24"])


@pytest.mark.parametrize(
    ("address", "networks", "is_allowed"),
    [
        ("203.0.113.7", [], True),
        (None, [], True),
        (None, ["203.0.113.0/24"], False),
        ("nonsense", ["203.0.113.0/24"], False),
        ("203.0.113.7", ["203.0.113.0/24"], True),
        ("203.0.114.7", ["203.0.113.0/24"], False),
        ("::ffff:203.0.113.7", ["203.0.113.0/24"], True),
        ("2001:db8::7", ["203.0.113.0/24", "2001:db8::/32"], True),
        ("2001:db9::7", ["203.0.113.0/24", "2001:db8::/32"], False),
        ("fe80::1%eth0", ["fe80::/10"], True),
    ],
)
def test_address_is_allowed_in_its_networks_only(
    address: str | None, networks: list[str], is_allowed: bool
) -> None:
    assert is_allowed_address(address, networks) is is_allowed


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ([], [], True),
        (["10.0.0.0/8"], [], True),
        ([], ["10.0.0.0/8"], False),
        (["10.1.0.0/16", "10.2.3.4/32"], ["10.0.0.0/8"], True),
        (["10.1.0.0/16", "11.0.0.0/8"], ["10.0.0.0/8"], False),
        (["2001:db8:1::/48"], ["10.0.0.0/8", "2001:db8::/32"], True),
        (["10.0.0.0/8"], ["10.1.0.0/16"], False),
    ],
)
def test_networks_within_others_allow_no_more(
    inner: list[str], outer: list[str], expected: bool
) -> None:
    assert are_within(inner, outer) is expected


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("", ""),
        (None, ""),
        ("unix", ""),
    ],
)
def test_prefix_of_an_address_names_no_device(address: str | None, prefix: str) -> None:
    assert address_prefix(address) == prefix


@settings(max_examples=100)
@given(st.ip_addresses(v=6), st.integers(min_value=1, max_value=128))
def test_every_accepted_network_is_read_again_as_itself(address: IPv6Address, length: int) -> None:
    text = str(ip_network(f"{address}/{length}", strict=False))

    with suppress(InvalidFieldError):
        parsed = parse_networks([text.upper()])
        assert parsed == [text] == parse_networks(parsed)
