"""What is known of a model before it is asked anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from pydantic_ai.models import Model
    from pydantic_ai.settings import ModelSettings


SHORTEST_KEY = 16


@dataclass(frozen=True)
class Effort:
    """One level of reasoning effort: the value sent to the model, its word, and a line on what it costs."""

    value: str
    label: str
    hint: str


_LEVELS = (
    Effort("none", "None", "Answers at once, without thinking first."),
    Effort("minimal", "Minimal", "Thinks as little as it can."),
    Effort("low", "Low", "Quick and cheap, for plain work."),
    Effort("medium", "Medium", "A balance of speed and care."),
    Effort("high", "High", "Slower, for work that needs thought."),
    Effort("xhigh", "Very high", "Slow and costly, for hard problems."),
    Effort("max", "Maximum", "As long as it takes, at the highest cost."),
)


NO_TEMPERATURE = "This model takes no temperature. It was left out."
NO_SUMMARIES = "OpenAI shows this account no summaries of what its models think. They are left out."
NO_TOOL_CHOICE = "This server cannot turn tools off for an answer. The model was told so in words only."

# settings that a server may refuse: the word by which it names each, and what to say then
_LEFT_OUT = {
    "temperature": ("temperature", NO_TEMPERATURE),
    "openai_reasoning_summary": ("summar", NO_SUMMARIES),
}


@dataclass(frozen=True)
class ModelAbility:
    """A model that can be chosen, or the reason why it cannot. `efforts` is empty where unknown or absent.

    `price_in` and `price_out` are dollars for a million tokens; None where unknown. Both are 0 only of a
    model that costs nothing: then no answer of it does.
    """

    name: str  # "openai:gpt-5.1", "ollama:qwen3", "demo"
    label: str
    provider: str
    efforts: tuple[Effort, ...] = ()
    uses_tools: bool = True
    sees_images: bool = False
    context_tokens: int | None = None
    price_in: Decimal | None = None
    price_out: Decimal | None = None
    available: bool = True
    note: str = ""

    def checked(self) -> ModelAbility:
        """The same, but not to be chosen when it cannot use tools."""
        if self.uses_tools or not self.available:
            return self
        note = "This model cannot use tools, so it can do no work."
        return replace(self, available=False, note=note)


@dataclass(frozen=True)
class Wishes:
    """How a model shall be asked. `temperature` is from 0 to 2; None leaves it to the server.

    `conversation` names what the questions belong to: one name for as long as each grows out of the last.
    """

    effort: str = ""
    temperature: float | None = None
    conversation: str = ""


@dataclass(frozen=True)
class ChosenModel:
    """A model ready to be asked. `server` is where it is, in words.

    `elsewhere`: its adapter computes and speaks HTTP on the models' own thread, never on the caller's loop.
    `adjusted` says in a sentence what of the wanted settings was left out or changed; empty when nothing was.
    """

    ability: ModelAbility
    model: Model
    server: str
    settings: ModelSettings
    elsewhere: bool = True
    summarises: bool = True
    adjusted: str = ""
    takes_tool_choice: bool = True
    key: str = field(default="", repr=False)

    @property
    def secret_key(self) -> str:
        """The key, where it is one: a server of one's own is often given a word such as “ollama”."""
        return self.key if len(self.key) >= SHORTEST_KEY else ""

    def without_key(self, text: str) -> str:
        """What its server said, fit to be shown: some repeat the key that they refuse."""
        return text.replace(self.secret_key, "‹API key›") if self.secret_key else text

    def without_what_is_named_in(self, refusal: str) -> ChosenModel | None:
        """The same, asked without a setting that its server refused; None if it named none of those."""
        for setting, (word, sentence) in _LEFT_OUT.items():
            if setting in self.settings and word in refusal.lower():
                settings = {name: value for name, value in self.settings.items() if name != setting}
                return replace(self, settings=cast("ModelSettings", settings), adjusted=sentence)
        if self.takes_tool_choice and "tool_choice" in refusal.lower():
            return replace(self, takes_tool_choice=False, adjusted=NO_TOOL_CHOICE)
        return None


def efforts_from(values: Iterable[str]) -> tuple[Effort, ...]:
    """Levels in order, least first; one that is not known keeps its own word and comes last."""
    wanted = list(dict.fromkeys(values))
    known = [level for level in _LEVELS if level.value in wanted]
    own = [
        Effort(value, value.capitalize(), "")
        for value in wanted
        if value not in {level.value for level in known}
    ]
    return (*known, *own)
