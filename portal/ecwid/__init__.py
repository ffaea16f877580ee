"""OAuth, REST client, rate limiter and webhook signatures of Ecwid; imports nothing of Flask."""
