"""Notification settings, quiet hours and the latest emails."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from wtforms import SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import ValidationError

from portal.models import NotificationPreference
from portal.rules.connection.issue_titles import TITLES
from portal.services.notifications.list_notifications import latest_for
from portal.services.notifications.notification_preferences import preference_of, save_preference
from portal.web.account.blueprint import blueprint
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.page_form import PageForm

ANY_HOUR = "any"
HOURS = [SelectChoice(str(hour), f"{hour:02}:00") for hour in range(24)]


class ChoiceForm(PageForm):
    """Form with the kinds of notification, the quiet hours."""

    kinds = SelectMultipleField(
        _l("Email me when this happens and when it's resolved"),
        choices=[SelectChoice(kind, title.open_title) for kind, title in TITLES.items()],
    )
    quiet_from = SelectField(
        _l("No emails from"),
        choices=[SelectChoice(ANY_HOUR, _l("No quiet hours")), *HOURS],
    )
    quiet_until = SelectField(_l("No emails until"), choices=HOURS)

    def validate_quiet_until(self, field: SelectField) -> None:
        """Reject quiet hours that start and end at the same hour."""
        if field.data == self.quiet_from.data:
            raise ValidationError(
                _("Quiet hours can't start and end at the same time. Choose another hour.")
            )


@blueprint.get("/notifications")
@login_required
def notifications() -> ResponseReturnValue:
    """Show the notification settings and the state of the latest emails."""
    choice = preference_of(signed_in_merchant())
    return _page(_form(data=_data_of(choice)))


@blueprint.post("/notifications")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def choose_notifications() -> ResponseReturnValue:
    """Save the settings. They also apply to notifications that are already waiting."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    has_hours = form.quiet_from.data != ANY_HOUR
    save_preference(
        signed_in_merchant(),
        hours=(int(form.quiet_from.data), int(form.quiet_until.data)) if has_hours else None,
        muted=[kind for kind in TITLES if kind not in form.kinds.data],
    )
    flash(_("Saved. This also applies to queued emails."), "success")
    return redirect(url_for("account.notifications"), 303)


def _form(data: dict[str, object] | None = None) -> ChoiceForm:
    return ChoiceForm(data=data)


def _data_of(choice: NotificationPreference) -> dict[str, object]:
    has_hours = choice.quiet_from is not None
    return {
        "kinds": [kind for kind in TITLES if kind not in choice.muted],
        "quiet_from": str(choice.quiet_from) if has_hours else ANY_HOUR,
        "quiet_until": str(choice.quiet_until) if has_hours else "7",
    }


def _page(form: ChoiceForm) -> str:
    return render_template(
        "account/notifications.html",
        form=form,
        rows=latest_for(signed_in_merchant()),
        titles=TITLES,
    )
