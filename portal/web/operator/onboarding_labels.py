"""Labels of the steps of an onboarding, and of the emails with its link."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.rules.connection.onboarding_steps import OnboardingStatus
from portal.rules.connection.reminder_times import ConnectLinkEmailKind
from portal.web.label import Label, Text

STATUSES: dict[OnboardingStatus, Label] = {
    OnboardingStatus.INVITED: Label(_l("Invited"), "info"),
    OnboardingStatus.OPENED: Label(_l("Link opened"), "info"),
    OnboardingStatus.ACCOUNT: Label(_l("Account created"), "info"),
    OnboardingStatus.CONSENT: Label(_l("Access allowed"), "info"),
    OnboardingStatus.REFUSED: Label(_l("Refused"), "warn"),
    OnboardingStatus.CONNECTED: Label(_l("Connected"), "good"),
    OnboardingStatus.IMPORTED: Label(_l("First import done"), "good"),
    OnboardingStatus.EXPIRED: Label(_l("Link expired"), "plain"),
    OnboardingStatus.WITHDRAWN: Label(_l("Canceled"), "plain"),
}
UNDELIVERED = Label(_l("Email not delivered"), "bad")
EMAIL_KINDS: dict[str, Text] = {
    ConnectLinkEmailKind.INVITATION: _l("Invitation"),
    ConnectLinkEmailKind.FIRST_REMINDER: _l("Reminder after 2 days"),
    ConnectLinkEmailKind.SECOND_REMINDER: _l("Reminder after 7 days"),
}
