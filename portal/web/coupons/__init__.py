"""Pages about a store's mirrored coupons."""

from portal.web.coupons.views import blueprint

__all__ = ["blueprint"]
