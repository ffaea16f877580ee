"""Tests of portal.web.products."""
