"""Tests of portal.web.privacy."""
