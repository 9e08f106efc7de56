from __future__ import annotations

from django.urls import path

from . import connection_form, models_page

urlpatterns = [
    path("", models_page.models, name="models"),
    path("default/", models_page.models_default, name="models_default"),
    path("failing/", models_page.failing, name="models_failing"),
    path("new/", connection_form.connection_new, name="connection_new"),
    path("<slug:slug>/test/", models_page.connection_test, name="connection_test"),
    path("<slug:slug>/settings/", connection_form.connection_settings, name="connection_settings"),
    path("<slug:slug>/delete/", connection_form.connection_delete, name="connection_delete"),
]
