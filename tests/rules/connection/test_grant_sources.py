"""Texts that a person may enter as a token or a client secret."""

from __future__ import annotations

import pytest

from portal.rules.connection.grant_sources import SECRET_LIMIT, is_secret_text


@pytest.mark.parametrize("text", ["secret_4f0Q", "x" * SECRET_LIMIT, "a+b/c=="])
def test_a_secret_is_any_text_that_fits_a_header(text: str) -> None:
    assert is_secret_text(text)


@pytest.mark.parametrize("text", ["a b", "x" * (SECRET_LIMIT + 1), "é", "a\nb", "a\x00"])
def test_a_text_that_fits_no_header_is_no_secret(text: str) -> None:
    assert not is_secret_text(text)
