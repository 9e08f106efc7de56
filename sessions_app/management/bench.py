from __future__ import annotations

from django.conf import settings

from sessions_app.agents.provider_settings import ProviderSettings
from sessions_app.agents.providers import Providers
from sessions_app.artifacts.store import BlobStore
from sessions_app.computers.local.provider import LocalComputers
from sessions_app.computers.results import ComputerSpec, Limits, Network
from sessions_app.runners.workbench import Workbench


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
    """The models that the settings name."""
    efforts = {name: tuple(levels.split("|")) for name, levels in settings.MODEL_EFFORTS.items()}
    return Providers(
        ProviderSettings(
            openai_api_key=settings.OPENAI_API_KEY,
            openai_base_url=settings.OPENAI_BASE_URL,
            openai_models=tuple(settings.OPENAI_MODELS),
            ollama_url=settings.OLLAMA_URL,
            model_efforts=efforts,
        )
    )
