"""Faults that came from a computer, as the classes that its callers know."""

from __future__ import annotations

from sessions_app.computers import errors

from .wire import Fault


def raised(fault: Fault) -> Exception:
    """The exception that a fault's name stands for; ComputerError for a name that is unknown here."""
    if fault.name == "KeyError":
        return KeyError(str(fault))
    kind = getattr(errors, fault.name, errors.ComputerError)
    exception: Exception = kind(str(fault))
    return exception
