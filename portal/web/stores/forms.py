"""Forms that confirm a disconnect or an erasure."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, ValidationError

from portal.models import Store
from portal.web.page_form import PageForm

KEEP, ERASE = "keep", "erase"


class ConfirmNameForm(PageForm):
    """Form that asks for the store's name to prevent accidents."""

    name = StringField(_l("The store's name"), [DataRequired(_l("Type the store's name."))])

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store_name = store.name

    def validate_name(self, field: StringField) -> None:
        """Reject any other name; case and repeated spaces are ignored."""
        if _plain(field.data or "") != _plain(self._store_name):
            raise ValidationError(_("This doesn't match the store's name shown above."))


class DisconnectForm(ConfirmNameForm):
    """Form that also asks whether to keep or to erase the mirror."""

    copy = RadioField(
        _l("Synced data of your store"),
        [DataRequired(_l("Choose what happens to your data."))],
        choices=[KEEP, ERASE],
        default=KEEP,
    )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
