"""Text that the demo prints when it is ready."""

from __future__ import annotations

# Printed first, for programs that wait for it.
READY = "Ecwid merchant portal - the demo is running"
GUIDE = """
  {ready}

    Portal    {portal}
              merchant: sign in as {email} with the password {password}
              operator: sign in as {operator_email} with the password {operator_password}
                        and the code that `make demo-code` prints in another terminal
    Sandbox   {sandbox}/_sandbox/
              simulates Ecwid with one store of {products:,} products and three small ones
    API       {portal}/api/docs
              key of the channel {channel}: {key}

  What to look at, signed in as the merchant
{look}
  What to try
    1. Change a product's price in the sandbox; see it on the portal's product page
       a moment later.
    2. Connect a store: North Trail, East Court and South Bay Paddles are ready.
    3. Sign in as the operator in another browser, and choose "Operator".
    4. Play a marketplace with the API: docs/quickstart.md, or all of it by
       .venv/bin/python docs/marketplace.py --portal {portal} --key {key}

  Mail is written to {folder}/mail, logs to {folder}/*.log.
  Ctrl-C stops everything and keeps the data; `make demo-reset` deletes it.
"""

TOUR = """    Juniper & Clay    healthy and busy: charts, orders of a marketplace, webhook events
    Harbor Press      Ecwid has taken a permission away: the page says which, and what to do
    Meadow & Oak      imports slowly: it takes some minutes after the first start
"""
BARE = """    Connect a store   choose Juniper & Clay, and watch its catalog arrive
"""
