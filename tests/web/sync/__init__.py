"""Tests of portal.web.sync."""
