"""The text of a key says which key it is, and whether it is for test stores."""

from __future__ import annotations

import pytest

from portal.services.api_keys.channel_keys import prefix_in, split_key


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("mp_1f0c9a7be2d4_a_b", ("1f0c9a7be2d4", "a_b")),
        ("mp_test_1f0c9a7be2d4_a_b", ("1f0c9a7be2d4", "a_b")),
        ("mp_1f0c9a7be2d4", ("1f0c9a7be2d4", "")),
        ("mp_test_1f0c9a7be2d4", ("1f0c9a7be2d4", "")),
        ("mp_", ("", "")),
        ("sk_1f0c9a7be2d4_a", ("", "")),
        ("", ("", "")),
    ],
)
def test_key_is_split_into_prefix_and_secret(text: str, parts: tuple[str, str]) -> None:
    assert split_key(text) == parts


@pytest.mark.parametrize("beginning", ["", "mp_", "mp_test_"])
@pytest.mark.parametrize("end", ["", "_…", "_secret_text"])
def test_prefix_is_found_in_what_lists_show(beginning: str, end: str) -> None:
    assert prefix_in(f"{beginning}1f0c9a7be2d4{end}") == "1f0c9a7be2d4"
