"""Text of the digest that reports all collected issues to one recipient."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from portal.email import render_email
from portal.mail import RenderedEmail
from portal.models import Issue, Merchant, Store
from portal.portal_brand import PortalBrand
from portal.rules.alerts.severities import SEVERITY_LABELS
from portal.rules.connection.issue_kinds import IssueAction
from portal.rules.connection.issue_titles import TITLES, action_label
from portal.rules.connection.platform_brand import platform_brand
from portal.rules.connection.scopes import REQUIRED_SCOPES
from portal.rules.issues.counted_issues import ISSUE_PATHS, causes_of

# Keeps the e-mail readable; the page shows the whole list.
ENTRIES_SHOWN = 20


@dataclass(frozen=True)
class DigestEntry:
    """Issues of one kind at one store in a digest: the latest one, and how many there were.

    ``zone`` is the time zone for displayed times, ``step`` the label of the next action, and
    ``link`` its page.
    """

    store: Store
    issue: Issue
    times: int
    zone: str
    step: str
    link: str

    @property
    def brand(self) -> str:
        """Return the brand under which the store's owner uses Ecwid."""
        return platform_brand(self.store.profile_details)

    @property
    def is_open(self) -> bool:
        """Return whether the issue is still open."""
        return self.issue.resolved_at is None

    @property
    def title(self) -> str:
        """Return the title of the open or resolved issue."""
        title = TITLES[self.issue.kind]
        return title.open_title if self.is_open else title.resolved_title

    @property
    def severity(self) -> str:
        """Return the name of the issue's severity."""
        return SEVERITY_LABELS[self.issue.severity]

    @property
    def missing(self) -> list[str]:
        """Return the purposes of the missing scopes, if that is the issue."""
        lost = self.issue.detail.get("scopes", ())
        return [scope.purpose for scope in REQUIRED_SCOPES if scope.name in lost]

    @property
    def causes(self) -> Sequence[tuple[str, int]]:
        """Return the causes of rejected orders, each with its number of orders."""
        return causes_of(self.issue.detail)

    @property
    def examples(self) -> str:
        """Return the ids of the newest rows that the issue counts."""
        return ", ".join(self.issue.detail.get("examples", ()))


def render_digest(
    recipient: Merchant, issues: Sequence[Issue], brand: PortalBrand
) -> RenderedEmail:
    """Return the digest about these issues and their stores, with their current status.

    Several issues of the same kind at the same store are reported once.
    """
    zone = recipient.timezone
    alike: dict[tuple[int, str], list[Issue]] = defaultdict(list)
    for issue in sorted(issues, key=lambda issue: issue.id):
        alike[issue.store_id, issue.kind].append(issue)
    entries = [
        DigestEntry(
            store=found[-1].store,
            issue=found[-1],
            times=len(found),
            zone=zone or found[-1].store.timezone,
            step=action_label(found[-1].action),
            link=_page_of(found[-1], brand.url),
        )
        for found in alike.values()
    ]
    entries.sort(key=lambda one: (not one.is_open, one.store.name, one.issue.id))
    return render_email(
        "digest",
        brand=brand,
        locale=recipient.locale,
        entries=entries,
        shown=ENTRIES_SHOWN,
        open_count=sum(one.is_open for one in entries),
        store_count=len({one.store.id for one in entries}),
        all_link=brand.url,
        preferences_link=f"{brand.url}/account/notifications",
    )


def _page_of(issue: Issue, portal_url: str) -> str:
    """Return the page of the next action: reconnecting, the counted rows, or the store's page."""
    page = f"{portal_url}/stores/{issue.store_id}"
    if issue.resolved_at is not None:
        return page
    if issue.action == IssueAction.RECONNECT:
        return f"{page}/reconnect"
    return page + ISSUE_PATHS.get(issue.action, "")
