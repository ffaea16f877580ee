"""Downloads of a store's mirrored records."""

from portal.web.exports.views import blueprint

__all__ = ["blueprint"]
