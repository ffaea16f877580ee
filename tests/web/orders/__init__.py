"""Tests of portal.web.orders."""
