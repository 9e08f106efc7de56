"""How much the demo checks its own work."""

from __future__ import annotations

from sessions_app.agents.abilities import Effort

EFFORTS = (
    Effort("quick", "Quick", "Checks a site once: its title."),
    Effort("careful", "Careful", "Checks a site twice: its title and its stylesheet."),
    Effort("thorough", "Thorough", "Checks a site four times: title, stylesheet, structure and scrolling."),
)
USUAL_EFFORT = "careful"

CHECKS = {"quick": 1, "careful": 2, "thorough": 4}
