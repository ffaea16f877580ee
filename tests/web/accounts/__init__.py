"""Tests of portal.web.accounts."""
