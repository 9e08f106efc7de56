"""What an agent is told before anything else."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sessions_app.computers.results import ComputerKind

_PROMPTS = Path(__file__).parent / "prompts"


def instructions(
    agent_name: str,
    own_instructions: str = "",
    *,
    sees_images: bool = True,
    secrets: Iterable[str] = (),
    kind: ComputerKind = "browser",
) -> str:
    """The system prompt of an agent: what all agents are told, then what was written about this one.

    `secrets` are the names of those that it has.
    """
    pictures = "" if sees_images else prompt("without_pictures")
    text = prompt("system").replace("{pictures}", pictures).replace("{agent_name}", agent_name)
    if kind == "desktop":
        text += prompt("desktop")
    if named := ", ".join(f"${name}" for name in sorted(secrets)):
        text += prompt("secrets").replace("{secrets}", named)
    if own_instructions.strip():
        text += prompt("own").replace("{own_instructions}", own_instructions.strip())
    return text.strip()


@cache
def prompt(name: str) -> str:
    """A text of prompts/, without its last line end."""
    return (_PROMPTS / f"{name}.md").read_text(encoding="utf-8").removesuffix("\n")
