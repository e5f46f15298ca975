"""« Formulaires »: built with Wagtail's blocks, looked at as the client will, published as versions."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import Button, HeaderButton

from guichet.core.errors import InvalidState
from guichet.core.staff_frame import StaffList, render_page, staff_view
from guichet.core.wagtail_hooks import AgentMenuItem

from .. import perms, services
from ..models import Form
from ..services.forms import Unpublishable, schema_of
from .editing import Editor
from .preview import preview

PANELS = ObjectList([FieldRowPanel([FieldPanel("name"), FieldPanel("purpose")]), FieldPanel("body")]).bind_to_model(
    Form
)


class VersionColumn(Column):
    """The last version, or none."""

    cell_template_name = "funding/staff/cells/version.html"


class SavedColumn(Column):
    """How long ago."""

    cell_template_name = "funding/staff/cells/saved.html"


class FormList(StaffList):
    """The list."""

    page_title = gettext_lazy("Formulaires")
    header_icon = "form"
    index_url_name = "staff_forms"
    index_results_url_name = "staff_forms_results"
    search_label = gettext_lazy("Chercher un formulaire")
    default_ordering = "name"
    columns = [
        TitleColumn("name", label=gettext_lazy("Nom"), url_name="staff_form", sort_key="name"),
        Column(
            "purpose", label=pgettext_lazy("formulaire", "Usage"), accessor="get_purpose_display", sort_key="purpose"
        ),
        VersionColumn("version", label=gettext_lazy("Version"), accessor="last_number"),
        Column("calls", label=gettext_lazy("Appels"), accessor=lambda form: form.asked_count + form.reported_count),
        SavedColumn("updated_at", label=gettext_lazy("Modifié"), sort_key="updated_at"),
    ]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """« Nouveau formulaire », for whoever may."""
        if not perms.can_build_forms(self.request.user):
            return []
        return [HeaderButton(_("Nouveau formulaire"), reverse("staff_form_add"), icon_name="plus")]

    @property
    def no_results_message(self) -> str:
        """Nothing yet, or nothing like it."""
        return _("Aucun formulaire ne correspond.") if self.is_searching else _("Aucun formulaire pour le moment.")

    def get_base_queryset(self) -> QuerySet[Form]:
        """Without what they ask, with what uses them."""
        return Form.objects.defer("body").annotate(
            last_number=Max("versions__number"),
            asked_count=Count("calls", distinct=True),
            reported_count=Count("calls_reported", distinct=True),
        )

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """In names."""
        return queryset.filter(name__icontains=self.search_query) if self.search_query else queryset


def _find(pk: int) -> Form:
    return get_object_or_404(Form, pk=pk)


def _trail(form: Form | None = None) -> list[tuple[str, str]]:
    trail = [(_("Formulaires"), reverse("staff_forms"))]
    return trail if form is None else [*trail, (form.name, reverse("staff_form", args=[form.pk]))]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_forms")
def add(request: HttpRequest) -> HttpResponse:
    """« Nouveau formulaire »."""
    if not perms.can_build_forms(request.user):
        raise PermissionDenied
    editor = Editor(PANELS, Form(), request)
    if editor.is_valid():
        form = services.create_form(form=editor.form.save(commit=False), actor=request.user)
        messages.success(request, _("Le formulaire « %(form)s » est enregistré.") % {"form": form})
        return redirect("staff_form", pk=form.pk)
    return editor.page(
        "funding/staff/editor.html", title=_("Nouveau formulaire"), trail=_trail(), back=reverse("staff_forms")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_forms")
def form_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One form, to build it on. Agents without its programmes see it as the client will."""
    form = _find(pk)
    if not perms.can_edit_form(request.user, form):
        if request.method == "POST":
            raise PermissionDenied
        return redirect("staff_form_preview", pk=pk)
    editor = Editor(PANELS, form, request)
    if _save(request, editor):
        messages.success(request, _("Le formulaire est enregistré. Publiez-le pour qu’il serve."))
        return redirect("staff_form", pk=pk)
    return _editor_page(editor, form)


def _save(request: HttpRequest, editor: Editor) -> bool:
    """Keep what was sent, unless something in it is wrong or somebody else saved meanwhile."""
    if not editor.is_valid():
        return False
    try:
        services.save_form(form=editor.form.save(commit=False), opened=_opened(request), actor=request.user)
    except InvalidState as problem:
        editor.refuse(problem)
        return False
    return True


