"""Next step, causes and missing permissions of an issue, as template filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from portal.models import Issue
from portal.rules.connection.issue_kinds import IssueAction
from portal.rules.connection.issue_titles import action_label
from portal.rules.connection.scopes import SCOPES, Scope
from portal.rules.issues.counted_issues import DISMISSIBLE_KINDS, ISSUE_PATHS, causes_of
from portal.web.stores.blueprint import blueprint
from portal.web.stores.ecwid_pages import SUPPORT, billing_page


@dataclass(frozen=True)
class IssueStep:
    """Link to the next step of an issue; ``is_elsewhere`` if the link leads to Ecwid."""

    text: str
    address: str
    is_elsewhere: bool = False


@blueprint.app_template_filter()
def next_step(issue: Issue) -> IssueStep | None:
    """Return the link to the issue's next step; None if it has none."""
    if issue.action == IssueAction.RECONNECT:
        return IssueStep(
            _("Reconnect the store"), url_for("stores.reconnect", store_id=issue.store_id)
        )
    if issue.action in ISSUE_PATHS:
        page = url_for("stores.show", store_id=issue.store_id)
        return IssueStep(_(action_label(issue.action)), page + ISSUE_PATHS[issue.action])
    if issue.action == IssueAction.CHANGE_PLAN:
        billing = billing_page(issue.store_id)
        return IssueStep(_("Change the plan in Ecwid"), billing, is_elsewhere=True)
    if issue.action == IssueAction.ASK_ECWID:
        return IssueStep(_("Contact Ecwid support"), SUPPORT, is_elsewhere=True)
    return None


@blueprint.app_template_filter()
def missing_permissions(issue: Issue) -> Sequence[Scope]:
    """Return the missing scopes of an issue, each with its purpose and impact."""
    names = (issue.detail or {}).get("scopes", ())
    return [SCOPES[name] for name in names if name in SCOPES]


@blueprint.app_template_filter()
def issue_causes(issue: Issue) -> Sequence[tuple[str, int]]:
    """Return the causes of rejected orders, each with its number of orders."""
    return [(_(text), count) for text, count in causes_of(issue.detail)]


@blueprint.app_template_filter()
def is_dismissible(issue: Issue) -> bool:
    """Return whether members end the issue by dismissing it."""
    return issue.kind in DISMISSIBLE_KINDS and issue.resolved_at is None
