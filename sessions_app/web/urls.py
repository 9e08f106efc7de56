"""Every address of the dashboard, by page."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from . import account, agent_form, agent_page, approvals, costs, dashboard, environments, machine, sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard.home, name="home"),
    path("login/", sign_in.sign_in, name="login"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("signin/<str:secret>/", sign_in.by_link, name="sign_in_link"),
    path("account/", account.account, name="account"),
    path("account/profile/", account.account_profile, name="account_profile"),
    path("account/password/", account.account_password, name="account_password"),
    path("account/theme/", account.account_theme, name="account_theme"),
    path("account/space/", account.account_space, name="account_space"),
    path("sessions/", dashboard.sessions, name="sessions"),
    path("sessions/reviewed/", dashboard.reviewed, name="sessions_reviewed"),
    path("sessions/new/", agent_page.new_session, name="new_session"),
    path("agents/new/", agent_form.agent_new, name="agent_new"),
    path("agents/<slug:slug>/", agent_page.agent, name="agent"),
    path("agents/<slug:slug>/settings/", agent_form.agent_settings, name="agent_settings"),
    path(
        "agents/<slug:slug>/grants/<int:grant_pk>/take-back/",
        approvals.take_back_of_agent,
        name="agent_grant_take_back",
    ),
    path("costs/", costs.costs, name="costs"),
    path("costs/budget/", costs.costs_budget, name="costs_budget"),
    path("costs/export/", costs.costs_export, name="costs_export"),
    path("models/", include("sessions_app.web.model_urls")),
    path("environments/", environments.environments, name="environments"),
    path("environments/<int:pk>/delete/", environments.delete, name="environment_delete"),
    path("machine/", machine.machine, name="machine"),
    path("", include("sessions_app.web.session_urls")),
    path("", include("sessions_app.web.artifact_urls")),
]
