"""Choice of the language, and the catalogs of translations."""
