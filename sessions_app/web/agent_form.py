"""Making and changing agents; admins only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from sessions_app.models import Agent, AtLimit, ComputerKind, LanguageModel
from sessions_app.models.agent import TEMPERATURE_WANTED, NetworkMode, add
from sessions_app.models.environment import offered_in

from .agent_limits import LIMITS, ends_after, longest_run
from .agent_page import draft_in
from .ask_before import AskBeforeFields
from .lookups import managed_agent_for, managing_membership_for, person
from .machine import no_desktops
from .model_groups import groups_in


class AgentForm(AskBeforeFields, forms.ModelForm):  # type: ignore[type-arg]  # Django forms take no arguments at run time
    """The levels of effort are those of the chosen model; a model that cannot be used now can be kept."""

    class Meta:
        model = Agent
        fields = [
            "name",
            "purpose",
            "instructions",
            "model",
            "effort",
            "temperature",
            "computer_kind",
            "network",
            "environment",
            *LIMITS,
        ]
        labels = {"max_steps": "Most steps", "budget_usd": "Budget"}
        error_messages = {
            "name": {"required": "Give the agent a name."},
            "temperature": dict.fromkeys(("required", "invalid"), TEMPERATURE_WANTED),
        }

    max_duration_seconds = longest_run()
    ttl_seconds = ends_after()
    at_limits = AtLimit.choices
    computer_kinds = ComputerKind.choices
    networks = NetworkMode.choices

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at_limit"].required = False
        self.fields["computer_kind"].required = self.fields["network"].required = False
        self.environments = offered_in(self.instance.space)
        self.fields["environment"].queryset = self.environments  # type: ignore[attr-defined]
        self.groups = groups_in(self.instance.space_id)
        self.models = {model.name: model for group in self.groups for model in group.models}

    @property
    def chosen_model(self) -> LanguageModel | None:
        return self.models.get(self["model"].value()) if self["model"].value() else self.default_model

    @property
    def price_is_unknown(self) -> bool:
        """Whether a budget could not be kept with the chosen model."""
        return self.chosen_model is not None and self.chosen_model.price_in is None

    @property
    def default_model(self) -> LanguageModel | None:
        return self.models.get(self.instance.space.default_model)

    def clean_model(self) -> str:
        name: str = self.cleaned_data["model"]
        if not name or (name == self.instance.model and self.instance.pk):
            return name
        if name not in self.models:
            raise forms.ValidationError("Choose a model from the list.")
        if not self.models[name].available:
            raise forms.ValidationError(f"{self.models[name]} cannot be used now. Choose another.")
        return name

    def clean_at_limit(self) -> str:
        chosen: str = self.cleaned_data["at_limit"]
        return chosen or self.instance.at_limit

    def clean_computer_kind(self) -> str:
        chosen: str = self.cleaned_data["computer_kind"]
        return chosen or self.instance.computer_kind

    def clean_network(self) -> str:
        chosen: str = self.cleaned_data["network"]
        return chosen or self.instance.network

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        model = self.chosen_model
        if not model or not model.effort_level(cleaned.get("effort", "")):
            cleaned["effort"] = ""
        return cleaned


@require_http_methods(["GET", "POST"])
@login_required
def agent_new(request: HttpRequest) -> HttpResponse:
    membership = managing_membership_for(request)
    form = AgentForm(
        request.POST or None, instance=Agent(space=membership.space), initial=_asked_for(request)
    )
    if not form.is_valid():
        return _show(request, form)
    made = add(form.save(commit=False), by=person(request), form_key=draft_in(request).key)
    return redirect("agent", made.slug)


@require_http_methods(["GET", "POST"])
@login_required
def agent_settings(request: HttpRequest, slug: str) -> HttpResponse:
    agent = managed_agent_for(request, slug)
    form = AgentForm(request.POST or None, instance=agent, initial=_asked_for(request))
    if not form.is_valid():
        return _show(request, form)
    form.save()
    messages.success(request, "Saved.")
    return redirect("agent", slug)


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """The model in the address, which the page asks for again to get that model's levels of effort."""
    return {"model": request.GET["model"]} if "model" in request.GET else {}


def _show(request: HttpRequest, form: AgentForm) -> HttpResponse:
    agent = form.instance if form.instance.pk else None
    grants = agent.grants.standing() if agent else []
    page = {"form": form, "agent": agent, "grants": grants, "no_desktop": no_desktops()}
    page["key"] = draft_in(request).key
    return render(request, "agents/agent_form.html", page, status=422 if form.is_bound else 200)
