"""Talk to Ecwid: OAuth, the REST client, webhook signatures. Needs requests, never Flask."""
