"""Name of a person, which their teams and support see."""

from __future__ import annotations

import unicodedata

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from wtforms import StringField, ValidationError
from wtforms.validators import Length

from portal.services.accounts.display_name import NAME_LIMIT, save_name
from portal.web.account.blueprint import blueprint
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.page_form import PageForm
from portal.web.plain_text import plain_text

# Unicode categories of control characters, and of those that show nothing or turn text around.
INVISIBLE = {"Cc", "Cf"}
# Format characters that Persian and Indic names and emoji contain.
JOINERS = "\u200c\u200d"


def one_line(text: str | None) -> str:
    """Return the text with single spaces, without characters that show nothing."""
    words = " ".join(plain_text(text).split())
    return "".join(
        each for each in words if each in JOINERS or unicodedata.category(each) not in INVISIBLE
    ).strip()


class NameForm(PageForm):
    """Form with the name, which may be empty."""

    name = StringField(
        _l("Your name (optional)"),
        [Length(max=NAME_LIMIT, message=_l("Use at most %(max)d characters."))],
        filters=[one_line],
    )

    def validate_name(self, field: StringField) -> None:
        """Reject an email address: others would take it for the address of the account."""
        if "@" in (field.data or ""):
            raise ValidationError(_("Enter a name, not an email address."))


@blueprint.get("/name")
@login_required
def name() -> ResponseReturnValue:
    """Show the form with the name."""
    form = NameForm(data={"name": signed_in_merchant().name})
    return render_template("account/name.html", form=form)


@blueprint.post("/name")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def change_name() -> ResponseReturnValue:
    """Save the name."""
    form = NameForm()
    if not form.validate():
        return render_template("account/name.html", form=form), 422
    save_name(signed_in_merchant(), form.name.data)
    flash(_("Saved."), "success")
    return redirect(url_for(".index"), 303)
