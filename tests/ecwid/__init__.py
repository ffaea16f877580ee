"""Tests of portal.ecwid."""
