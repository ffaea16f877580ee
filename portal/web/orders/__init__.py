"""Show merchants the orders of their stores, and let them order and change orders there."""

from portal.web.orders.pages import blueprint

__all__ = ["blueprint"]
