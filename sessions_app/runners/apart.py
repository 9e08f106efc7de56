from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import InterfaceError, OperationalError

from sessions_app.models import AnsweredAlready, Fenced, MoveLost

log = structlog.get_logger(__name__)


@contextmanager
def apart(row: object) -> Iterator[None]:
    """Deal with one row of many: what is wrong with it is logged, and holds up none of the others.

    Nothing is wrong where somebody else was quicker. A database that is away is raised: no row is to
    blame for that.
    """
    try:
        yield
    except (AnsweredAlready, Fenced, MoveLost):
        return
    except (InterfaceError, OperationalError):
        raise
    except Exception:
        log.exception("row_passed_over", row=repr(row))
