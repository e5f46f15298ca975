"""What becomes of each table that names a fiche, when the fiche is merged into another, and when that is undone.

A table that is not in `RULES` fails a test: whoever adds one says here what follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models
from django.utils import timezone

from guichet.core.events import record

from .. import messages
from ..enums import ChangeStatus, InvitationStatus, Role
from ..models import Access, FicheChange, Invitation, Organization
from ..values import labels_of
from .merge_plan import Choices, PersonPlan, Plan


@dataclass(frozen=True)
class Relation:
    """A foreign key to the fiche."""

    model: type[models.Model]
    field: str

    @property
    def key(self) -> str:
        """Its name in `RULES`: « app.Model.field »."""
        return f"{self.model._meta.label}.{self.field}"

    def rows(self, organization: Organization) -> models.QuerySet:
        """The fiche's rows."""
        return self.model._base_manager.filter(**{self.field: organization})

    def give(self, pks: Iterable[Any], *, of: Organization, to: Organization) -> None:
        """Let these rows, if they are this fiche's still, be the other's."""
        self.rows(of).filter(pk__in=list(pks)).update(**{self.field: to})


def relations() -> dict[str, Relation]:
    """Every foreign key to the fiche, by its key: hidden ones too, and those of lists of choices."""
    found = [
        Relation(related.related_model, related.field.name)
        for related in Organization._meta.get_fields(include_hidden=True)
        if related.auto_created and not related.concrete and (related.one_to_many or related.one_to_one)
    ]
    return {relation.key: relation for relation in found}


class Rule(Protocol):
    """What follows a fiche out of one table. ``move`` returns what ``put_back`` needs, as JSON."""

    def move(self, relation: Relation, plan: Plan, choices: Choices, actor) -> Any:
        """Do it, in the caller's transaction and under its locks."""

    def put_back(self, relation: Relation, source: Organization, target: Organization, moved: Any) -> None:
        """Undo it."""


@dataclass(frozen=True)
class Stays:
    """Nothing follows; ``why``: the reason, for whoever reads the table."""

    why: str

    def move(self, relation: Relation, plan: Plan, choices: Choices, actor) -> None:
        """Nothing."""

    def put_back(self, relation: Relation, source: Organization, target: Organization, moved: Any) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Moves:
    """All rows follow; with ``unless``, only those that the other fiche has none like, by these fields."""

    unless: tuple[str, ...] = ()

    def move(self, relation: Relation, plan: Plan, choices: Choices, actor) -> list[Any]:
        """Return the keys of what moved."""
        there = set(relation.rows(plan.target).values_list(*self.unless)) if self.unless else set()
        rows = relation.rows(plan.source).values_list("pk", *self.unless)
        pks = [pk for pk, *like in rows if not self.unless or tuple(like) not in there]
        relation.give(pks, of=plan.source, to=plan.target)
        return pks

    def put_back(self, relation: Relation, source: Organization, target: Organization, moved: list[Any]) -> None:
        """As they are now."""
        relation.give(moved, of=target, to=source)


class Accesses:
    """Each person keeps one access. The row that gives way is kept whole in what moved, and comes back whole."""

    def move(self, relation: Relation, plan: Plan, choices: Choices, actor) -> dict[str, Any]:
        """Rows that move, rows that give way, invitations that named one of those, and who becomes gestionnaire."""
        moving = [one for one in plan.people if one.moves]
        away = [(one.access, one.other) for one in plan.people if not one.moves]
        away += [(one.other, one.access) for one in moving if one.other is not None]
        gone = [_as_json(left) for left, _kept in away]
        handovers = {}
        for left, kept in away:
            for invitation in Invitation.objects.filter(replaces=left):
                handovers[str(invitation.pk)] = left.pk
                invitation.replaces = kept
                invitation.save(update_fields=["replaces"])
            Access.objects.filter(pk=left.pk).delete()
        relation.give([one.access.pk for one in moving], of=plan.source, to=plan.target)
        promoted = [self._promote(one, plan, actor) for one in plan.people if one.becomes_manager]
        return {
            "moved": [one.access.pk for one in moving],
            "gone": gone,
            "handovers": handovers,
            "promoted": [{"pk": access.pk, "role": role} for access, role in promoted],
        }

    def _promote(self, one: PersonPlan, plan: Plan, actor) -> tuple[Access, str]:
        access = one.kept
        old_role, old_label = access.role, access.get_role_display().lower()
        access.role = Role.MANAGER
        access.save(update_fields=["role"])
        record(
            verb="organizations.role_changed",
            actor=actor,
            subject=plan.target,
            person=access.user,
            data={"old_role": old_label, "role": access.get_role_display().lower()},
        )
        return access, old_role

    def put_back(self, relation: Relation, source: Organization, target: Organization, moved: dict[str, Any]) -> None:
        """Accesses that moved go back as they are now; those that gave way come back as they were."""
        relation.give(moved["moved"], of=target, to=source)
        for one in moved["promoted"]:
            relation.rows(target).filter(pk=one["pk"], role=Role.MANAGER).update(role=one["role"])
        for row in (_from_json(Access, row) for row in moved["gone"]):
            if not Access.objects.filter(user=row.user_id, organization=row.organization_id).exists():
                row.save(force_insert=True)
        for invitation, access in moved["handovers"].items():
            Invitation.objects.filter(pk=invitation).update(replaces=Access.objects.filter(pk=access).first())


