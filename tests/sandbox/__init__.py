"""Try the stand-in Ecwid from outside, over HTTP, by what Ecwid's documentation says."""
