"""Compressed pages, and the responses that stay uncompressed because of secrets."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.models import Merchant, Store
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.connection.connect_link_tokens import link_token
from portal.services.connection.connect_links import create_link
from portal.services.runtime import Runtime
from portal.web.compression import MAX_PADDING_BYTES
from tests.factories import make_merchant, make_store
from tests.web.conftest import PASSWORD, PASSWORD_HASH, Visitor
from tests.web.live_polls import poll
from tests.web.page_walk import page_requests
from tests.web.route_rows import make_rows

OWN = {"Accept-Encoding": "gzip, deflate, br, zstd", "Sec-Fetch-Site": "same-origin"}


# Without a session, and with made-up secrets as examples.
PUBLIC_PAGES = {"api_docs.index"}
# Texts of random bytes in base64 or hex. UUIDs are IDs of Ecwid's events.
_LONG = re.compile(r"[\w-]{16,}")
_UUID = re.compile(r"\w{8}-\w{4}-\w{4}-\w{4}-\w{12}")
# IDs that open nothing: of a delivery, and digests of equal failures and of a live part.
_IDS = re.compile(r"msg_\w{32}|failing-[\w-]+|[0-9a-f]{16}")


def is_compressed(response: TestResponse) -> bool:
    return response.headers.get("Content-Encoding") == "gzip"


def text_of(response: TestResponse) -> str:
    data = response.get_data()
    return (gzip.decompress(data) if is_compressed(response) else data).decode(errors="replace")


def random_words(text: str) -> set[str]:
    """Return the texts that look like random bytes: long, with digits and letters."""
    return {
        word
        for word in _LONG.findall(text)
        if not _UUID.fullmatch(word)
        and not _IDS.fullmatch(word)
        and re.search(r"\d", word)
        and (
            re.search("[a-z].*[A-Z]|[A-Z].*[a-z]", word)
            or re.fullmatch("[0-9a-f]+|[A-Z0-9]+", word)
        )
    }


def assert_kept_plain(response: TestResponse) -> None:
    assert response.status_code == 200
    assert "Content-Encoding" not in response.headers
    assert "no-store" in response.headers["Cache-Control"]


@pytest.fixture
def store(merchant: Merchant) -> Store:
    return make_store(merchant)


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_page_is_compressed_for_a_browser_on_the_portals_pages(
    browser: Visitor, store: Store, site: str
) -> None:
    plain = browser.get("/stores")
    response = browser.get("/stores", headers=OWN | {"Sec-Fetch-Site": site})

    assert is_compressed(response)
    assert text_of(response).endswith("</html>")
    assert len(response.data) < len(plain.data) / 2
    assert response.content_length == len(response.data)
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(response.vary)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", None])
def test_page_is_not_compressed_if_another_site_may_have_caused_the_request(
    browser: Visitor, store: Store, site: str | None
) -> None:
    headers = {"Accept-Encoding": "gzip"} | ({} if site is None else {"Sec-Fetch-Site": site})

    response = browser.get("/stores", headers=headers)

    assert "Content-Encoding" not in response.headers
    # A cache would otherwise give one browser's response to another.
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(response.vary)


def test_page_is_not_compressed_for_a_program_that_takes_no_gzip(browser: Visitor) -> None:
    response = browser.get("/stores", headers=OWN | {"Accept-Encoding": "br"})

    assert "Content-Encoding" not in response.headers


def test_size_of_the_same_page_varies_by_up_to_100_bytes(browser: Visitor, store: Store) -> None:
    responses = [browser.get("/account", headers=OWN) for _ in range(40)]
    names = [response.data[10 : response.data.index(b"\0", 10)] for response in responses]

    assert {response.data[3] for response in responses} == {8}
    assert all(set(name) <= set(b"a") and len(name) < MAX_PADDING_BYTES for name in names)
    assert len({len(name) for name in names}) > 15
    assert len({len(response.data) for response in responses}) > 15


def test_poll_of_a_live_part_is_compressed_in_the_same_way(browser: Visitor, store: Store) -> None:
    page = browser.get(f"/stores/{store.id}")
    news = poll(browser, page, "old", **OWN)
    foreign = poll(browser, page, "old", **(OWN | {"Sec-Fetch-Site": "cross-site"}))
    unchanged = poll(browser, page, **OWN)

    assert is_compressed(news)
    assert "data-live-version" in text_of(news)
    assert not is_compressed(foreign)
    assert (unchanged.status_code, unchanged.data) == (204, b"")
    # The headers are all that such a poll costs.
    assert len(str(unchanged.headers)) < len(str(news.headers)) - 500


def test_secret_of_a_second_factor_is_not_compressed_until_it_is_confirmed(
    browser: Visitor,
) -> None:
    before = browser.get("/account/second-factor", headers=OWN)
    browser.post("/account/second-factor", password=PASSWORD)
    pages = [browser.get("/account/second-factor", headers=OWN) for _ in range(2)]

    assert is_compressed(before)
    assert random_words(text_of(pages[0])) & random_words(text_of(pages[1]))
    assert_kept_plain(pages[0])


def test_new_secret_is_not_compressed(browser: Visitor) -> None:
    key = {"name": "ERP", "store": "all", "scopes": ["read_orders"], "password": PASSWORD}
    created = browser.post("/account/keys", **key)

    shown = browser.get(created.location, headers=OWN)

    assert "Copy it now" in text_of(shown)
    assert_kept_plain(shown)


def test_page_with_a_url_that_opens_something_is_not_compressed(
    app: Flask, runtime: Runtime
) -> None:
    admin = make_merchant(operator_role=OperatorRole.ADMIN)
    link = create_link(admin, "Clay & Co", email="clay@example.com")
    token = link_token(runtime.settings.secret_keys, link)
    browser = Visitor(app).force_login(admin)

    for path in (f"/operator/onboarding/{link.id}", f"/connect/link/{token}"):
        page = browser.get(path, headers=OWN)
        assert token in text_of(page), path
        assert_kept_plain(page)
    assert is_compressed(browser.get("/operator/onboarding", headers=OWN))


def test_sign_in_page_that_leads_to_a_secret_url_is_not_compressed(visitor: Visitor) -> None:
    assert is_compressed(visitor.get("/login", headers=OWN))
    assert_kept_plain(visitor.get("/login?next=/invitations/secret", headers=OWN))


def test_no_compressed_page_repeats_a_text_that_looks_like_a_secret(
    app: Flask, runtime: Runtime
) -> None:
    owner = make_merchant(
        email="owner@example.com", operator_role=OperatorRole.ADMIN, password_hash=PASSWORD_HASH
    )
    staff = make_merchant(email="staff@example.com")
    rows = make_rows(runtime, owner, staff, invited=make_merchant(email="guest@example.com"))
    browser = Visitor(app).force_login(owner)
    browser.client.environ_base |= {
        "HTTP_ACCEPT_ENCODING": "gzip",
        "HTTP_SEC_FETCH_SITE": "same-origin",
    }
    compressed, plain, repeated = set(), set(), {}
    for number, page in enumerate(page_requests(app, rows)):
        one, other = (page.send(browser, {}, number) for _ in range(2))
        is_page = one.status_code == 200 and "<!DOCTYPE html>" in text_of(one)
        if not is_page or page.name in PUBLIC_PAGES:
            continue
        (compressed if is_compressed(one) else plain).add(page.name)
        words = random_words(text_of(one)) & random_words(text_of(other)) - random_words(page.path)
        if is_compressed(one) and words:
            repeated[page.name] = words

    assert repeated == {}
    # The link of the onboarding is found, so the search finds secrets.
    assert plain == {"account.one_time_secret", "operator.show_onboarding"}
    assert len(compressed) > 100
