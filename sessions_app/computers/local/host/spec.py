"""What a host process is told at its start, as one JSON object on standard input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .policy import Policy


@dataclass(frozen=True)
class HostSpec:
    computer_id: str
    user_id: int | None  # to become; None without root
    python: str
    code: str  # the folder that holds the package `local`
    folder: str  # the computer's own: `run`, `workspace` and `home` lie in it
    lock: str
    kind: str  # "browser" or "desktop"
    width: int
    height: int
    memory_mb: int
    processes: int
    disk_mb: int
    file_mb: int
    idle_seconds: int
    policy: Policy

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> HostSpec:
        return cls(**{**given, "policy": Policy(**given["policy"])})

    @property
    def run(self) -> Path:
        return Path(self.folder, "run")

    @property
    def workspace(self) -> str:
        return f"{self.folder}/workspace"

    @property
    def home(self) -> str:
        return f"{self.folder}/home"
