"""Pages about a merchant's API keys."""

from portal.web.api_keys.views import blueprint

__all__ = ["blueprint"]
