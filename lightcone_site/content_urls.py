"""What the second origin serves: agents' pages and sites, and nothing else."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("sessions_app.web.content_urls"))]
handler404 = "sessions_app.web.content.not_found"
