"""What keys are called. Models, and Lightcone's SDK, spell them in many ways."""

from __future__ import annotations

# As Playwright names them, which are the names of `KeyboardEvent.key`.
NAMES = {
    "ctrl": "Control", "control": "Control", "strg": "Control",
    "alt": "Alt", "option": "Alt", "shift": "Shift",
    "cmd": "Meta", "command": "Meta", "meta": "Meta", "super": "Meta", "win": "Meta", "windows": "Meta",
    "enter": "Enter", "return": "Enter", "esc": "Escape", "escape": "Escape", "tab": "Tab",
    "space": "Space", "spacebar": "Space", "backspace": "Backspace", "delete": "Delete", "del": "Delete",
    "insert": "Insert", "home": "Home", "end": "End",
    "pageup": "PageUp", "page_up": "PageUp", "pgup": "PageUp",
    "pagedown": "PageDown", "page_down": "PageDown", "pgdn": "PageDown",
    "up": "ArrowUp", "arrowup": "ArrowUp", "down": "ArrowDown", "arrowdown": "ArrowDown",
    "left": "ArrowLeft", "arrowleft": "ArrowLeft", "right": "ArrowRight", "arrowright": "ArrowRight",
    "capslock": "CapsLock", "caps_lock": "CapsLock",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}  # fmt: skip


def key_name(key: str) -> str | None:
    """The name that `KeyboardEvent.key` has for it; None: it is no key. A single character names itself."""
    return key if len(key) == 1 else NAMES.get(key.strip().lower())
