"""Tests of portal.web.account."""
