"""Pages about the coupons copied from a store."""

from portal.web.coupons.views import blueprint

__all__ = ["blueprint"]
