"""Form of a new API key."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length

from portal.models import Store
from portal.rules.api_keys.key_scopes import PURPOSES
from portal.web.plain_text import plain_text

ALL_STORES = "all"
MAX_NAME = 80


class NewKeyForm(FlaskForm):
    """Form with a key's name, its stores and its scopes."""

    name = StringField(
        _l("What is it for?"),
        [
            DataRequired(_l("Give it a name, so that you know it again.")),
            Length(max=MAX_NAME, message=_l("Use at most %(max)d characters.")),
        ],
        filters=[plain_text],
    )
    store = SelectField(_l("Stores that it reaches"), validate_choice=True)
    scopes = SelectMultipleField(
        _l("What it may do"),
        [DataRequired(_l("Choose at least one."))],
        choices=[SelectChoice(scope.value, purpose) for scope, purpose in PURPOSES.items()],
    )

    def set_store_choices(self, stores: list[Store]) -> None:
        """Set the choices to all stores and each of ``stores``."""
        each = [SelectChoice(str(store.id), store.name) for store in stores]
        self.store.choices = [SelectChoice(ALL_STORES, _("All my stores, later ones too")), *each]
