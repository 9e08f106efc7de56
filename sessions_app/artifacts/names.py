"""Names that agents gave to files. They are hostile: one may leave its folder, or look like another."""

from __future__ import annotations

import posixpath
import unicodedata

from sessions_app.agents.ports import ArtifactRefused
from sessions_app.computers.base import WORKSPACE

PATH_LIMIT = 400
_NOT_SHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # Persian and emoji need them


def workspace_path(path: str) -> str:
    """A path as the artifact's own: relative to the workspace, "." for all of it. Raises ArtifactRefused."""
    inside = path.removeprefix(WORKSPACE).lstrip("/") if f"{path}/".startswith(f"{WORKSPACE}/") else path
    clean = posixpath.normpath(inside or ".")
    if clean.startswith(("/", "../")) or clean == "..":
        raise ArtifactRefused(f"{shown(path)} lies outside the workspace. Only what is inside can be saved.")
    check_name(clean)
    return clean


def check_name(path: str) -> None:
    """Raises ArtifactRefused for a relative path that could mislead a reader or a program."""
    if any(_misleads(letter) for letter in path):
        raise ArtifactRefused(
            f"The name {shown(path)} has characters that do not show. Rename it, then try again."
        )
    if path.startswith("/") or {"..", ""} & set(path.split("/")):
        raise ArtifactRefused(f"{shown(path)} is no path inside the folder. It was not saved.")
    if len(path) > PATH_LIMIT:
        raise ArtifactRefused(
            f"The path {shown(path)} is longer than {PATH_LIMIT} characters. Shorten it, then try again."
        )


def shown(name: str) -> str:
    """A name as it can stand in a sentence: what does not show is replaced, a long one keeps its end."""
    plain = "".join("\ufffd" if _misleads(letter) else letter for letter in name)
    return plain if len(plain) <= 80 else f"…{plain[-79:]}"


def _misleads(letter: str) -> bool:
    """Controls, formats (they turn the reading direction), halves of pairs, line ends; the other slash."""
    return letter == "\\" or (unicodedata.category(letter) in _NOT_SHOWN and letter not in _JOINERS)
