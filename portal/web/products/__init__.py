"""Show merchants the products that were copied from their stores."""

from portal.web.products.views import blueprint

__all__ = ["blueprint"]
