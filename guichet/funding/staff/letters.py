"""The letters of a programme: their texts, with a sample as PDF; and the letters that were made."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from guichet.core.downloads import PDF, file_answer, pdf_answer
from guichet.core.staff_frame import render_page, staff_view
from guichet.organizations.staff.lists import AgentPolicy

from ..enums import Outcome
from ..models import DecisionReason, Letter, LetterTemplate, Program
from ..perms import can_run_program
from ..services import letters as services
from .decision_forms import LetterForm


@require_safe
@staff_view(back="staff_decisions")
def letters(request: HttpRequest, pk: int) -> HttpResponse:
    """A programme's letters, one for each outcome."""
    program = get_object_or_404(Program, pk=pk)
    own = set(LetterTemplate.objects.filter(program=program).values_list("outcome", flat=True))
    return render_page(
        request,
        "funding/staff/letters.html",
        title=_("Lettres : %(program)s") % {"program": program},
        icon="doc-full-inverse",
        trail=[(_("Décisions"), reverse("staff_decisions"))],
        program=program,
        rows=[(outcome, outcome in own) for outcome in Outcome],
        can_run=can_run_program(request.user, program),
    )


def _find(pk: int, outcome: str) -> tuple[Program, Outcome]:
    if outcome not in Outcome.values:
        raise Http404
    return get_object_or_404(Program, pk=pk), Outcome(outcome)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_decisions")
def letter_text(request: HttpRequest, pk: int, outcome: str) -> HttpResponse:
    """One letter's text, with the fields beside it."""
    program, outcome = _find(pk, outcome)
    if not can_run_program(request.user, program):
        raise PermissionDenied
    template = services.template_of(program, outcome)
    form = LetterForm(request.POST or None, initial={"title": template.title, "text": template.text})
    if request.method == "POST" and form.is_valid():
        services.save_template(program=program, outcome=outcome, actor=request.user, **form.cleaned_data)
        messages.success(request, _("La lettre est enregistrée. Celles qui sont déjà parties ne changent pas."))
        return redirect("staff_letter_text", pk=pk, outcome=outcome.value)
    return render_page(
        request,
        "funding/staff/letter_text.html",
        title=_("Lettre : %(outcome)s") % {"outcome": outcome.label},
        icon="doc-full-inverse",
        trail=[
            (_("Décisions"), reverse("staff_decisions")),
            (_("Lettres : %(program)s") % {"program": program}, reverse("staff_letters", args=[pk])),
        ],
        program=program,
        outcome=outcome,
        form=form,
        fields=services.FIELDS.values(),
    )


@require_safe
@staff_view(back="staff_decisions")
def letter_sample(request: HttpRequest, pk: int, outcome: str) -> HttpResponse:
    """The saved letter as PDF, with made-up values."""
    program, outcome = _find(pk, outcome)
    content = services.letter_pdf(services.sample_letter(program, outcome))
    return pdf_answer(content, name="exemple.pdf", inline=True)


@require_safe
@staff_view(back="staff_decisions")
def letter_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter that was made."""
    return letter_response(get_object_or_404(Letter.objects.filter(made_at__isnull=False), pk=pk))


def letter_response(letter: Letter) -> HttpResponse:
    """The PDF, as a download that nothing in it can run."""
    name = f"lettre-{letter.decision.application.number}.pdf"
    return file_answer(letter.file.open("rb"), name=name, content_type=PDF)


register_permission_policy(DecisionReason, AgentPolicy(DecisionReason))


class ReasonViewSet(SnippetViewSet):
    """« Motifs de décision »: the list that staff keep."""

    model = DecisionReason
    icon = "list-ul"
    menu_label = gettext_lazy("Motifs de décision")
    menu_name = "staff-reasons"
    menu_order = 90
    menu_hook = "register_funding_menu_item"
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    list_per_page = 100
    list_filter = ["is_archived"]
    search_fields = ["text"]
    # Few rows, and no index of them: the database looks.
    search_backend_name = None
    ordering = ["text"]
    list_display = ["text", BooleanColumn("is_archived", label=gettext_lazy("Archivé"), sort_key="is_archived")]
    panels = [FieldPanel("text"), FieldPanel("next_step"), FieldPanel("is_archived")]


urlpatterns = [
    path("programmes/<int:pk>/lettres/", letters, name="staff_letters"),
    path("programmes/<int:pk>/lettres/<slug:outcome>/", letter_text, name="staff_letter_text"),
    path("programmes/<int:pk>/lettres/<slug:outcome>/exemple.pdf", letter_sample, name="staff_letter_sample"),
    path("lettres/<int:pk>.pdf", letter_file, name="staff_letter"),
]
