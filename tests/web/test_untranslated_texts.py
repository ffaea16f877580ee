"""In a language with other letters, no page and no email shows a text in English."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import Locale
from flask import Flask

import portal.email
from portal.models import Merchant, QueuedEmail
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.notifications.queued_emails import _CONTENT
from portal.services.runtime import Runtime
from portal.web.app import create_app
from tests.factories import make_merchant
from tests.pseudo_language import PSEUDO, offer, write_pseudo_catalog
from tests.test_email import ACCOUNT_LETTERS, FACTS, words, write
from tests.web.change_requests import CHANGES, Change
from tests.web.change_sender import Sender, make_world
from tests.web.conftest import PASSWORD_HASH, Visitor
from tests.web.page_walk import page_requests
from tests.web.route_rows import make_rows
from tests.web.visible_texts import plain_runs, stored_texts, visible_texts

# The tests of each page measure its code.
pytestmark = pytest.mark.unmeasured
# Words that are the same in all languages. Babel writes dates of the pseudo language in English.
SAME = re.compile(
    r"Ecwid|Esperanto|English|Firefox|Werkzeug|Merchant portal"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
# Time zones, and the details of an entry of the audit log.
_TECHNICAL = re.compile(r"[A-Z]\w+(?:/[\w -]+)+|[a-z_]+: [^⟦]*")
COUNTRIES = "\n".join(Locale.parse(PSEUDO).territories.values())
REDIRECTS = {301, 302, 303, 307, 308}
# Names of queues, reason phrases of HTTP, and the switch to another language.
NAMES = {
    "languages.switch",
    "operator.work",
    "style_guide.show",
    "endpoints.delivery",
    "endpoints.delivery_progress",
}

Found = dict[str, set[str]]


@pytest.fixture(scope="module")
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pseudo language."""
    folder = tmp_path_factory.mktemp("translations")
    write_pseudo_catalog(folder)
    return folder


@pytest.fixture
def app(runtime: Runtime, monkeypatch: pytest.MonkeyPatch, catalogs: Path) -> Iterator[Flask]:
    """The web app in the pseudo language."""
    offer(monkeypatch, PSEUDO, folder=catalogs)
    yield create_app(runtime)
    portal.email._environment.cache_clear()


def english_of(html: str, data: str) -> Iterator[str]:
    """Yield the texts of a page that are neither translated nor in ``data``."""
    for kind, text in visible_texts(html):
        for run in plain_runs(text):
            is_known = run in data or run in COUNTRIES or _TECHNICAL.fullmatch(text)
            if not is_known and SAME.sub("", run).strip():
                yield f"{kind}: {text[:120]}"


def test_no_page_shows_an_english_text(app: Flask, runtime: Runtime) -> None:
    owner = make_merchant(
        email="owner@example.com", operator_role=OperatorRole.ADMIN, password_hash=PASSWORD_HASH
    )
    staff, guest = (make_merchant(email=f"{name}@example.com") for name in ("staff", "guest"))
    rows = make_rows(runtime, owner, staff, invited=guest)
    Merchant.update(chosen_locale=PSEUDO, locale=PSEUDO).execute()
    data = stored_texts()
    found: Found = defaultdict(set)
    for visitor in (Visitor(app).force_login(owner), Visitor(app).force_login(guest), Visitor(app)):
        visitor.client.set_cookie("language", PSEUDO)
        for number, page in enumerate(page_requests(app, rows)):
            endpoint = page.name.partition("?")[0]
            if endpoint.startswith("api") and endpoint.partition(".")[0] != "api_keys":
                continue
            response = page.send(visitor, {}, number)
            is_page = response.mimetype == "text/html" and response.status_code not in REDIRECTS
            if is_page and endpoint not in NAMES:
                searched = "" if "=" not in page.query else f"\n{page.query}"
                found[page.name].update(english_of(response.text, data + searched))

    assert_nothing(found)


def test_no_answer_to_a_form_and_no_email_from_a_page_is_in_english(
    app: Flask, runtime: Runtime
) -> None:
    world = make_world(runtime)
    Merchant.update(chosen_locale=PSEUDO, locale=PSEUDO).execute()
    sender = Sender(app, world)
    for browser in sender.browsers.values():
        browser.client.set_cookie("language", PSEUDO)
    found: Found = defaultdict(set)
    pages = {
        name: change
        for name, change in CHANGES.items()
        if change.by
        and not name.partition(" ")[2].startswith("api.")
        and name.partition(" ")[2] not in NAMES
    }
    for name, change in pages.items():
        # Without its fields, a form is refused, and nothing must be undone.
        if change.fields and not set(sender.rules[name][1].arguments) - set(world.rows):
            response = sender.send(name, Change(by=change.by), {})
            if response.status_code in (400, 422):
                found[name].update(english_of(response.text, stored_texts()))
    for name, change in pages.items():
        with sender.prepared(change) as more:
            response = sender.send(name, change, more)
            data = f"{stored_texts()}\n{json.dumps([change.fields, more], default=str)}"
            if response.status_code == 303:
                response = sender.browsers[change.by].get(response.location)
            if response.mimetype == "text/html" and response.status_code not in REDIRECTS:
                found[name].update(english_of(response.text, data))
            # Contacts of channels have no account, so no language.
            for email in QueuedEmail.select().where(
                QueuedEmail.recipient.in_(Merchant.select(Merchant.email))
            ):
                html = json.loads(opened(runtime, email))["html"]
                found[name].update(english_of(html, data))

    assert_nothing(found)


def assert_nothing(found: Found) -> None:
    """Fail with one line per text and the page where it was found first."""
    pages: dict[str, str] = {}
    for name, texts in found.items():
        for text in sorted(texts):
            pages.setdefault(text, name)
    lines = [f"{page}: {text}" for text, page in pages.items()]
    assert not lines, "not translated:\n" + "\n".join(lines)


def opened(runtime: Runtime, email: QueuedEmail) -> str:
    """Return the content of an email that waits."""
    return str(runtime.sealer.open(email.sealed_content or "", _CONTENT, email.recipient))


@pytest.mark.parametrize("name", ACCOUNT_LETTERS)
def test_no_email_has_an_english_text(app: Flask, name: str) -> None:
    email = write(name, locale=PSEUDO)
    data = "\n".join(["Clay market", *map(str, [*FACTS.values(), *FACTS["store_names"]])])  # type: ignore[misc]

    for text in (email.subject, email.text, " ".join(words(email.html))):
        runs = [run for run in plain_runs(text) if run not in data]
        assert [run for run in runs if SAME.sub("", run).strip()] == []
