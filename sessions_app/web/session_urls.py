from __future__ import annotations

from django.urls import path

from . import (
    answer_link,
    approvals,
    giving,
    going_back,
    message_page,
    session_control,
    session_costs,
    session_page,
    session_panel,
    session_verbs,
    step_parts,
)

urlpatterns = [
    path("s/<int:pk>/", session_page.session, name="session"),
    path("s/<int:pk>/messages/", session_verbs.say, name="session_messages"),
    path("s/<int:pk>/messages/<int:message_pk>/", message_page.message, name="message"),
    path("s/<int:pk>/messages/<int:message_pk>/withdraw/", message_page.withdraw, name="message_withdraw"),
    path("s/<int:pk>/stop/", session_verbs.stop, name="session_stop"),
    path("s/<int:pk>/pause/", session_control.pause, name="session_pause"),
    path("s/<int:pk>/steer/", session_control.steer, name="session_steer"),
    path("s/<int:pk>/resume/", session_control.resume, name="session_resume"),
    path("s/<int:pk>/recover/", session_control.recover, name="session_recover"),
    path("s/<int:pk>/rename/", session_verbs.rename, name="session_rename"),
    path("s/<int:pk>/questions/<int:question_pk>/answer/", session_verbs.answer, name="session_answer"),
    path("s/<int:pk>/questions/<int:question_pk>/link/", answer_link.link_to_answer, name="link_to_answer"),
    path("s/<int:pk>/secrets/<int:secret_pk>/remove/", session_verbs.remove_secret, name="secret_remove"),
    path("s/<int:pk>/given/<int:question_pk>/", giving.given_file, name="given_file"),
    path("answer/<str:token>/", answer_link.answer_by_link, name="answer_by_link"),
    path("s/<int:pk>/approvals/", approvals.decide, name="session_decide"),
    path(
        "s/<int:pk>/grants/<int:grant_pk>/take-back/",
        approvals.take_back_in_session,
        name="session_grant_take_back",
    ),
    path("s/<int:pk>/done/", session_verbs.done, name="session_done"),
    path("s/<int:pk>/steps/<int:seq>/again/", going_back.again, name="step_again"),
    path("s/<int:pk>/steps/<int:seq>/fork/", going_back.fork, name="step_fork"),
    path("s/<int:pk>/steps/", step_parts.steps, name="session_steps"),
    path("s/<int:pk>/steps/<int:seq>/body/", step_parts.body, name="step_body"),
    path("s/<int:pk>/steps/<int:seq>/output/", step_parts.output, name="step_output"),
    path("s/<int:pk>/blobs/<str:sha256>/", step_parts.blob, name="session_blob"),
    path("s/<int:pk>/artifacts/", session_panel.artifacts, name="session_artifacts"),
    path("s/<int:pk>/costs/", session_costs.session_costs, name="session_costs"),
    path("s/<int:pk>/details/", session_panel.details, name="session_details"),
]
