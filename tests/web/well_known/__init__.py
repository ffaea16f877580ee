"""Tests of portal.web.well_known."""
