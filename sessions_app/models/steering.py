"""What a task thinks with: the choice of a model and an effort, also while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from .language_model import EffortLevel, LanguageModel, model_named, offered_in
from .lifecycle import LIVE
from .session import Session
from .task import Task
from .user import User


class ChoiceRefused(ValueError):
    """The model is not offered in this space, or the task is over. Says which."""


@dataclass(frozen=True)
class Choices:
    """What may be chosen for the next step, or for the run that a message starts; and what holds now."""

    models: list[LanguageModel]  # connection by connection
    listed: list[LanguageModel]  # without the one that a message takes if nothing is chosen
    model: str
    model_label: str
    effort: str

    @property
    def efforts(self) -> list[EffortLevel]:
        """Every level that one of these models knows, each once."""
        levels = {level["value"]: level for model in self.models for level in model.efforts}
        return list(levels.values())

    @property
    def effort_label(self) -> str:
        return next((level["label"] for level in self.efforts if level["value"] == self.effort), self.effort)

    @property
    def offers_its_own(self) -> bool:
        return any(one.name == self.model for one in self.models)

    @property
    def is_any(self) -> bool:
        return len(self.models) > 1 or bool(self.efforts)


def choices_of(task: Task, session: Session) -> Choices:
    """A run that is over leaves the model to the agent again, and keeps the effort that was chosen last."""
    by_connection = F("connection__label").asc(nulls_last=True), "connection_id", "label", "pk"
    offered = list(offered_in(session.space_id).filter(available=True).order_by(*by_connection))
    model = session.agent.thinks_with if task.is_over else task.model
    label = next((one.label for one in offered if one.name == model), model)
    listed = [one for one in offered if one.name != model or not task.is_over]
    return Choices(offered, listed, model, label, task.effort)


def effort_that_exists(space_id: int, model: str, effort: str) -> str:
    """The effort, or none where the model is known not to have it: a task tells the truth of itself."""
    known = model_named(model, space_id)
    return "" if known and not known.effort_level(effort) else effort


def steer(task: Task, *, model: str, effort: str, by: User) -> None:
    """Let a task under way think with another model or effort from its next step on.

    An effort that the model does not have becomes its own default. Raises ChoiceRefused.
    """
    with task.session.writing() as session:
        task.look_again()
        if task.status not in LIVE:
            raise ChoiceRefused("It has ended meanwhile. The choice holds for what you send next.")
        known = model_named(model, session.space_id)
        offered = known if known and known.available else None
        if offered is None and model != task.model:
            raise ChoiceRefused("That model is not offered here any more. Choose another one.")
        if known is None and effort != task.effort:
            effort = ""  # nobody offered it: what levels this model has, nobody knows
        effort = effort_that_exists(session.space_id, model, effort)
        told = {}
        if model != task.model:
            told["model"] = offered.label if offered else model
        if effort != task.effort:
            level = offered.effort_level(effort) if offered else None
            told["effort"] = level["label"] if level else effort or "Default"
        if told:
            Task.objects.filter(pk=task.pk).update(model=model, effort=effort)
            session.append("steered", {**told, "by_name": by.shown_name}, task=task, by=by)
    task.look_again()
