"""Top of every operator page: the tabs, and whether the daemon runs."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from portal.services.alerts.watch_daemon import daemon_silent_since
from portal.web.label import Text
from portal.web.navigation.sections import Page, Section, section_of
from portal.web.operator.blueprint import blueprint


def _page(text: Text, name: str, *covers: str) -> Page:
    return Page(text, f"operator.{name}", tuple(f"operator.{each}" for each in covers))


# In the order of the tabs; a page that answers a form has the name of the form's request, too.
OPERATOR_SECTIONS = (
    Section(
        _l("All stores"),
        (
            _page(
                _l("All stores"),
                "stores",
                "bulk_action_list",
                "show_bulk_action",
                "confirm_bulk_action",
                "start_bulk_action",
                "notify_merchants",
                "disconnect_stores",
            ),
        ),
    ),
    Section(
        _l("Problems"),
        (
            _page(_l("Failing now"), "failures", "confirm_retry_failures", "retry_failures"),
            _page(
                _l("Alerts"),
                "alerts",
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
            _page(_l("Rejected webhooks"), "rejected_webhooks"),
            _page(_l("API schema changes"), "schema_changes"),
        ),
    ),
    Section(
        _l("Queues and workers"),
        (
            _page(
                _l("Queues and workers"),
                "work",
                "confirm_failed_jobs",
                "retry_failed_jobs",
                "discard_failed_jobs",
            ),
        ),
    ),
    Section(
        _l("Onboarding"),
        (
            _page(
                _l("Onboarding"),
                "onboarding_list",
                "show_onboarding",
                "create_invite_link",
                "custom_app_form",
                "connect_custom_app",
            ),
        ),
    ),
    Section(
        _l("Channels"),
        (
            _page(
                _l("Channels"),
                "channels",
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
    ),
    Section(_l("Emails"), (_page(_l("Emails"), "notifications"),)),
    Section(_l("Users"), (_page(_l("Users"), "users", "user", "change_user"),)),
    Section(
        _l("Audit"),
        (
            _page(_l("Audit log"), "audit_log"),
            _page(_l("Security events"), "security_events"),
        ),
    ),
)


@blueprint.context_processor
def provide_top() -> dict[str, object]:
    """Provide both rows of tabs to the templates: text, URL and aria-current of each.

    ``daemon_silent_since`` is a function, because only pages ask for it.
    """
    shown = request.endpoint or ""
    found = section_of(OPERATOR_SECTIONS, shown)
    pages = found[0].pages if found and len(found[0].pages) > 1 else ()
    return {
        "daemon_silent_since": daemon_silent_since,
        "operator_tabs": [
            (section.text, url_for(section.landing.endpoint), section.current(shown))
            for section in OPERATOR_SECTIONS
        ],
        "operator_subtabs": [
            (page.text, url_for(page.endpoint), page.current(shown)) for page in pages
        ],
        "operator_section_name": found[0].text if found else "",
    }
