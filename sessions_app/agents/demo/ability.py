from __future__ import annotations

from decimal import Decimal

from sessions_app.agents.abilities import ModelAbility

from .effort import EFFORTS

DEMO_ABILITY = ModelAbility(
    name="demo",
    label="Demo (no AI)",
    provider="Built in",
    efforts=EFFORTS,
    sees_images=True,
    price_in=Decimal(0),
    price_out=Decimal(0),
    note="Built in. It plays a small set of tasks without any AI, to show how work looks here.",
)