class Invitations:
    """Open ones follow, unless the address is in or invited there; older ones stay with what they were sent for."""

    def move(self, relation: Relation, plan: Plan, choices: Choices, actor) -> dict[str, list[int]]:
        """Keys of those that move, and of those that end."""
        moved = [one.invitation.pk for one in plan.invitations if one.moves]
        closed = [one.invitation.pk for one in plan.invitations if not one.moves]
        relation.give(moved, of=plan.source, to=plan.target)
        Invitation.objects.filter(pk__in=closed).update(status=InvitationStatus.CANCELLED, closed_at=timezone.now())
        return {"moved": moved, "closed": closed}

    def put_back(
        self, relation: Relation, source: Organization, target: Organization, moved: dict[str, list[int]]
    ) -> None:
        """Those that ended are open again; past their date, the next night closes them."""
        relation.give(moved["moved"], of=target, to=source)
        relation.rows(source).filter(pk__in=moved["closed"], status=InvitationStatus.CANCELLED).update(
            status=InvitationStatus.SENT, closed_at=None
        )


class Changes:
    """Proposals follow. Of two that wait for one field, the agent chose: the other is replaced, its author told."""

    def move(self, relation: Relation, plan: Plan, choices: Choices, actor) -> dict[str, list[int]]:
        """Keys of those that move, and of those that were replaced, on either side."""
        closed = []
        for one in plan.changes:
            moves = one.moves(choices.changes)
            if one.other is not None:
                closed.append(one.other if moves else one.change)
            if one.is_open:
                self._tell(closed[-1], plan, actor)
        FicheChange.objects.filter(pk__in=[change.pk for change in closed]).update(
            status=ChangeStatus.REPLACED, decided_by=actor, decided_at=timezone.now()
        )
        waiting_here = {change.pk for change in closed}
        moved = [pk for pk in relation.rows(plan.source).values_list("pk", flat=True) if pk not in waiting_here]
        relation.give(moved, of=plan.source, to=plan.target)
        return {"moved": moved, "closed": [change.pk for change in closed]}

    def _tell(self, change: FicheChange, plan: Plan, actor) -> None:
        fields = labels_of([change.field])
        record(
            verb="organizations.change_replaced",
            actor=actor,
            subject=plan.target,
            person=change.proposed_by,
            data={"fields": fields},
        )
        messages.change_replaced(plan.target, author=change.proposed_by, actor=actor, fields=fields)

    def put_back(
        self, relation: Relation, source: Organization, target: Organization, moved: dict[str, list[int]]
    ) -> None:
        """Those that were replaced wait again, unless another has taken their place. An undoing is no transition."""
        relation.give(moved["moved"], of=target, to=source)
        for change in FicheChange.objects.filter(pk__in=moved["closed"], status=ChangeStatus.REPLACED):
            waiting = FicheChange.objects.waiting().filter(organization=change.organization_id, field=change.field)
            if not waiting.exists():
                change.status = ChangeStatus.WAITING
                change.decided_by = change.decided_at = None
                change.save(update_fields=["status", "decided_by", "decided_at"])


def following(plan: Plan) -> list[tuple[str, int]]:
    """How many rows of each plain table would follow, by the name of the table: what the preview need not detail."""
    found = relations()
    counts = {key: found[key].rows(plan.source).count() for key, rule in RULES.items() if isinstance(rule, Moves)}
    return [(str(found[key].model._meta.verbose_name_plural), count) for key, count in counts.items() if count]


def _as_json(row: models.Model) -> dict[str, Any]:
    """A row, whole. Django's serializer would round the moments."""
    return {
        field.attname: None if field.value_from_object(row) is None else field.value_to_string(row)
        for field in row._meta.concrete_fields
    }


def _from_json(model: type[models.Model], row: dict[str, Any]) -> models.Model:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: fields[name].to_python(value) for name, value in row.items() if name in fields})


# In this order: invitations look at who is in.
RULES: dict[str, Rule] = {
    "organizations.Access.organization": Accesses(),
    "organizations.Invitation.organization": Invitations(),
    "organizations.FicheChange.organization": Changes(),
    "organizations.SectionDraft.organization": Moves(unless=("user", "section")),
    "organizations.ErrorReport.organization": Moves(),
    "organizations.FicheFile.organization": Moves(),
    "organizations.PersonConsent.organization": Moves(unless=("email",)),
    # So that it always names the fiche that is left in the end.
    "organizations.Organization.merged_into": Moves(),
    "organizations.Organization_activities.organization": Stays("content: chosen with the fields"),
    "organizations.Organization_clienteles.organization": Stays("content: chosen with the fields"),
    "organizations.Organization_access_features.organization": Stays("content: chosen with the fields"),
    "organizations.DirectoryEntry.organization": Stays("written anew from the content"),
    "organizations.DuplicatePair.first": Stays("hidden while a fiche is not in service, found anew every night"),
    "organizations.DuplicatePair.second": Stays("hidden while a fiche is not in service, found anew every night"),
    "organizations.FicheMerge.source": Stays("history"),
    "organizations.FicheMerge.target": Stays("history"),
}
