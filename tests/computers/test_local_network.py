"""The local kind keeps what every computer promises about hosts."""

from __future__ import annotations

import pytest

from .network_contract import NetworkContract, site

pytestmark = pytest.mark.sandbox
__all__ = ["site"]


class TestNetwork(NetworkContract): ...
