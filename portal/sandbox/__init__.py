"""Local simulation of Ecwid: OAuth, REST API, webhooks, and admin pages that simulate a merchant.

The sandbox follows Ecwid's published API and imports no other module of the portal, so that one
misreading of the API can't affect both sides.
``python -m portal.sandbox --help`` lists the options.
"""
