from __future__ import annotations

from django.conf import settings

from sessions_app.agents.providers import Providers
from sessions_app.artifacts.store import BlobStore
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec, Limits, Network
from sessions_app.runners.connections import find
from sessions_app.runners.workbench import Workbench

from . import environment


def build_bench() -> Workbench:
    """What the attempts of this process work with, as the settings say."""
    limits = Limits(memory_mb=settings.COMPUTER_MEMORY_MB, disk_mb=settings.COMPUTER_DISK_MB)
    network = Network(allow_private=tuple(settings.ALLOW_PRIVATE))
    return Workbench(
        computers=LocalComputers(settings.COMPUTERS_DIR),
        spec=ComputerSpec(limits=limits, network=network),
        store=BlobStore(settings.BLOBS_DIR),
        providers=build_providers(),
    )


def build_providers() -> Providers:
    """The models that the environment names, and those of each space's own connections."""
    return Providers(environment.connections(), find)
