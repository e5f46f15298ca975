"""« Programmes »: the list, one programme, creating, changing, putting it in the site and taking it out."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from guichet.core.models import Event
from guichet.core.staff_frame import StaffList, render_page, staff_view
from guichet.core.wagtail_hooks import AgentMenuItem

from .. import perms, services
from ..enums import CallStatus
from ..forms.building import ProgramForm
from ..models import Application, Program
from ..services.calls import BEING_WRITTEN
from .editing import Editor

EVENTS_SHOWN = 50
CALLS_SHOWN = 50

PANELS = ObjectList(
    [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("slug"), FieldPanel("summary"), FieldPanel("description")],
            heading=gettext_lazy("Le programme"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("who_may_apply"),
                FieldPanel("amounts"),
                FieldPanel("eligible"),
                FieldPanel("not_eligible"),
                FieldPanel("commitments"),
            ],
            heading=gettext_lazy("Ce que la page publique en dit"),
        ),
        MultiFieldPanel(
            [FieldPanel("guide"), FieldPanel("contact_name"), FieldPanel("contact_email")],
            heading=gettext_lazy("Guide et personne à joindre"),
        ),
        MultiFieldPanel([FieldPanel("one_per_year")], heading=gettext_lazy("Règle")),
    ],
    base_form_class=ProgramForm,
).bind_to_model(Program)
# Only admins say who has a programme.
ADMIN_PANELS = ObjectList(
    [*PANELS.children, MultiFieldPanel([FieldPanel("officers")], heading=gettext_lazy("Équipe"))],
    base_form_class=ProgramForm,
).bind_to_model(Program)


class PublishedColumn(Column):
    """Whether it is in the site."""

    cell_template_name = "funding/staff/cells/published.html"


class ProgramList(StaffList):
    """The list."""

    page_title = gettext_lazy("Programmes")
    header_icon = "folder-open-inverse"
    index_url_name = "staff_programs"
    index_results_url_name = "staff_programs_results"
    search_label = gettext_lazy("Chercher un programme")
    default_ordering = "name"
    columns = [
        TitleColumn("name", label=gettext_lazy("Nom"), url_name="staff_program", sort_key="name"),
        Column("calls", label=gettext_lazy("Appels"), accessor="calls_count"),
        Column("officers", label=gettext_lazy("Agents"), accessor=lambda one: ", ".join(map(str, one.officers.all()))),
        PublishedColumn("is_published", label=gettext_lazy("Site public"), sort_key="is_published"),
    ]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """« Nouveau programme », for whoever may."""
        if not perms.can_create_program(self.request.user):
            return []
        return [HeaderButton(_("Nouveau programme"), reverse("staff_program_add"), icon_name="plus")]

    @property
    def no_results_message(self) -> str:
        """Nothing yet, or nothing like it."""
        return _("Aucun programme ne correspond.") if self.is_searching else _("Aucun programme pour le moment.")

    def get_base_queryset(self) -> QuerySet[Program]:
        """With the count of their calls, and who has them."""
        return Program.objects.annotate(calls_count=Count("calls")).prefetch_related("officers")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """In names and summaries."""
        query = self.search_query
        return queryset.filter(Q(name__icontains=query) | Q(summary__icontains=query)) if query else queryset


def _find(pk: int) -> Program:
    return get_object_or_404(Program, pk=pk)


def _trail(program: Program | None = None) -> list[tuple[str, str]]:
    trail = [(_("Programmes"), reverse("staff_programs"))]
    return trail if program is None else [*trail, (program.name, reverse("staff_program", args=[program.pk]))]


@require_safe
@staff_view(back="staff_programs")
def program_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One programme: its state, its team, its calls, what happened."""
    program = _find(pk)
    may_run = perms.can_run_program(request.user, program)
    edit = HeaderButton(_("Modifier"), reverse("staff_program_edit", args=[pk]), icon_name="edit")
    return render_page(
        request,
        "funding/staff/program.html",
        title=program.name,
        icon="folder-open-inverse",
        trail=_trail(),
        program=program,
        may_run=may_run,
        officers=list(program.officers.all()),
        calls=[(call, call.phase()) for call in program.calls.all()[:CALLS_SHOWN]],
        events=Event.objects.about(program)[:EVENTS_SHOWN],
        header_buttons=[edit] if may_run else [],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_programs")
def add(request: HttpRequest) -> HttpResponse:
    """« Nouveau programme »."""
    if not perms.can_create_program(request.user):
        raise PermissionDenied
    editor = Editor(ADMIN_PANELS, Program(), request)
    if editor.is_valid():
        program = services.create_program(
            program=editor.form.save(commit=False), officers=editor.form.chosen_officers(), actor=request.user
        )
        messages.success(request, _("Le programme « %(program)s » est créé.") % {"program": program})
        return redirect("staff_program", pk=program.pk)
    return editor.page(
        "funding/staff/editor.html", title=_("Nouveau programme"), trail=_trail(), back=reverse("staff_programs")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_program", same_object=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """« Modifier »."""
    program = _find(pk)
    if not perms.can_run_program(request.user, program):
        raise PermissionDenied
    panels = ADMIN_PANELS if perms.can_create_program(request.user) else PANELS
    name = program.name
    editor = Editor(panels, program, request)
    if editor.is_valid():
        services.update_program(
            program=editor.form.save(commit=False), officers=editor.form.chosen_officers(), actor=request.user
        )
        messages.success(request, _("Le programme « %(program)s » est à jour.") % {"program": program})
        return redirect("staff_program", pk=pk)
    return editor.page(
        "funding/staff/editor.html",
        title=_("Modifier"),
        trail=[*_trail(), (name, reverse("staff_program", args=[pk]))],
        back=reverse("staff_program", args=[pk]),
    )


@require_POST
@staff_view(back="staff_program", same_object=True)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """« Faire paraître dans le site »."""
    services.publish_program(program=_find(pk), actor=request.user)
    messages.success(request, _("Le programme paraît maintenant dans le site."))
    return redirect("staff_program", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_program", same_object=True)
def unpublish(request: HttpRequest, pk: int) -> HttpResponse:
    """« Retirer du site », after a page that says what will happen."""
    program = _find(pk)
    if not perms.can_run_program(request.user, program):
        raise PermissionDenied
    if request.method == "POST":
        services.unpublish_program(program=program, actor=request.user)
        messages.success(request, _("Le programme ne paraît plus dans le site."))
        return redirect("staff_program", pk=pk)
    return render_page(
        request,
        "funding/staff/program_unpublish.html",
        title=_("Retirer du site"),
        icon="folder-open-inverse",
        trail=_trail(program),
        program=program,
        calls_count=program.calls.filter(status=CallStatus.PUBLISHED).count(),
        written_count=Application.objects.filter(call__program=program, status__in=BEING_WRITTEN).count(),
    )


urlpatterns = [
    path("programmes/", ProgramList.as_view(), name="staff_programs"),
    path("programmes/resultats/", ProgramList.as_view(results_only=True), name="staff_programs_results"),
    path("programmes/nouveau/", add, name="staff_program_add"),
    path("programmes/<int:pk>/", program_page, name="staff_program"),
    path("programmes/<int:pk>/modifier/", edit, name="staff_program_edit"),
    path("programmes/<int:pk>/publier/", publish, name="staff_program_publish"),
    path("programmes/<int:pk>/retirer/", unpublish, name="staff_program_unpublish"),
]
menu_items = [
    AgentMenuItem(
        gettext_lazy("Programmes"),
        reverse_lazy("staff_programs"),
        name="staff-programs",
        icon_name="folder-open-inverse",
        order=30,
    )
]
