"""E-mail form of a message to operators."""

from __future__ import annotations

from portal.email import render_email
from portal.mail import RenderedEmail
from portal.portal_brand import PortalBrand
from portal.rules.alerts.alert_content import AlertContent
from portal.rules.alerts.severities import SEVERITY_LABELS


def render_alert_email(content: AlertContent, locale: str, brand: PortalBrand) -> RenderedEmail:
    """Return the message as an e-mail in the recipient's language."""
    return render_email(
        "operator_alerts",
        brand=brand,
        locale=locale,
        purpose=content.purpose,
        lines=content.shown,
        left_out=content.left_out,
        totals=content.totals,
        severities=SEVERITY_LABELS,
        zone=content.zone,
        link=content.link,
    )
