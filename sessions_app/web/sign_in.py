"""Signing in with a password, or with a link that works once; and out."""

from __future__ import annotations

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sessions_app.models import User, sign_in_link

from . import sign_in_tries as tries

NO_MATCH = "That name and password do not match."
BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignInForm(forms.Form):
    name = forms.CharField(label="E-mail or user name", max_length=254)
    password = forms.CharField(max_length=1000, strip=False)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return HttpResponseRedirect(where_next(request))
    form = SignInForm(request.POST or None)
    if form.is_valid():
        user, refusal = checked(request, form.cleaned_data["name"], form.cleaned_data["password"])
        if user:
            login(request, user)
            return HttpResponseRedirect(where_next(request))
        form.add_error(None, refusal)
    page = {"form": form, "next": where_next(request)}
    return render(request, "people/sign_in.html", page, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """GET only shows a button: programs that look at links before people do cannot use it up."""
    if request.method == "POST":
        user = sign_in_link.consume(secret)
        if user:
            login(request, user, backend=BACKEND)
            return redirect("sessions")
    good = request.method == "GET" and sign_in_link.still_good(secret)
    return render(request, "people/sign_in_link.html", {"good": good}, status=200 if good else 410)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("login")


def checked(request: HttpRequest, name: str, password: str) -> tuple[User | None, str]:
    """Who it is, or why not, in words that do not tell whether there is such a person."""
    address = request.META.get("REMOTE_ADDR", "")
    wait = tries.take(name, address)
    if wait:
        return None, f"Too many tries. Wait {wait} minute{'' if wait == 1 else 's'}, then try again."
    user = authenticate(request, username=user_name(name), password=password)
    if isinstance(user, User):
        tries.give_back(name, address)
        return user, ""
    return None, NO_MATCH


def user_name(name: str) -> str:
    """The user name of whoever goes by this name or e-mail address; the name itself when nobody does."""
    exact = User.objects.filter(username__iexact=name) or User.objects.filter(email__iexact=name)
    return exact[0].get_username() if len(exact) == 1 else name


def where_next(request: HttpRequest) -> str:
    """The page that somebody wanted before they had to sign in. Never another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url("sessions")
