"""An opinion from outside, by the link of an e-mail: the promise first, then what is shared, then the opinion."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guichet.core.downloads import stored_answer
from guichet.core.errors import InvalidState
from guichet.core.limits import may_go_on

from ..forms.opinions import DeclarationForm, OpinionForm
from ..models import Opinion
from ..services import opinions

PAGE, OVER = "funding/opinion.html", "funding/opinion_over.html"


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap a page of a link: ``view(request, opinion, token=…)``; in words, with 404, for one that is over.

    Whoever has the address has the page: no cache keeps it, no search engine lists it, no site that it leads to hears
    of it. « no-referrer » would say less to us alone, and have browsers send forms that Django refuses.
    """

    @never_cache
    @functools.wraps(view)
    def wrapped(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        response = _answer(request, token, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def _answer(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        request.is_hurried = not may_go_on(request, "opinion")
        # What was typed is not thrown away: the form says it itself.
        if request.is_hurried and request.method != "POST":
            return render(request, OVER, {"problem": _too_many()}, status=429)
        opinion = opinions.find_opinion(token)
        problem = opinions.why_over(opinion) if opinion else ""
        if opinion is None or problem:
            return render(request, OVER, {"problem": problem, "typed": request.POST.get("text", "")}, status=404)
        return view(request, opinion, token=token, **kwargs)

    return wrapped


def _too_many() -> str:
    return _("Trop de pages ont été demandées en peu de temps. Attendez une minute, puis recommencez.")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def opinion_page(request: HttpRequest, opinion: Opinion, *, token: str) -> HttpResponse:
    """What is asked and shared, and the opinion."""
    if opinion.declared_at is None:
        return _page(request, opinion, token, DeclarationForm())
    # Nothing is made of a file for somebody in too much of a hurry.
    files = None if request.is_hurried else request.FILES or None
    too_heavy = "file" in getattr(request, "too_big", [])
    form = OpinionForm(request.POST or None, files, opinion=opinion, too_heavy=too_heavy)
    status = 200
    if request.method == "POST" and form.is_valid():
        if request.is_hurried:
            form.add_error(None, _too_many())
            status = 429
        elif _does(
            form,
            opinions.give_opinion,
            opinion=opinion,
            recommendation=form.cleaned_data["recommendation"],
            text=form.cleaned_data["text"],
            file=form.cleaned_data["file"],
            removes_file=form.cleaned_data.get("removes_file", False),
        ):
            messages.success(request, _("Merci! Votre avis est transmis."))
            return redirect("opinions:opinion", token)
    return _page(request, opinion, token, form, status=status)


@require_POST
@by_link
def declare(request: HttpRequest, opinion: Opinion, *, token: str) -> HttpResponse:
    """« Lire la demande », once the box is ticked."""
    form = DeclarationForm(request.POST)
    if form.is_valid() and _does(form, opinions.declare, opinion=opinion):
        return redirect("opinions:opinion", token)
    return _page(request, opinion, token, form)


@require_safe
@by_link
def file(request: HttpRequest, opinion: Opinion, *, token: str, file_id: int) -> HttpResponse:
    """A file that is shared, always as a download, while there is something to read."""
    if file_id not in opinion.files or not _is_readable(opinion):
        raise Http404
    return stored_answer(get_object_or_404(opinion.application.files, pk=file_id))


def _does(form: forms.Form, verb: Callable[..., Any], **values: Any) -> bool:
    """Do it, or tell why not beside what was typed."""
    try:
        verb(**values)
    except InvalidState as problem:
        form.add_error(None, str(problem))
        return False
    return True


def _is_readable(opinion: Opinion) -> bool:
    """What is shared is for whoever still has something to say about it."""
    return opinion.declared_at is not None and not opinions.why_settled(opinion)


def _page(request: HttpRequest, opinion: Opinion, token: str, form: forms.Form, *, status: int = 200) -> HttpResponse:
    is_readable = _is_readable(opinion)
    context = {
        "opinion": opinion,
        "application": opinion.application,
        "token": token,
        "form": form,
        "title": opinions.shared_title(opinion),
        "typed": request.POST.get("text", ""),
        "settled": opinions.why_settled(opinion),
        "is_readable": is_readable,
        "sections": opinions.shared_sections(opinion) if is_readable else [],
        "files": opinions.shared_files(opinion) if is_readable else [],
    }
    return render(request, PAGE, context, status=status)


urlpatterns = [
    path("avis-externe/<str:token>/", opinion_page, name="opinion"),
    path("avis-externe/<str:token>/declaration/", declare, name="declare"),
    path("avis-externe/<str:token>/fichiers/<int:file_id>/", file, name="file"),
]
