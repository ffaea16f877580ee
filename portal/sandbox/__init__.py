"""Stand in for Ecwid on this machine: OAuth, REST, webhooks, and a page to play the merchant.

It follows the published API and imports nothing of the portal, so that one misreading can't hide
on both sides. ``python -m portal.sandbox --help`` starts it.
"""
