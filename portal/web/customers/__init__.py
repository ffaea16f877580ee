"""Show merchants the customers that were copied from their stores."""

from portal.web.customers.views import blueprint

__all__ = ["blueprint"]
