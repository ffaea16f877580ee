"""Tabs at the top of every operator page."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import lazy_gettext as _l

from portal.web.label import Text
from portal.web.operator.blueprint import blueprint

# By the endpoint of the tab's page.
TABS: dict[str, Text] = {
    "operator.stores": _l("All stores"),
    "operator.failures": _l("Failing now"),
    "operator.work": _l("Queues and workers"),
    "operator.alerts": _l("Alerts"),
    "operator.onboarding_list": _l("Onboarding"),
    "operator.rejected_webhooks": _l("Rejected webhooks"),
    "operator.schema_changes": _l("API changes"),
    "operator.notifications": _l("E-mails"),
    "operator.users": _l("Users"),
    "operator.audit_log": _l("Audit log"),
}


@blueprint.context_processor
def provide_tabs() -> dict[str, object]:
    """Provide ``operator_tabs`` to the templates: text, URL and whether it is the current page."""
    return {
        "operator_tabs": [
            (text, url_for(endpoint), request.endpoint == endpoint)
            for endpoint, text in TABS.items()
        ]
    }
