"""What an agent is told before anything else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PROMPTS = Path(__file__).parent / "prompts"


def instructions(agent_name: str, own_instructions: str = "", *, sees_images: bool = True) -> str:
    """The system prompt of an agent: what all agents are told, then what was written about this one."""
    pictures = "" if sees_images else prompt("without_pictures")
    text = prompt("system").replace("{pictures}", pictures).replace("{agent_name}", agent_name)
    if own_instructions.strip():
        text += prompt("own").replace("{own_instructions}", own_instructions.strip())
    return text.strip()


@cache
def prompt(name: str) -> str:
    """A text of prompts/, without its last line end."""
    return (_PROMPTS / f"{name}.md").read_text(encoding="utf-8").removesuffix("\n")
