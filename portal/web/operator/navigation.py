"""Top of every operator page: the tabs, and whether the daemon runs."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from portal.services.alerts.watch_daemon import daemon_silent_since
from portal.web.label import Text
from portal.web.operator.blueprint import blueprint


@dataclass(frozen=True)
class Tab:
    """Tab of the page with the endpoint ``page``, and of the pages that it leads to."""

    text: Text
    page: str
    below: tuple[str, ...] = ()

    @property
    def current(self) -> str:
        """Return the value of aria-current: page, true for a page below, or nothing."""
        name = (request.endpoint or "").removeprefix("operator.")
        return "page" if name == self.page else "true" if name in self.below else ""


# In the order of the tabs; a page that answers a form has the name of the form's request, too.
TABS = (
    Tab(
        _l("All stores"),
        "stores",
        (
            "bulk_action_list",
            "show_bulk_action",
            "confirm_bulk_action",
            "start_bulk_action",
            "notify_merchants",
            "disconnect_stores",
        ),
    ),
    Tab(_l("Failing now"), "failures", ("confirm_retry_failures", "retry_failures")),
    Tab(
        _l("Queues and workers"),
        "work",
        ("confirm_failed_jobs", "retry_failed_jobs", "discard_failed_jobs"),
    ),
    Tab(
        _l("Alerts"),
        "alerts",
        (
            "alert_deliveries",
            "alert_severities",
            "choose_alert_severities",
            "new_alert_channel",
            "make_alert_channel",
            "edit_alert_channel",
            "change_alert_channel",
            "confirm_alert_channel_deletion",
            "delete_alert_channel",
        ),
    ),
    Tab(
        _l("Onboarding"),
        "onboarding_list",
        ("show_onboarding", "create_invite_link", "custom_app_form", "connect_custom_app"),
    ),
    Tab(
        _l("Channels"),
        "channels",
        (
            "show_channel",
            "new_channel",
            "make_channel",
            "edit_channel",
            "change_channel_settings",
            "confirm_channel_closing",
            "new_channel_key",
            "make_channel_key",
            "confirm_channel_key_revocation",
            "confirm_channel_endpoint_deletion",
        ),
    ),
    Tab(_l("Rejected webhooks"), "rejected_webhooks"),
    Tab(_l("API changes"), "schema_changes"),
    Tab(_l("E-mails"), "notifications"),
    Tab(_l("Users"), "users", ("user", "change_user")),
    Tab(_l("Audit log"), "audit_log"),
    Tab(_l("Security"), "security_events"),
)


@blueprint.context_processor
def provide_top() -> dict[str, object]:
    """Provide ``operator_tabs`` to the templates: text, URL and aria-current of each.

    ``daemon_silent_since`` is a function, because only pages ask for it.
    """
    return {
        "daemon_silent_since": daemon_silent_since,
        "operator_tabs": [(tab.text, url_for(f"operator.{tab.page}"), tab.current) for tab in TABS],
    }
