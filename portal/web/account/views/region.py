"""Language of a person's pages and emails, and the time zone of the times in them."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from wtforms import SelectChoice, SelectField

from portal.services.accounts.language import save_region
from portal.web.account.blueprint import blueprint
from portal.web.languages.choice import choose_locale, remember_language
from portal.web.languages.offered import available_languages, language_name
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.page_form import PageForm
from portal.web.time_zones import time_zone_names

BROWSERS_LANGUAGE = STORES_ZONE = ""


class RegionForm(PageForm):
    """Form with the language and the time zone; both may be empty."""

    language = SelectField(_l("Language"))
    time_zone = SelectField(_l("Time zone"))

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        self.language.choices = [
            SelectChoice(BROWSERS_LANGUAGE, _("Your browser's language")),
            *(SelectChoice(code, language_name(code)) for code in available_languages()),
        ]
        self.time_zone.choices = [
            SelectChoice(STORES_ZONE, _("The store's time zone")),
            SelectChoice("UTC", "UTC"),
            *(SelectChoice(name, name.replace("_", " ")) for name in time_zone_names()),
        ]


@blueprint.get("/region")
@login_required
def region() -> ResponseReturnValue:
    """Show the language and the time zone."""
    merchant = signed_in_merchant()
    values = {"language": merchant.chosen_locale, "time_zone": merchant.timezone}
    return render_template("account/region.html", form=RegionForm(data=values))


@blueprint.post("/region")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def choose_region() -> ResponseReturnValue:
    """Save the choice. Waiting emails are sent in the new language and time zone, too."""
    form, merchant = RegionForm(), signed_in_merchant()
    if not form.validate():
        return render_template("account/region.html", form=form), 422
    save_region(
        merchant,
        language=form.language.data,
        time_zone=form.time_zone.data,
        current_language=choose_locale(),
    )
    response = redirect(url_for(".region"), 303)
    if merchant.chosen_locale:
        remember_language(response, merchant.chosen_locale)
    with force_locale(choose_locale()):
        flash(_("Saved."), "success")
    return response
