"""The local kind keeps the promise that every computer makes."""

from __future__ import annotations

import pytest

from .contract import CommandContract, LifeContract
from .copy_contract import CopyContract
from .file_contract import FileContract

pytestmark = pytest.mark.sandbox


class TestCommands(CommandContract): ...


class TestFiles(FileContract): ...


class TestLife(LifeContract): ...


class TestCopies(CopyContract): ...
