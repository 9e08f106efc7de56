"""What a computer cannot do.

ComputerError
├── ComputerUnavailable   none can be started here; says why and what mends it
├── ComputerLost          it was there and is gone, with everything that ran in it; its files are kept
├── PathRefused           a path that leaves the workspace, or is not a regular file
├── FileMissing           nothing lies at that path
├── FileTooLarge          past the limit that the call names
├── EditRefused           the text to replace is absent, or stands there more than once
└── PageFailed            the page, or something on it, could not be reached; says what was seen instead
"""

from __future__ import annotations


class ComputerError(Exception):
    """Something a computer could not do. The text is for the person and the model alike."""


class ComputerUnavailable(ComputerError):
    """No computer can be started here. `cure` is the one line that mends it, or empty."""

    def __init__(self, reason: str, *, cure: str = "") -> None:
        super().__init__(reason)
        self.cure = cure


class ComputerLost(ComputerError):
    """The computer ended while it was in use."""


class PathRefused(ComputerError):
    """The path leaves the workspace or names no regular file."""


class FileMissing(ComputerError):
    """Nothing lies at that path."""


class FileTooLarge(ComputerError):
    """The file is larger than the call allows."""


class EditRefused(ComputerError):
    """The text to replace is absent or ambiguous."""


class PageFailed(ComputerError):
    """The page could not be opened, or the thing to act on was not found."""
