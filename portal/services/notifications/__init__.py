"""Issues of stores, and the e-mail notifications about them."""
