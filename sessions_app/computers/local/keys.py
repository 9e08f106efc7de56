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


_KEYSYMS = {
    "Backspace": 0xFF08, "Tab": 0xFF09, "Enter": 0xFF0D, "Escape": 0xFF1B, "Space": 0x20,
    "Home": 0xFF50, "ArrowLeft": 0xFF51, "ArrowUp": 0xFF52, "ArrowRight": 0xFF53, "ArrowDown": 0xFF54,
    "PageUp": 0xFF55, "PageDown": 0xFF56, "End": 0xFF57, "Insert": 0xFF63, "Delete": 0xFFFF,
    "Shift": 0xFFE1, "Control": 0xFFE3, "CapsLock": 0xFFE5, "Alt": 0xFFE9, "Meta": 0xFFEB,
    **{f"F{number}": 0xFFBD + number for number in range(1, 13)},
}  # fmt: skip
_UNICODE = 0x01000000


def keysym(key: str) -> int | None:
    """The number that X11 has for a key, or for one character; None where it is no key.

    From X.Org's keysymdef.h: Latin-1 is as it is, whatever else Unicode knows comes after 0x01000000.
    """
    if key in ("\n", "\r"):
        return _KEYSYMS["Enter"]
    if key == "\t":
        return _KEYSYMS["Tab"]
    if len(key) == 1:
        number = ord(key)
        return number if 0x20 <= number <= 0x7E or 0xA0 <= number <= 0xFF else _UNICODE + number
    return _KEYSYMS.get(key_name(key) or "")
