"""Show merchants what was asked about their customers' personal data, and hand it out."""

from portal.web.personal_data.views import blueprint

__all__ = ["blueprint"]
