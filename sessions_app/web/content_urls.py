"""Every address of the content origin."""

from __future__ import annotations

from django.urls import path

from . import content, workspace_page

urlpatterns = [
    path("page/<str:ticket>/", workspace_page.page, name="workspace_page"),
    path("<str:ticket>/", content.file, name="content"),
    path("<str:ticket>/<path:path>", content.file, name="content_file"),
]
