"""Tests of the sandbox over HTTP, against the documentation of Ecwid."""
