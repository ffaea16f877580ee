"""Hold issues of stores and the letters about them."""
