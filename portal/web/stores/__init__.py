"""Pages about a merchant's stores and their connection."""

from portal.web.stores import banner, issue_steps, timeline_text, views
from portal.web.stores.blueprint import blueprint

__all__ = ["banner", "blueprint", "issue_steps", "timeline_text", "views"]
