"""Colours for the pages that the demo makes. Each reads well in white on it, and on white or paper."""

COLOURS = {
    "black": "#1f1f1f",
    "blue": "#0b57d0",
    "brown": "#6d4c2f",
    "gray": "#4a4f57",
    "green": "#1b6e3c",
    "grey": "#4a4f57",
    "orange": "#a34700",
    "pink": "#b0276b",
    "purple": "#6a3fb5",
    "red": "#b3261e",
    "teal": "#00696b",
    "yellow": "#7a5d00",
}
