"""Request of an action on many stores, and the forms of some actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.models import BulkActionKind
from portal.services.operator.bulk_actions import (
    MESSAGE_LIMIT,
    SUBJECT_LIMIT,
    MerchantMessage,
    StoreSelection,
)
from portal.services.operator.store_list import PAGE_SIZE
from portal.web.accounts.fresh_password import PasswordForm
from portal.web.label import Text
from portal.web.operator.store_list_form import read_store_list_form
from portal.web.page_form import PageForm
from portal.web.plain_text import plain_text
from portal.web.url_converters import key_in

CHOSEN = "chosen"
COUNT_LIMIT = 9
_TOO_LONG = _l("Use up to %(max)d characters.")
_FILTER_PROBLEM = _l("A filter has an unknown value. Filter the list again.")
_ACTION_PROBLEM = _l("Choose an action.")
_CHOICE_PROBLEM = _l("Select at least one store.")
_NUMBER_PROBLEM = _l("One of the selected stores has an invalid ID. Select the stores in the list.")


@dataclass(frozen=True)
class BulkActionRequest:
    """Action, its stores, and pairs of ``fields`` that repeat the request; or its ``problem``.

    ``back`` has the arguments of the list that it came from.
    """

    kind: BulkActionKind | None
    selection: StoreSelection
    fields: Sequence[tuple[str, str]]
    back: dict[str, str]
    problem: Text = ""

    @cached_property
    def count(self) -> int:
        """Return how many stores are selected now."""
        return self.selection.count()


def read_bulk_action_request(given: MultiDict[str, str]) -> BulkActionRequest:
    """Return the request of a query string or a form."""
    action = given.get("action", "")
    kind = BulkActionKind(action) if action in tuple(BulkActionKind) else None
    form = read_store_list_form(given)
    fields = [("action", str(kind or "")), *form.wanted.arguments.items()]
    problem: Text = "" if kind else _ACTION_PROBLEM
    if form.problems:
        problem = _FILTER_PROBLEM
    chosen: Sequence[int] | None = None
    if given.get("scope") == CHOSEN:
        texts = given.getlist("store")[:PAGE_SIZE]
        chosen = [number for text in texts if (number := key_in(text)) is not None]
        fields += [("scope", CHOSEN), *(("store", str(store_id)) for store_id in chosen)]
        if len(chosen) < len(texts):
            problem = _NUMBER_PROBLEM
        elif not chosen:
            problem = _CHOICE_PROBLEM
    selection = StoreSelection(form.wanted, chosen)
    return BulkActionRequest(kind, selection, fields, form.wanted.arguments, problem)


def read_count(text: str | None) -> int:
    """Return the confirmed number of stores, -1 if it is no number."""
    typed = plain_text(text, COUNT_LIMIT)
    return int(typed) if typed.isascii() and typed.isdecimal() else -1


def _one_line(text: str | None) -> str:
    return " ".join(plain_text(text).split())


def _with_plain_breaks(text: str | None) -> str:
    """Return the text with one character for each line break; browsers send two."""
    return plain_text((text or "").replace("\r\n", "\n").replace("\r", "\n"))


class DisconnectStoresForm(PasswordForm):
    """Form with the admin's password and the number of stores."""

    count = StringField(
        _l("Number of stores"),
        [DataRequired(_l("Enter the number of stores to disconnect."))],
        filters=[plain_text],
    )


class NotifyMerchantsForm(PageForm):
    """Form with the text of an e-mail to the stores' merchants."""

    subject = StringField(
        _l("Subject"),
        [
            DataRequired(_l("Enter a subject.")),
            Length(max=SUBJECT_LIMIT, message=_TOO_LONG),
        ],
        filters=[_one_line],
    )
    message = TextAreaField(
        _l("Message"),
        [
            DataRequired(_l("Enter a message.")),
            Length(max=MESSAGE_LIMIT, message=_TOO_LONG),
        ],
        filters=[_with_plain_breaks],
    )

    @property
    def typed(self) -> MerchantMessage:
        """Return the valid form's text."""
        return MerchantMessage(self.subject.data, self.message.data)


BulkActionForm = DisconnectStoresForm | NotifyMerchantsForm
# Forms of the actions that need one.
FORMS: dict[BulkActionKind | None, type[BulkActionForm]] = {
    BulkActionKind.DISCONNECT: DisconnectStoresForm,
    BulkActionKind.NOTIFY: NotifyMerchantsForm,
}
