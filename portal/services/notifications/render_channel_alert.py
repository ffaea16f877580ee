"""Text of the email that reports the issues of stores to a channel's contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.email import render_email
from portal.mail import RenderedEmail
from portal.models import Channel, ChannelConsent, Issue, Store
from portal.portal_brand import PortalBrand
from portal.rules.channels.channel_states import ConsentStatus
from portal.rules.connection.issue_kinds import COUNTED_ISSUE_KINDS
from portal.rules.connection.issue_titles import TITLES
from portal.rules.issues.issue_audience import Reader, api_path
from portal.services.outbox.publish_issue import state_of

ISSUES_SHOWN = 20
# An email counts no more open issues than this.
ISSUES_READ = 1_000


@dataclass(frozen=True)
class ChannelIssue:
    """Open issue of a store, with the number of its rows that the channel may know of."""

    issue: Issue
    store: Store
    external_reference: str | None
    count: int

    @property
    def title(self) -> str:
        """Return the title of the issue."""
        return TITLES[self.issue.kind].open_title

    @property
    def path(self) -> str:
        """Return the path in the API where the channel reads more."""
        return f"/api/v1/stores/{self.store.id}/{api_path(self.issue.kind)}"


def channel_issues(channel: Channel) -> list[ChannelIssue]:
    """Return the open issues that a channel may know of, those with the newest rows first."""
    rows = (
        Issue.select(Issue, Store, ChannelConsent)
        .join(Store)
        .join(ChannelConsent, on=(ChannelConsent.store == Store.id), attr="consent")
        .where(
            ChannelConsent.channel == channel,
            ChannelConsent.status == ConsentStatus.ACTIVE,
            Issue.resolved_at.is_null(),
            Issue.kind.in_(sorted(COUNTED_ISSUE_KINDS)),
        )
        .order_by(Issue.newest_at.desc(), Issue.id.desc())
        .limit(ISSUES_READ)
    )
    found = []
    for issue in rows:
        consent: ChannelConsent = issue.store.consent  # type: ignore[attr-defined]
        reader = Reader(channel.id, is_own=False, scopes=consent.scopes)
        count = state_of(issue).count_for(issue.kind, reader)
        if count:
            found.append(ChannelIssue(issue, issue.store, consent.external_reference, count))
    return found


def render_channel_alert(
    channel: Channel, issues: Sequence[ChannelIssue], brand: PortalBrand
) -> RenderedEmail:
    """Return the email about these issues; it names stores and numbers, never a customer."""
    return render_email(
        "channel_alert",
        brand=brand,
        channel=channel.name,
        entries=issues,
        shown=ISSUES_SHOWN,
        store_count=len({one.store.id for one in issues}),
        zone="",
    )
