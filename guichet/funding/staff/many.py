"""« Prendre en évaluation », « Confier », « Étiqueter », for the applications that are ticked in the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from guichet.core.errors import InvalidState
from guichet.core.staff_frame import render_page, staff_view

from ..enums import ManyAction
from ..models import Application, Label
from ..services.many import Seen, move_many, plan_many, seen_of
from ..services.reviews import possible_evaluators
from .queue import ICON, chosen, listing_of

# Each is a transaction of its own: more would keep the page waiting.
AT_MOST = 300
SHOWN_AT_MOST = 50
PLAN_SALT = "guichet.funding.staff.many"


class ManyForm(forms.Form):
    """Whom to entrust them to, or which labels to add: nothing for taking in."""

    def __init__(self, *args, action: ManyAction, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if action == ManyAction.ASSIGN:
            self.fields["officer"] = forms.ModelChoiceField(
                label=gettext_lazy("Confiée à"),
                queryset=possible_evaluators(),
                empty_label="—",
                error_messages={
                    "required": gettext_lazy("Choisissez une personne de la liste."),
                    "invalid_choice": gettext_lazy("Choisissez une personne de la liste."),
                },
            )
        elif action == ManyAction.LABEL:
            self.fields["labels"] = forms.ModelMultipleChoiceField(
                label=gettext_lazy("Étiquettes à ajouter"),
                queryset=Label.objects.all(),
                widget=forms.CheckboxSelectMultiple,
                help_text=gettext_lazy("Les étiquettes que chaque demande a déjà y restent."),
                error_messages={
                    "required": gettext_lazy("Cochez au moins une étiquette."),
                    "invalid_choice": gettext_lazy("Une de ces étiquettes n’existe plus."),
                    "invalid_pk_value": gettext_lazy("Une de ces étiquettes n’existe plus."),
                },
            )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_applications")
def do_many(request: HttpRequest, action: str) -> HttpResponse:
    """Ask for what it takes, show what will become of each, then do what was shown."""
    if action not in ManyAction.values:
        raise Http404
    action = ManyAction(action)
    data = request.POST if request.method == "POST" else None
    form = ManyForm(data, action=action)
    is_ready = form.is_valid() or not form.fields
    values = form.cleaned_data if form.is_bound and is_ready else {}
    if is_ready and data is not None and "plan" in data:
        results = move_many(seen=_read_plan(data["plan"], action), action=action, actor=request.user, **values)
        return _page(
            request,
            "many_done",
            action,
            # What needs somebody's eyes comes first.
            results=sorted(results, key=lambda one: not one.problem),
            done=sum(not one.problem for one in results),
        )
    applications = chosen(request, at_most=AT_MOST)
    if not is_ready:
        return _page(request, "many_value", action, form=form, count=len(applications))
    return _preview(request, action, form, applications, values)


def _preview(
    request: HttpRequest, action: ManyAction, form: ManyForm, applications: list[Application], values: dict[str, Any]
) -> HttpResponse:
    planned = plan_many(applications, action, actor=request.user, **values)
    moves = [one for one in planned if one.is_change]
    left_out = [one for one in planned if one.problem]
    return _page(
        request,
        "many_preview",
        action,
        form=form,
        is_take_in=action == ManyAction.TAKE_IN,
        count=len(moves),
        moves=moves[:SHOWN_AT_MOST],
        unchanged=len(planned) - len(moves) - len(left_out),
        left_out_count=len(left_out),
        left_out=left_out[:SHOWN_AT_MOST],
        plan=signing.dumps(
            [action.value, [[one.application.pk, *seen_of(one.application)] for one in moves]],
            salt=PLAN_SALT,
            compress=True,
        ),
    )


def _page(request: HttpRequest, template: str, action: ManyAction, **context: Any) -> HttpResponse:
    back = listing_of(request)
    return render_page(
        request,
        f"funding/staff/{template}.html",
        title=str(action.label),
        icon=ICON,
        trail=[(_("Demandes"), back)],
        back=back,
        **context,
    )


def _read_plan(signed: str, action: ManyAction) -> dict[int, Seen]:
    """The applications that the page showed, as they were. Raises InvalidState for what is no plan of this action."""
    try:
        name, rows = signing.loads(signed, salt=PLAN_SALT)
    except signing.BadSignature:
        name, rows = "", []
    if name != action.value:
        raise InvalidState(_("Ce formulaire est incomplet. Rien n’est modifié : recommencez."))
    return {pk: (status, officer) for pk, status, officer in rows}


urlpatterns = [path("demandes/plusieurs/<slug:action>/", do_many, name="staff_applications_many")]
