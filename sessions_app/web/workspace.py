"""The workspace of a session's computer: the one way of pages to its files.

Views show them only to those who direct the session: secrets that the agent was given may stand in them.
"""

from __future__ import annotations

from typing import BinaryIO

from django.conf import settings
from django.http import HttpRequest

from sessions_app.artifacts.kept_file import KeptFile
from sessions_app.artifacts.store import Content
from sessions_app.computers.client.files import ComputerError as ComputerError
from sessions_app.computers.client.files import Folder as Folder
from sessions_app.computers.client.files import Workspace as Workspace
from sessions_app.computers.client.files import pieces as pieces
from sessions_app.models import Computer, Session

READ_BYTES = 16 * 2**20  # of a file, for its preview


def computer_of(session: Session) -> Computer | None:
    """None before it first ran."""
    return Computer.objects.filter(session=session).exclude(boot="").first()


def workspace_of(computer: Computer | None) -> Workspace | None:
    return Workspace(settings.COMPUTERS_DIR, computer.uuid.hex) if computer else None


def asked_for(request: HttpRequest) -> str:
    """The path in the address: below the workspace, empty for all of it."""
    return request.GET.get("path", "")


class InWorkspace(Content):
    """The content of files that lie in a workspace now, each under its path in place of a digest."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def open(self, digest: str) -> BinaryIO:
        return self._workspace.open(digest)

    def read(self, digest: str, *, limit_bytes: int = -1) -> bytes:
        with self.open(digest) as file:
            return file.read(min(limit_bytes, READ_BYTES) if limit_bytes >= 0 else READ_BYTES)


def file_at(path: str, size_bytes: int) -> KeptFile:
    """A file as previews and archives know it."""
    return KeptFile(path.rpartition("/")[2], path, size_bytes)
