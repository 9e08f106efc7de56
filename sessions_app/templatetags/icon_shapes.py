"""What each icon is made of: SVG shapes in a box of 16 by 16, stroked in the colour of the text."""

from __future__ import annotations

_CIRCLE = '<circle cx="8" cy="8" r="5.75"/>'
_WINDOW = '<rect x="2" y="3" width="12" height="10" rx="1.75"/>'


def _line(path: str) -> str:
    return f'<path d="{path}"/>'


SHAPES: dict[str, str] = {
    # One shape for each status: it must be known without its colour.
    "need": _line(
        "M3.25 3h9.5A1.25 1.25 0 0 1 14 4.25v5.5A1.25 1.25 0 0 1 12.75 11H8.5l-3.25 2.75V11"
        "h-2A1.25 1.25 0 0 1 2 9.75v-5.5A1.25 1.25 0 0 1 3.25 3zM8 5v2.25M8 9v.01"
    ),
    "running": '<circle cx="8" cy="8" r="5.75" opacity=".3"/>' + _line("M8 2.25A5.75 5.75 0 0 1 13.75 8"),
    "queued": '<circle cx="8" cy="8" r="5.75" stroke-dasharray="2.58 2.58"/>',
    "paused": _CIRCLE + _line("M6.5 6v4M9.5 6v4"),
    "done": _CIRCLE + _line("m5.5 8.25 1.75 1.75 3.25-3.75"),
    "failed": _CIRCLE + _line("m6 6 4 4M10 6l-4 4"),
    "cancelled": _CIRCLE + _line("m4 12 8-8"),
    "expired": _line(
        "M4.5 2.25h7M4.5 13.75h7M5.5 2.5v2.25L8 8l2.5-3.25V2.5M5.5 13.5v-2.25L8 8l2.5 3.25v2.25"
    ),
    # The frame
    "back": _line("m10 3.25-4.75 4.75L10 12.75"),
    "chev": _line("m6 3.5 4.5 4.5L6 12.5"),
    "down": _line("m3.5 6 4.5 4.5L12.5 6"),
    "menu": _line("M2.5 4.5h11M2.5 8h11M2.5 11.5h11"),
    "inbox": _line(
        "M2 9.25h3.25l1 2h3.5l1-2H14M2 9.25l2-5.75h8l2 5.75"
        "v3.5c0 .7-.55 1.25-1.25 1.25h-9.5C2.55 14 2 13.45 2 12.75z"
    ),
    "list": _line("M6 4h7.75M6 8h7.75M6 12h7.75M2.5 4v.01M2.5 8v.01M2.5 12v.01"),
    "gear": '<circle cx="8" cy="8" r="2.25"/>'
    + _line(
        "M8 1.75V3.5M8 12.5v1.75M1.75 8H3.5M12.5 8h1.75"
        "M3.6 3.6l1.2 1.2M11.2 11.2l1.2 1.2M3.6 12.4l1.2-1.2M11.2 4.8l1.2-1.2"
    ),
    "plus": _line("M8 3v10M3 8h10"),
    "search": '<circle cx="7" cy="7" r="4.5"/>' + _line("m10.4 10.4 3.1 3.1"),
    "coin": _CIRCLE
    + _line(
        "M9.75 6.4C9.4 5.8 8.75 5.5 8 5.5c-1 0-1.75.5-1.75 1.25C6.25 8.5 9.75 7.5 9.75 9.25"
        "c0 .75-.75 1.25-1.75 1.25-.75 0-1.4-.3-1.75-.9M8 4.4v1.1M8 10.5v1.1"
    ),
    "user": '<circle cx="8" cy="5.25" r="2.75"/>'
    + _line("M2.75 13.75c.5-2.75 2.6-4.25 5.25-4.25s4.75 1.5 5.25 4.25"),
    "x": _line("m4 4 8 8M12 4l-8 8"),
    "dots": _line("M3.5 7.9v.2M8 7.9v.2M12.5 7.9v.2"),
    "warn": _line("M8 2.25 14.25 13H1.75zM8 6.25v3.25M8 11.25v.01"),
    "off": _line("m2.5 2.5 11 11M4.25 11A3 3 0 0 1 4.5 5M7 3.25A4 4 0 0 1 11.5 7a2.6 2.6 0 0 1 2 4"),
    "lock": '<rect x="3.25" y="7" width="9.5" height="6.5" rx="1.5"/>'
    + _line("M5.25 7V5.25a2.75 2.75 0 0 1 5.5 0V7"),
    # What is done
    "send": _line("M8 13V3.25M3.75 7.5 8 3.25l4.25 4.25"),
    "pause": _line("M5.75 3.5v9M10.25 3.5v9"),
    "stop": '<rect x="4" y="4" width="8" height="8" rx="1.5"/>',
    "retry": _line("M13.25 8A5.25 5.25 0 1 1 11.6 4.2M13.25 2.5v3h-3"),
    "edit": _line("m10.75 2.75 2.5 2.5-7.5 7.5-3 .5.5-3z"),
    "copy": '<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/>'
    + _line("M3.25 10.5a.75.75 0 0 1-.75-.75v-6.5a.75.75 0 0 1 .75-.75h6.5a.75.75 0 0 1 .75.75"),
    "clip": _line(
        "m13 7.5-5.25 5.25a3.2 3.2 0 0 1-4.5-4.5L8.5 3a2.1 2.1 0 0 1 3 3l-5.25 5.25a1 1 0 0 1-1.5-1.5L9.5 5"
    ),
    "download": _line("M8 2.5V10M4.75 7 8 10.25 11.25 7M2.75 13.25h10.5"),
    "external": _line(
        "M9.5 2.5h4v4M13.25 2.75 7.5 8.5M11.5 9.5v3c0 .55-.45 1-1 1h-7c-.55 0-1-.45-1-1v-7c0-.55.45-1 1-1h3"
    ),
    "full": _line("M9.5 2.5h4v4M6.5 13.5h-4v-4M13.25 2.75 9.5 6.5M2.75 13.25 6.5 9.5"),
    "hand": _line("m3.25 2.5 3.5 10.25L8.5 8.5l4.25-1.75z"),
    "play": _line("M5 3.25v9.5L12.75 8z"),
    "next": _line("m4.5 3.5 5.5 4.5-5.5 4.5zM12 3.5v9"),
    "prev": _line("M11.5 3.5 6 8l5.5 4.5zM4 3.5v9"),
    # What steps and artifacts are
    "terminal": _WINDOW + _line("m4.75 6.25 2 1.75-2 1.75M8.75 10.25h2.5"),
    "file": _line(
        "M9.25 1.75H4.75c-.55 0-1 .45-1 1v10.5c0 .55.45 1 1 1h6.5c.55 0 1-.45 1-1v-8.5zM9.25 2v2.75h2.75"
    ),
    "diff": _line("M8 2.5v6M5 5.5h6M5 12.5h6"),
    "globe": '<circle cx="8" cy="8" r="6"/>'
    + _line("M2.25 8h11.5M8 2c2 1.75 2.75 3.75 2.75 6S10 12.25 8 14c-2-1.75-2.75-3.75-2.75-6S6 3.75 8 2"),
    "commit": '<circle cx="8" cy="8" r="2.75"/>' + _line("M1.75 8h3.5M10.75 8h3.5"),
    "image": _WINDOW
    + '<circle cx="5.5" cy="6.25" r="1"/>'
    + _line("m2.5 12 3.5-3.25 2.25 2 2.75-2.75L13.75 12"),
    "table": _WINDOW + _line("M2 6.5h12M2 9.75h12M6.25 6.5V13"),
    "box": _line("m8 1.75 5.5 3v6.5l-5.5 3-5.5-3v-6.5zM2.75 5 8 7.75 13.25 5M8 7.75v6.25"),
    "screen": '<rect x="1.75" y="2.75" width="12.5" height="8.5" rx="1.5"/>'
    + _line("M5.5 13.75h5M8 11.25v2.5"),
    "think": _line("M6 13.5h4M6.5 11.5h3c0-1.5 2.5-2.25 2.5-5a4 4 0 0 0-8 0c0 2.75 2.5 3.5 2.5 5z"),
    "clock": '<circle cx="8" cy="8" r="6"/>' + _line("M8 4.75V8l2.25 1.5"),
    "check": _line("m3 8.5 3.25 3.25L13 4.5"),
}
