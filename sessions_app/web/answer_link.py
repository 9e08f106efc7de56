"""Answering one question by a link, without signing in. `models/answer_link.py` says what it permits."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from sessions_app import fragments
from sessions_app.models import AnsweredAlready, AnswerRefused, Question, answer_link
from sessions_app.models.answer_link import Lent, LinkDead
from sessions_app.models.overview import answer_to

from .giving import give_answer
from .lookups import directed_session_for, person
from .session_page import Written
from .session_verbs import written_in


@never_cache
@require_GET
@login_required
def link_to_answer(request: HttpRequest, pk: int, question_pk: int) -> HttpResponse:
    """Shows the link, for whoever wants to send it. Each person who directs gets one in their own name."""
    session = directed_session_for(request, pk)
    question = get_object_or_404(
        answer_link.lendable(Question.objects.all()), pk=question_pk, session=session
    )
    if not question.is_open:
        return redirect("session", pk)
    token = answer_link.token_for(question, person(request))
    link = request.build_absolute_uri(reverse("answer_by_link", args=[token]))
    page = {"session": session, "question": question, "link": link}
    return render(request, "session/link_to_answer.html", page)


# No CSRF token: nothing that a browser sends by itself counts here. Who cannot read the address cannot forge
# the form, and who can needs no forgery. So it also works where cookies are refused, as in a mail program.
# No count of tries either: an address that was guessed is no signature.
@csrf_exempt
@never_cache
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "POST"])
def answer_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET changes nothing: programs that look at links before people do cannot use it up."""
    lent, written = lent_by(token), written_in(request)
    if request.method == "POST" and answered(lent, written):
        return redirect("answer_by_link", token)
    status = 422 if written.refusal else 200
    response = render(request, "people/answer_by_link.html", page_of(lent, written), status=status)
    response.headers["Referrer-Policy"] = "no-referrer"  # the address is a secret
    return response


def lent_by(token: str) -> Lent:
    try:
        return answer_link.lent_by(token)
    except LinkDead:
        raise Http404 from None


def answered(lent: Lent, written: Written) -> bool:
    """False when it was refused; why, is then written down."""
    try:
        give_answer(lent.question, written, by=lent.issuer, by_link=True)
    except (AnswerRefused, AnsweredAlready) as refusal:
        written.refusal = str(refusal)
    return not written.refusal


def page_of(lent: Lent, written: Written) -> dict[str, object]:
    question = lent.question
    return {
        "question": question,
        "session": question.session,
        "issuer": lent.issuer,
        "words": fragments.question_words(question),
        "answered": None if question.is_open else answer_to(question),
        "text": written.text,
        "chosen": written.chosen,
        "key": written.key,
        "refusal": written.refusal,
    }
