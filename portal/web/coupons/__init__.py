"""Show merchants the coupons that were copied from their stores."""

from portal.web.coupons.views import blueprint

__all__ = ["blueprint"]
