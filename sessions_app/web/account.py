"""A person's own page: name, e-mail address, password, and how the pages look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from sessions_app.models import User
from sessions_app.models.space import memberships_of

from .frame import THEME_COOKIE, THEMES
from .lookups import look_at, person
from .session_page import number

YEAR_SECONDS = 365 * 24 * 3600


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # Django forms take no arguments at run time
    """The e-mail address is the user name too, once it is given."""

    first_name = forms.CharField(label="Name", max_length=150, required=False)
    email = forms.EmailField(label="E-mail", max_length=150, required=False)

    class Meta:
        model = User
        fields = ["first_name", "email"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        others = User.objects.exclude(pk=self.instance.pk)
        if email and (others.filter(username__iexact=email) | others.filter(email__iexact=email)).exists():
            raise forms.ValidationError("Another person has this e-mail address.")
        return email

    def save(self, commit: bool = True) -> User:
        self.instance.last_name = ""  # a name is one field here
        self.instance.username = self.instance.email or self.instance.username
        user: User = super().save(commit)
        return user


@require_GET
@login_required
def account(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
@login_required
def account_profile(request: HttpRequest) -> HttpResponse:
    # A copy: a refused form must not change who the page says is signed in.
    form = ProfileForm(request.POST, instance=User.objects.get(pk=person(request).pk))
    if not form.is_valid():
        return _show(request, profile=form)
    form.save()
    messages.success(request, "Saved.")
    return redirect("account")


@sensitive_post_parameters()
@require_POST
@login_required
def account_password(request: HttpRequest) -> HttpResponse:
    form = _password_form(person(request), request.POST)
    if not form.is_valid():
        return _show(request, password=form)
    update_session_auth_hash(request, form.save())
    messages.success(request, "The password is set. Other browsers are signed out.")
    return redirect("account")


@require_POST
def account_theme(request: HttpRequest) -> HttpResponse:
    """Kept in a cookie that the server reads, so that no page flashes in the other theme first."""
    response = redirect("account")
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=YEAR_SECONDS, samesite="Lax", secure=settings.SECURE, httponly=True
        )
    return response


@require_POST
@login_required
def account_space(request: HttpRequest) -> HttpResponse:
    mine = memberships_of(person(request))
    chosen = number(request.POST.get("space", "")) or 0
    look_at(request, get_object_or_404(mine, space=chosen).space)
    return redirect("sessions")


def _show(request: HttpRequest, **forms_with_errors: Any) -> HttpResponse:
    user = person(request)
    page = {
        "profile": ProfileForm(instance=user, initial={"first_name": user.get_full_name()}),
        "password": _password_form(user),
        "themes": THEMES,
        "memberships": memberships_of(user),
        **forms_with_errors,
    }
    return render(request, "people/account.html", page, status=422 if forms_with_errors else 200)


def _password_form(user: User, data: QueryDict | None = None) -> SetPasswordForm[User]:
    """Who has a password gives it to set another; who finds a browser open must not lock its owner out."""
    form = PasswordChangeForm if user.has_usable_password() else SetPasswordForm
    return form(user, data)
