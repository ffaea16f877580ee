"""Serve the merchant portal's pages; everything that imports Flask lies here."""
