"""Downloads of the records copied from a store."""

from portal.web.exports.views import blueprint

__all__ = ["blueprint"]
