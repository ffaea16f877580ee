"""Tests of templates and stylesheets."""
