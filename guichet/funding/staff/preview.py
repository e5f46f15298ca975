"""A form as the client will see it: drawn by the same templates, with answers that nobody keeps."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guichet.core.staff_frame import staff_view

from .. import perms
from ..building import build
from ..enums import FormPurpose
from ..models import Form
from ..schema import base_input, bound_questions, evaluate, parse_schema, read_posted, row_action


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_forms")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """« Aperçu » of the form as it is saved, with its conditions and sums at work; what is typed is forgotten."""
    form = get_object_or_404(Form, pk=pk)
    schema = parse_schema(build(form.body, form.purpose).schema)
    answers: dict = {}
    if request.method == "POST":
        for section in schema.sections:
            answers |= read_posted(section, request.POST)
    # Every fiche has its own words: these stand for them.
    fiche = {question.field: _("(vient de la fiche)") for _section, question in schema if question.field}
    # A report is about what was really spent.
    column = "real" if form.purpose == FormPurpose.REPORT else "planned"
    verdict = evaluate(schema, answers, fiche=fiche, column=column)
    sends = request.method == "POST" and not any(row_action(section, request.POST) for section in schema.sections)
    return render(
        request,
        "funding/staff/preview.html",
        {
            "form": form,
            "base": base_input(schema.sections[0], answers) if schema.sections else "",
            "sections": [
                (section, bound_questions(section, answers, verdict, missing=sends, column=column))
                for section in schema.sections
            ],
            "may_edit": perms.can_edit_form(request.user, form),
        },
    )
