"""Forms: built in any number of steps, published as versions that never change."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.events import record

from .. import perms
from ..building import build
from ..enums import ApplicationStatus
from ..models import Application, Call, Form, FormVersion, QuestionSet
from .base import require


class Unpublishable(InvalidState):
    """The form cannot be published as it is: ``problems`` says what to mend, a sentence each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(_("Le formulaire est enregistré, mais il ne peut pas encore être publié."))


class EditedMeanwhile(InvalidState):
    """Somebody else saved it since it was opened."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Quelqu’un d’autre a enregistré ce formulaire pendant que vous y travailliez. Rien n’est enregistré : "
                "regardez sa version dans un autre onglet, puis enregistrez de nouveau pour la remplacer par la vôtre."
            )
        )


def lock_form(form: Form) -> Form:
    """The form as it is now."""
    return Form.objects.select_for_update(of=("self",)).get(pk=form.pk)


def schema_of(form: Form) -> dict[str, Any]:
    """What the form would ask, were it published now."""
    return build(form.body, form.purpose).schema


def problems_of(form: Form) -> list[str]:
    """What keeps it from being published, a sentence each."""
    return build(form.body, form.purpose).problems


def latest_version(form: Form) -> FormVersion | None:
    """What people who begin now would fill."""
    return form.versions.order_by("-number").first()


def calls_using(form: Form):
    """The calls that ask it, or ask for a report on it."""
    return Call.objects.filter(Q(form=form) | Q(report_form=form))


@transaction.atomic
def create_form(*, form: Form, actor) -> Form:
    """Begin a form."""
    require(perms.can_build_forms(actor))
    form.save()
    record(verb="funding.form_created", actor=actor, subject=form)
    return form


@transaction.atomic
def save_form(*, form: Form, opened: dt.datetime | None, actor) -> Form:
    """Keep what was built, published or not. ``opened``: when the version that one saw was saved; None to replace any.

    Raises EditedMeanwhile when somebody else saved it since.
    """
    stored = lock_form(form)
    require(perms.can_edit_form(actor, stored))
    if opened is not None and stored.updated_at != opened:
        raise EditedMeanwhile
    if stored.purpose != form.purpose and (calls_using(stored).exists() or stored.versions.exists()):
        raise InvalidState(_("Ce formulaire sert déjà : son usage ne change plus."))
    form.save()
    record(verb="funding.form_changed", actor=actor, subject=form)
    return form


@transaction.atomic
def publish_form(*, form: Form, actor) -> FormVersion:
    """Make a version of the form as it is saved; the drafts follow to it, with the answers that they have.

    When it asks what the last version asks, that one is returned and nothing changes. What was sent to the managers or
    to the body keeps its version. Raises Unpublishable.
    """
    form = lock_form(form)
    require(perms.can_edit_form(actor, form))
    built = build(form.body, form.purpose)
    if built.problems:
        raise Unpublishable(built.problems)
    latest = latest_version(form)
    if latest is not None and latest.schema == built.schema:
        return latest
    number = (form.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = FormVersion.objects.create(form=form, number=number, schema=built.schema, created_by=actor)
    Application.objects.filter(status=ApplicationStatus.DRAFT, call__form=form, form_version__form=form).update(
        form_version=version
    )
    record(verb="funding.form_published", actor=actor, subject=form, data={"number": number})
    return version


@transaction.atomic
def copy_form(*, form: Form, actor) -> Form:
    """Another form with the same content: its questions keep their keys, so that next year finds its answers."""
    require(perms.can_build_forms(actor))
    copy = Form.objects.get(pk=form.pk)
    copy.pk = None
    copy._state.adding = True
    copy.name = _("%(name)s (copie)") % {"name": form.name[:110]}
    copy.save()
    record(verb="funding.form_created", actor=actor, subject=copy)
    return copy


@transaction.atomic
def delete_form(*, form: Form, actor) -> None:
    """Delete a form that no call uses."""
    form = lock_form(form)
    require(perms.can_edit_form(actor, form))
    if calls_using(form).exists() or Application.objects.filter(form_version__form=form).exists():
        raise InvalidState(_("Ce formulaire sert à un appel : il ne peut pas être supprimé."))
    record(verb="funding.form_deleted", actor=actor, subject=form)
    form.versions.all().delete()
    form.delete()


def forms_with(question_set: QuestionSet) -> list[Form]:
    """The forms that a reusable block is in."""
    return [
        form
        for form in Form.objects.all()
        if any(
            block.block_type == "question_set" and block.value == question_set
            for section in form.body
            for block in section.value["questions"]
        )
    ]
