"""Sample data of the style guide. Nothing of it is stored."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from wtforms import (
    BooleanField,
    PasswordField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from portal.models import Issue, utc_now
from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.issues.counted_issues import COUNTED_ISSUES
from portal.web.label import Label
from portal.web.page_form import PageForm

TONES = ("good", "info", "warn", "bad", "plain")
LONG_TEXT = "A sentence that is long enough to need a second line on a phone. " * 2
CHOICES = [("one", "First choice"), ("two", "Second choice")]
OPTIONS = [SelectChoice(value, label) for value, label in CHOICES]


class SampleForm(PageForm):
    """One field of each kind."""

    name = StringField("Text", default="Clay & Co")
    refused = StringField("Text with an error", default="clay@")
    password = PasswordField("Password")
    note = TextAreaField("Longer text", default=LONG_TEXT)
    choice = SelectField("Choice", choices=[*OPTIONS])
    agreed = BooleanField("Checkbox", default=True)
    several = SelectMultipleField("Checkboxes", choices=[*OPTIONS], default=["two"])


def sample_form() -> SampleForm:
    """Return the form; one of its fields has an error."""
    form = SampleForm(formdata=None)
    form.refused.errors = ["Enter a valid email address, like name@example.com."]
    return form


def samples() -> dict[str, Any]:
    """Return the values of the template."""
    now = utc_now()
    return {
        "labels": [Label(tone.capitalize(), tone) for tone in TONES],
        "text": LONG_TEXT,
        "word": "Sample",
        "choices": CHOICES,
        "page": "/_style-guide",
        "at": now - timedelta(minutes=5),
        "now": now,
        "amount": Decimal("1234.50"),
        "issue": _issue(),
        "undo": {"text": "Changed.", "button": "Undo", "url": "/_style-guide", "fields": {}},
        "crumbs": [SimpleNamespace(url="/_style-guide", text="Stores", is_store=False)],
        "offered": SimpleNamespace(
            stores=[SimpleNamespace(id=1, name="Clay & Co")], shown_id=1, has_more=False
        ),
        "run": SimpleNamespace(
            mirror_count=100, store_count=102, checked_at=now, mismatches=2, repaired=2
        ),
        "changes": [
            SimpleNamespace(field="price", before="12", after="14"),
            SimpleNamespace(field="email", before=None, after=None),
            SimpleNamespace(field="description", before=None, after=LONG_TEXT),
        ],
        "links": [("First", "/_style-guide", True), ("Second", "/_style-guide", "")],
    }


def _issue() -> Issue:
    kind = IssueKind.ORDERS_REJECTED
    texts = COUNTED_ISSUES[kind]
    return Issue(
        id=1,
        store=1,
        kind=kind,
        cause=texts.cause,
        impact=texts.impact,
        next_action=texts.next_action,
        action=texts.action,
        count=2,
        newest_at=utc_now(),
        detail={},
    )
