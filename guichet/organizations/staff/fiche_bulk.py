"""One change of several fiches: what to do, with which value, what that will change, what it did."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from guichet.core.errors import InvalidState
from guichet.core.staff_frame import render_page, staff_view

from .. import services
from ..enums import BulkAction
from ..models import Organization
from ..services.bulk import FIELD_OF
from ..values import LISTS
from .bulk_forms import BulkValueForm
from .fiche_asking import asked_query
from .fiches import FicheList

# Each is a transaction of its own, with its version: more would keep the page waiting.
AT_MOST = 500
SHOWN_AT_MOST = 50
PLAN_SALT = "guichet.organizations.staff.fiche_bulk"
_GROUPS = (
    (BulkAction.ADD_ACTIVITIES, BulkAction.REMOVE_ACTIVITIES, BulkAction.ADD_CLIENTELES, BulkAction.REMOVE_CLIENTELES),
    (BulkAction.SET_KIND, BulkAction.SET_MUNICIPALITY, BulkAction.SET_FEDERATION),
    (BulkAction.SET_MEMBERSHIP,),
    (BulkAction.ASK, BulkAction.HIDE, BulkAction.ARCHIVE, BulkAction.RESTORE),
)

_NOTES = {
    BulkAction.HIDE: gettext_lazy("Le public ne les voit plus. Leurs gestionnaires peuvent les y remettre."),
    BulkAction.ASK: gettext_lazy(
        "Leurs gestionnaires reçoivent aujourd’hui le courriel de la vérification annuelle de la fiche."
    ),
    BulkAction.ARCHIVE: gettext_lazy(
        "Elles quittent les listes et le répertoire, et personne n’y entre plus. "
        "Rien n’est effacé : vous pourrez les remettre en service."
    ),
    BulkAction.RESTORE: gettext_lazy("Elles reviennent dans les listes, et leurs utilisateurs y entrent de nouveau."),
}


@dataclass
class Selection:
    """The fiches that an address names, and how many of those that were ticked are none."""

    fiches: list[Organization] = field(default_factory=list)
    missing: int = 0


@require_safe
@staff_view(back="staff_fiches")
def choose(request: HttpRequest) -> HttpResponse:
    """What to do with them."""
    selection = _selected(request)
    query = request.GET.urlencode()
    return _page(
        request,
        "fiche_bulk_choose",
        _("Modifier plusieurs fiches"),
        selection=selection,
        groups=[
            [(action.label, f"{reverse('staff_fiches_bulk_action', args=[action.value])}?{query}") for action in group]
            for group in _GROUPS
        ],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_fiches")
def change(request: HttpRequest, action: str) -> HttpResponse:
    """Ask for the value, show what will change, then do what was shown."""
    if action not in BulkAction.values:
        raise Http404
    action = BulkAction(action)
    data = request.POST if request.method == "POST" else None
    form = BulkValueForm(data, action=action)
    is_ready = form.is_valid() or not form.fields
    if is_ready and data is not None and "plan" in data:
        return _done(request, action, form, _read_plan(data["plan"], action))
    selection = _selected(request, prefetch=FIELD_OF.get(action))
    if not is_ready:
        return _page(
            request, "fiche_bulk_value", action.label, selection=selection, form=form, note=_NOTES.get(action, "")
        )
    return _preview(request, action, form, selection)


def _preview(request: HttpRequest, action: BulkAction, form: BulkValueForm, selection: Selection) -> HttpResponse:
    value = form.plain_value() if form.is_bound else None
    planned = services.plan_changes(selection.fiches, action, value)
    changes = [one for one in planned if one.is_change]
    left_out = [one for one in planned if one.problem]
    return _page(
        request,
        "fiche_bulk_preview",
        action.label,
        form=form,
        selection=selection,
        has_values=action in FIELD_OF,
        asks=action == BulkAction.ASK,
        is_serious=action == BulkAction.ARCHIVE,
        note=_NOTES.get(action, ""),
        count=len(changes),
        changes=changes[:SHOWN_AT_MOST],
        unchanged=len(planned) - len(changes) - len(left_out),
        left_out_count=len(left_out),
        left_out=left_out[:SHOWN_AT_MOST],
        plan=signing.dumps(
            [action.value, [[one.organization.pk, one.organization.updated_at.isoformat()] for one in changes]],
            salt=PLAN_SALT,
            compress=True,
        ),
    )


def _done(request: HttpRequest, action: BulkAction, form: BulkValueForm, seen: dict[int, dt.datetime]) -> HttpResponse:
    results = services.change_all(
        seen=seen,
        action=action,
        value=form.plain_value(),
        reason=form.cleaned_data.get("reason", ""),
        actor=request.user,
    )
    return _page(
        request,
        "fiche_bulk_done",
        action.label,
        # What needs somebody's eyes comes first.
        results=sorted(results, key=lambda one: (not one.problem, one.is_changed)),
        done=sum(one.is_changed for one in results),
    )


def _page(request: HttpRequest, template: str, title: str, **context: object) -> HttpResponse:
    query = asked_query(request.GET)
    listing = reverse("staff_fiches")
    back = f"{listing}?{query}" if query else listing
    return render_page(
        request,
        f"organizations/staff/{template}.html",
        title=str(title),
        icon="folder-open-inverse",
        trail=[(_("Fiches"), back)],
        back=back,
        **context,
    )


def _selected(request: HttpRequest, *, prefetch: str | None = None) -> Selection:
    """What was ticked (``id``), or all that the list shows with this query (``id=all``).

    Raises InvalidState when there is nothing, or too much.
    """
    ids = request.GET.getlist("id")
    if "all" in ids:
        listing = FicheList()
        listing.setup(request)
        fiches = listing.get_queryset()
        asked = count = fiches.count()
    else:
        pks = {int(pk) for pk in ids if pk.isdecimal() and len(pk) < 19}
        asked = len(set(ids))
        # Past the limit nothing is read: the sentence says how many were asked for.
        count = len(pks)
        fiches = Organization.objects.filter(pk__in=pks if count <= AT_MOST else []).select_related("municipality")
    if count > AT_MOST:
        raise InvalidState(
            _("%(count)d fiches, c’est trop d’un coup : au plus %(most)d. Précisez le filtre, puis recommencez.")
            % {"count": count, "most": AT_MOST}
        )
    chosen = list(fiches.prefetch_related(prefetch) if prefetch in LISTS else fiches)
    if not chosen:
        raise InvalidState(_("Aucune fiche n’est choisie. Cochez-en au moins une."))
    return Selection(chosen, asked - len(chosen))


def _read_plan(signed: str, action: BulkAction) -> dict[int, dt.datetime]:
    """The fiches that the page showed, as they were. Raises InvalidState for what is no plan of this action."""
    try:
        name, rows = signing.loads(signed, salt=PLAN_SALT)
    except signing.BadSignature as error:
        raise InvalidState(_("Ce formulaire est incomplet. Rien n’est modifié : recommencez.")) from error
    if name != action.value:
        raise InvalidState(_("Ce formulaire est incomplet. Rien n’est modifié : recommencez."))
    return {pk: dt.datetime.fromisoformat(seen) for pk, seen in rows}
