"""One section of the fiche as a form: saved or proposed, merged with what others wrote, kept while it is typed."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guichet.core.kept_forms import MAX_BYTES, NEVER_KEPT, typed_in
from guichet.core.shared import shared_settings
from guichet.core.templatetags.guichet import moment
from guichet.core.uploads import CleanFile

from .. import services
from ..content import own_fields_of
from ..enums import Section
from ..forms import FILE_FORMS, FilesForm, SectionForm
from ..models import FicheFile, Organization, SectionDraft
from ..services.content import require_in_service
from ..values import in_words, label_of, labels_of
from .scope import area_context, fiche_view, shared_reserved

THEIRS, MINE = "theirs", "mine"


def _section(name: str) -> Section:
    if name not in Section.values:
        raise Http404
    return Section(name)


def _object(text: str | None, names: list[str]) -> dict[str, Any]:
    """The values by field that a hidden field holds; what is no such thing is left out."""
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return {name: value for name, value in found.items() if name in names} if isinstance(found, dict) else {}


@require_http_methods(["GET", "HEAD", "POST"])
@fiche_view(keeps_form=True, back="organizations:fiche")
def edit(request: HttpRequest, organization: Organization, section: str) -> HttpResponse:
    """« Modifier » a section: in force at once where the person may, else proposed."""
    section = _section(section)
    require_in_service(organization)
    names = own_fields_of(section)
    typed = typed_in(request)
    draft = None
    if typed is None:
        draft = SectionDraft.objects.filter(user=request.user, organization=organization, section=section).first()
    data = QueryDict(draft.data) if draft else typed
    now = services.editors_content(organization, names)
    base = now if data is None else {**now, **_object(data.get("base"), names)}
    form = _form(request, organization, data, section, now, base)
    if draft:
        form.forget_errors()
    conflicts: list[services.Conflict] = []
    valid = request.method == "POST" and form.is_valid()
    if request.method == "POST" and isinstance(form, FilesForm):
        form.receive(partial(_store, organization, form.purpose, request.user))
    if valid:
        values, settled = _settle(request, form.content(), base, names)
        try:
            saved = services.save_section(organization=organization, values=values, base=settled, actor=request.user)
        except services.EditConflict as conflict:
            conflicts = conflict.conflicts
        else:
            services.drop_draft(organization=organization, section=section, actor=request.user)
            tell_saved(request, saved)
            return redirect("organizations:fiche", organization.pk)
    context = {
        **area_context(request, organization, "account"),
        "fiche_section": section,
        "form": form,
        "base": json.dumps(base, ensure_ascii=False),
        "draft": draft,
        "conflicts": [_shown(conflict) for conflict in conflicts],
        "theirs": json.dumps({conflict.field: conflict.theirs for conflict in conflicts}, ensure_ascii=False),
    }
    return render(request, "organizations/fiche_section.html", context, status=409 if conflicts else 200)


def _form(
    request: HttpRequest,
    organization: Organization,
    data: QueryDict | None,
    section: Section,
    now: dict[str, Any],
    base: dict[str, Any],
) -> SectionForm:
    more: dict[str, Any] = {}
    if section in FILE_FORMS:
        more = {"organization": organization, "too_big": getattr(request, "too_big", [])}
    files = request.FILES if request.method == "POST" else None
    return FILE_FORMS.get(section, SectionForm)(
        data,
        files,
        section=section,
        values=now,
        base=base,
        reserved=shared_reserved(),
        body=shared_settings().short_name,
        **more,
    )


def _store(organization: Organization, purpose: str, actor, clean: CleanFile) -> FicheFile:
    return services.receive_file(organization=organization, purpose=purpose, clean=clean, actor=actor)


def _settle(
    request: HttpRequest, values: dict[str, Any], base: dict[str, Any], names: list[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values and their base once the person chose between two versions. Without a choice, the question stays."""
    values, base = dict(values), dict(base)
    for name, theirs in _object(request.POST.get("theirs"), names).items():
        choice = request.POST.get(f"choice_{name}")
        if choice in {THEIRS, MINE}:
            base[name] = theirs
        if choice == THEIRS:
            values[name] = theirs
    return values, base


def _shown(conflict: services.Conflict) -> dict[str, Any]:
    return {
        "name": conflict.field,
        "label": label_of(conflict.field),
        "theirs": in_words(conflict.field, conflict.theirs),
        "yours": in_words(conflict.field, conflict.yours),
        "by": conflict.by,
        "at": conflict.at,
    }


def tell_saved(request: HttpRequest, saved: services.Saved) -> None:
    """What became of each field, in plain words."""
    waiting = [name for name in saved.proposed if name not in saved.reserved]
    if saved.published:
        messages.success(request, _("C’est en vigueur : %(fields)s.") % {"fields": labels_of(saved.published)})
    if waiting:
        messages.success(
            request,
            _("Proposé : une personne gestionnaire doit l’approuver (%(fields)s).") % {"fields": labels_of(waiting)},
        )
    if saved.reserved:
        messages.success(
            request,
            _("Proposé : votre modification attend l’approbation de %(body)s (%(fields)s).")
            % {"body": shared_settings().short_name, "fields": labels_of(saved.reserved)},
        )
    if saved.withdrawn:
        messages.success(
            request, _("La proposition est retirée : %(fields)s.") % {"fields": labels_of(saved.withdrawn)}
        )
    if not (saved.published or saved.proposed or saved.withdrawn):
        messages.info(request, _("Rien n’a changé."))


@require_POST
def keep(request: HttpRequest, organization_id: int, section: str) -> HttpResponse:
    """Keep what is being typed. Its answer stands in a page: a session that ended leads nowhere else."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    return _keep(request, organization_id=organization_id, section=section)


@fiche_view(back="organizations:fiche")
def _keep(request: HttpRequest, organization: Organization, section: str) -> HttpResponse:
    section = _section(section)
    data = request.POST.copy()
    for name in list(data):
        if any(word in name for word in NEVER_KEPT):
            del data[name]
    encoded = data.urlencode()
    if len(encoded) > MAX_BYTES:
        return HttpResponse(status=413)
    draft = services.keep_draft(organization=organization, section=section, data=encoded, actor=request.user)
    hour = moment(draft.saved_at).rpartition(", ")[2]
    return HttpResponse(_("Brouillon enregistré à %(hour)s") % {"hour": hour})


@require_POST
@fiche_view(back="organizations:fiche")
def drop(request: HttpRequest, organization: Organization, section: str) -> HttpResponse:
    """« Abandonner le brouillon »."""
    section = _section(section)
    services.drop_draft(organization=organization, section=section, actor=request.user)
    messages.info(request, _("Le brouillon est abandonné."))
    return redirect("organizations:fiche_section", organization.pk, section.value)
