"""Forms of a new API key, and of its changes that need the password."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length

from portal.rules.api_keys.key_scopes import PURPOSES, STORE_SCOPES, KeyScope
from portal.web.accounts.fresh_password import PasswordForm
from portal.web.api_keys.limits_form import KeyLimitsForm
from portal.web.login import signed_in_merchant
from portal.web.plain_text import plain_text
from portal.web.store_choice import StoreField

MAX_NAME = 80
# Connect links are for the operator's channels.
OFFERED = (*STORE_SCOPES, KeyScope.MANAGE_KEYS)


class NewKeyForm(KeyLimitsForm, PasswordForm):
    """Form with a key's name, its stores, scopes and limits, and a confirmation."""

    name = StringField(
        _l("Name"),
        [
            DataRequired(_l("Enter a name.")),
            Length(max=MAX_NAME, message=_l("Use at most %(max)d characters.")),
        ],
        filters=[plain_text],
    )
    store = StoreField(_l("Store access"))
    scopes = SelectMultipleField(
        _l("Permissions"),
        [DataRequired(_l("Choose at least one."))],
        choices=[SelectChoice(scope.value, PURPOSES[scope]) for scope in OFFERED],
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.store.offer(signed_in_merchant())
