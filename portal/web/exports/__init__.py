"""Let merchants download what was copied from their stores."""

from portal.web.exports.views import blueprint

__all__ = ["blueprint"]
