from __future__ import annotations

from django.urls import path

from . import artifact_download, artifact_view

urlpatterns = [
    path("s/<int:pk>/artifacts/<int:artifact_pk>/", artifact_view.artifact, name="artifact"),
    path(
        "s/<int:pk>/artifacts/<int:artifact_pk>/download/",
        artifact_download.artifact_download,
        name="artifact_download",
    ),
]
