"""Tests of portal.web.customers and portal.web.coupons."""
