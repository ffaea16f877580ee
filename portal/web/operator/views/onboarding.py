"""Funnel and list of onboardings, and the page of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal.models import Onboarding
from portal.rules.connection.connect_failures import FAILURE_TITLES, LINK_TTL, hint_for
from portal.rules.connection.onboarding_steps import OnboardingStatus
from portal.services.connection.connect_link_emails import emails_of, with_undelivered_email
from portal.services.connection.connect_link_tokens import link_token
from portal.services.operator.list_onboardings import find_onboarding, list_onboardings
from portal.services.operator.onboarding_funnel import MEASURED_LINKS, onboarding_funnel
from portal.web.label import Text
from portal.web.languages.offered import available_languages, language_name
from portal.web.operator.access import operator_required
from portal.web.operator.blueprint import blueprint
from portal.web.operator.connect_link_form import ConnectLinkForm
from portal.web.operator.onboarding_labels import EMAIL_KINDS, STATUSES, UNDELIVERED
from portal.web.pagination import SEARCH_LIMIT, id_param
from portal.web.plain_text import plain_text
from portal.web.runtime import current_runtime

WINDOWS: dict[str, tuple[timedelta | None, Text]] = {
    "30": (timedelta(days=30), _l("30 days")),
    "90": (timedelta(days=90), _l("90 days")),
    "all": (None, _l("All")),
}
UNFINISHED = "unfinished"
RENEWABLE = (OnboardingStatus.INVITED, OnboardingStatus.OPENED, OnboardingStatus.EXPIRED)


@dataclass(frozen=True)
class OnboardingFilter:
    """Filter of the list; an empty ``status`` means all onboardings."""

    window: str
    status: str
    search: str

    @classmethod
    def from_request(cls) -> OnboardingFilter:
        """Return the filter in the URL; unknown values count as the defaults."""
        window = request.args.get("window", "")
        status = request.args.get("status", UNFINISHED)
        return cls(
            window if window in WINDOWS else "30",
            status if status in ("", *STATUSES) else UNFINISHED,
            plain_text(request.args.get("q"), SEARCH_LIMIT),
        )

    def url(self, **changes: object) -> str:
        """Return the URL of the list with this filter and some changes."""
        values = {"window": self.window, "status": self.status, "q": self.search or None, **changes}
        return url_for("operator.onboarding_list", **values)  # type: ignore[arg-type]


@blueprint.get("/onboarding")
@operator_required
def onboarding_list() -> ResponseReturnValue:
    """Show the funnel, and list onboardings, newest first, with a form that creates a link."""
    return onboarding_page(ConnectLinkForm())


@blueprint.get("/onboarding/<key:onboarding_id>")
@operator_required
def show_onboarding(onboarding_id: int) -> ResponseReturnValue:
    """Show the steps, the link and the emails of one onboarding."""
    onboarding = find_onboarding(onboarding_id)
    if onboarding is None:
        abort(404)
    status = onboarding.status
    return render_template(
        "operator/show_onboarding.html",
        onboarding=onboarding,
        status=STATUSES[status],
        hint=hint_for(status, onboarding.failure_reason),
        can_renew=onboarding.is_invite_link and status in RENEWABLE,
        link=_link(onboarding),
        language=language_name(onboarding.locale) if len(available_languages()) > 1 else None,
        emails=emails_of(onboarding),
        kinds=EMAIL_KINDS,
        days=LINK_TTL.days,
    )


def onboarding_page(form: ConnectLinkForm) -> str:
    """Return the page of the list, with ``form``."""
    chosen = OnboardingFilter.from_request()
    window, _title = WINDOWS[chosen.window]
    page = list_onboardings(
        OnboardingStatus(chosen.status) if chosen.status in STATUSES else None,
        search=chosen.search,
        only_unfinished=chosen.status == UNFINISHED,
        after=id_param("after"),
        before=id_param("before"),
    )
    return render_template(
        "operator/onboarding.html",
        form=form,
        days=LINK_TTL.days,
        chosen=chosen,
        funnel=onboarding_funnel(window),
        measured=MEASURED_LINKS,
        failure_titles=FAILURE_TITLES,
        windows=[
            (text, chosen.url(window=name), name == chosen.window)
            for name, (_window, text) in WINDOWS.items()
        ],
        statuses=STATUSES,
        undelivered=with_undelivered_email(page.rows),
        undelivered_label=UNDELIVERED,
        rows=[(row, hint_for(row.status, row.failure_reason)) for row in page.rows],
        earlier=page.earlier and chosen.url(before=page.earlier),
        later=page.later and chosen.url(after=page.later),
    )


def _link(onboarding: Onboarding) -> str | None:
    """Return the URL of the link; None if it can't be used."""
    if not (onboarding.is_invite_link and onboarding.is_open):
        return None
    settings = current_runtime().settings
    path = url_for("connect.onboarding_guide", token=link_token(settings.secret_keys, onboarding))
    return f"{settings.portal_url}{path}"
