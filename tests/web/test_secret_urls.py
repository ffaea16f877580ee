"""Pages whose URL has a secret are stored nowhere, and no other site learns their URL."""

from __future__ import annotations

from flask import Flask

from portal.web.secret_pages import SECRETS_IN_URLS
from tests.web.conftest import Visitor

PAGES = ("/connect/callback?code=secret&state=secret", "/login?next=/invitations/secret")


def urls_with_tokens(app: Flask) -> list[str]:
    """Return a URL of each route that takes a token, such as those behind emailed links."""
    urls = []
    for rule in app.url_map.iter_rules():
        if any("token" in name for name in rule.arguments) and "GET" in (rule.methods or ()):
            _, url = rule.build(dict.fromkeys(rule.arguments, "secret")) or ("", "")
            urls.append(url)
    return urls


def test_no_page_with_a_secret_in_its_url_is_stored_or_sent_as_referrer(
    app: Flask, visitor: Visitor
) -> None:
    pages = [*urls_with_tokens(app), *PAGES]
    assert len(pages) >= 8

    for page in pages:
        headers = visitor.get(page).headers
        assert "no-store" in headers["Cache-Control"], page
        assert headers["Referrer-Policy"] == "same-origin", page


def test_every_token_in_a_url_has_the_name_that_the_headers_know(app: Flask) -> None:
    names = {name for rule in app.url_map.iter_rules() for name in rule.arguments}

    assert {name for name in names if "token" in name} <= SECRETS_IN_URLS


def test_other_pages_keep_their_policy(visitor: Visitor) -> None:
    headers = visitor.get("/login").headers

    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
