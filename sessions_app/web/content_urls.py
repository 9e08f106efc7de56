"""Every address of the content origin."""

from __future__ import annotations

from django.urls import path

from . import content

urlpatterns = [
    path("<str:ticket>/", content.file, name="content"),
    path("<str:ticket>/<path:path>", content.file, name="content_file"),
]