def _opened(request: HttpRequest) -> dt.datetime | None:
    """When what the person saw was saved, as the page says it back."""
    try:
        return dt.datetime.fromisoformat(request.POST.get("opened", ""))
    except ValueError:
        return None


def _editor_page(editor: Editor, form: Form, problems: list[str] | None = None) -> HttpResponse:
    """The page to build on. What is wrong with what was saved is said on top; of a form that is empty, nothing."""
    stored = Form.objects.get(pk=form.pk)
    version = services.latest_version(stored)
    if problems is None:
        problems = services.problems_of(stored) if stored.body else []
    return editor.page(
        "funding/staff/form_editor.html",
        title=stored.name,
        trail=_trail(),
        back=reverse("staff_forms"),
        action_url=reverse("staff_form", args=[stored.pk]),
        stored=stored,
        opened=stored.updated_at.isoformat(),
        version=version,
        is_ahead=version is not None and schema_of(stored) != version.schema,
        problems=problems,
        calls=list(services.calls_using(stored).select_related("program")[:20]),
        header_buttons=[
            HeaderButton(_("Aperçu"), reverse("staff_form_preview", args=[stored.pk]), icon_name="view"),
        ],
        header_more_buttons=[
            Button(_("Copier"), reverse("staff_form_copy", args=[stored.pk]), icon_name="copy"),
            Button(_("Supprimer"), reverse("staff_form_delete", args=[stored.pk]), icon_name="bin"),
        ],
    )


@require_POST
@staff_view(back="staff_form", same_object=True)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """« Enregistrer et publier »: what is wrong is shown beside the form, which is saved all the same."""
    form = _find(pk)
    if not perms.can_edit_form(request.user, form):
        raise PermissionDenied
    before = services.latest_version(form)
    editor = Editor(PANELS, form, request)
    if not _save(request, editor):
        return _editor_page(editor, form)
    try:
        version = services.publish_form(form=form, actor=request.user)
    except Unpublishable as refusal:
        messages.error(request, str(refusal))
        return redirect("staff_form", pk=pk)
    if version == before:
        messages.info(
            request,
            _("Rien n’a changé depuis la version %(number)s : elle reste en service.") % {"number": version.number},
        )
    else:
        messages.success(request, _("La version %(number)s est publiée.") % {"number": version.number})
    return redirect("staff_form", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_form", same_object=True)
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """« Copier », after a page that says what for."""
    form = _find(pk)
    if not perms.can_build_forms(request.user):
        raise PermissionDenied
    if request.method == "POST":
        made = services.copy_form(form=form, actor=request.user)
        messages.success(request, _("Le formulaire est copié : donnez-lui son nom."))
        return redirect("staff_form", pk=made.pk)
    return render_page(
        request, "funding/staff/form_copy.html", title=_("Copier"), icon="copy", trail=_trail(form), stored=form
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_form", same_object=True)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """« Supprimer », when no call uses it."""
    form = _find(pk)
    if not perms.can_edit_form(request.user, form):
        raise PermissionDenied
    if request.method == "POST":
        services.delete_form(form=form, actor=request.user)
        messages.success(request, _("Le formulaire « %(form)s » est supprimé.") % {"form": form})
        return redirect("staff_forms")
    return render_page(
        request,
        "funding/staff/form_delete.html",
        title=_("Supprimer"),
        icon="bin",
        trail=_trail(form),
        stored=form,
        calls=list(services.calls_using(form).select_related("program")[:20]),
    )


urlpatterns = [
    path("formulaires/", FormList.as_view(), name="staff_forms"),
    path("formulaires/resultats/", FormList.as_view(results_only=True), name="staff_forms_results"),
    path("formulaires/nouveau/", add, name="staff_form_add"),
    path("formulaires/<int:pk>/", form_page, name="staff_form"),
    path("formulaires/<int:pk>/publier/", publish, name="staff_form_publish"),
    path("formulaires/<int:pk>/apercu/", preview, name="staff_form_preview"),
    path("formulaires/<int:pk>/copier/", copy, name="staff_form_copy"),
    path("formulaires/<int:pk>/supprimer/", delete, name="staff_form_delete"),
]
menu_items = [
    AgentMenuItem(
        gettext_lazy("Formulaires"), reverse_lazy("staff_forms"), name="staff-forms", icon_name="form", order=40
    )
]
