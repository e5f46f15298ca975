"""What a merge of two fiches would do: read by the preview, done by `merging`. Nothing here writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from guichet.core.errors import InvalidState
from guichet.core.templatetags.guichet import moment

from ..content import FIELDS
from ..enums import AccessStatus, InvitationStatus, OrganizationStatus, Role, Side
from ..models import Access, FicheChange, FicheMerge, Invitation, Organization
from ..values import LISTS, content_of, is_empty, label_of

# Nothing in these means « no », which is an answer: the other fiche's never slips in by itself.
ANSWERS = {"is_listed", "public_fields"}


class PlanChanged(InvalidState):
    """Something of the two fiches is not what the agent was shown. Nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            _("Une des deux fiches a changé depuis que vous avez ouvert cette page. Relisez, puis confirmez.")
        )


@dataclass(frozen=True)
class Choices:
    """What the agent chose, by field: whose content, whose proposal. ``seen``: the digest of what they were shown."""

    content: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""


@dataclass(frozen=True)
class FieldPlan:
    """One field: what both fiches say, and whose value goes on unless the agent chooses otherwise."""

    name: str
    source: Any
    target: Any

    @property
    def is_same(self) -> bool:
        """Both say the same."""
        return self.source == self.target

    @property
    def is_open(self) -> bool:
        """The agent chooses."""
        if self.is_same:
            return False
        return self.name in ANSWERS or not (is_empty(self.source) or is_empty(self.target))

    @property
    def usual(self) -> Side:
        """The kept fiche's value, unless it has none."""
        return Side.SOURCE if not (self.is_same or self.is_open) and is_empty(self.target) else Side.TARGET

    @property
    def options(self) -> list[Side]:
        """What the agent chooses among."""
        return [Side.TARGET, Side.SOURCE, *([Side.BOTH] if self.name in LISTS else [])]

    def side(self, chosen: Mapping[str, str]) -> Side:
        """Whose value goes on."""
        wanted = chosen.get(self.name)
        return Side(wanted) if self.is_open and wanted in self.options else self.usual

    def value(self, side: Side) -> Any:
        """That side's value."""
        if side == Side.BOTH:
            return sorted({*self.source, *self.target})
        return self.source if side == Side.SOURCE else self.target


@dataclass
class PersonPlan:
    """One person of the fiche that goes away: their access there, theirs at the other fiche, and which one is kept."""

    access: Access
    other: Access | None
    # So that a fiche with a gestionnaire keeps one; told on the preview and to the person.
    becomes_manager: bool = False

    @property
    def moves(self) -> bool:
        """Their access goes along: they had none, or only a closed one."""
        if self.other is None:
            return True
        return self.access.status == AccessStatus.ACTIVE and self.other.status != AccessStatus.ACTIVE

    @property
    def kept(self) -> Access:
        """The access that they have afterwards."""
        return self.access if self.moves or self.other is None else self.other


@dataclass(frozen=True)
class InvitationPlan:
    """One open invitation: it goes along, or it ends because the person is there, or invited there, already."""

    invitation: Invitation
    moves: bool


@dataclass(frozen=True)
class ChangePlan:
    """One waiting proposal of the fiche that goes away, and the other fiche's for the same field."""

    change: FicheChange
    other: FicheChange | None

    @property
    def is_open(self) -> bool:
        """Two proposals say different things: the agent chooses which one goes on waiting."""
        return self.other is not None and self.other.value != self.change.value

    def moves(self, chosen: Mapping[str, str]) -> bool:
        """Whether it goes on waiting. Raises InvalidState when nobody chose."""
        if not self.is_open:
            return self.other is None
        side = chosen.get(self.change.field)
        if side not in (Side.SOURCE, Side.TARGET):
            raise InvalidState(
                _("Choisissez quelle proposition garder pour « {field} ».").format(field=label_of(self.change.field))
            )
        return side == Side.SOURCE


@dataclass(frozen=True)
class Plan:
    """Everything that the merge would do."""

    source: Organization
    target: Organization
    fields: list[FieldPlan]
    people: list[PersonPlan]
    invitations: list[InvitationPlan]
    changes: list[ChangePlan]
    had_manager: bool

    def values(self, chosen: Mapping[str, str]) -> dict[str, Any]:
        """The content of the fiche that goes on. What its fiche kept private does not become public on the way."""
        sides = {one.name: one.side(chosen) for one in self.fields}
        values = {one.name: one.value(sides[one.name]) for one in self.fields}
        private = {
            one.name
            for one in self.fields
            if not one.is_same
            and (
                (sides[one.name] != Side.TARGET and one.name not in self.source.public_fields)
                or (sides[one.name] != Side.SOURCE and one.name not in self.target.public_fields)
            )
            and not is_empty(values[one.name])
        }
        values["public_fields"] = [name for name in values["public_fields"] if name not in private]
        return values

    @cached_property
    def digest(self) -> str:
        """Changes with anything that the preview shows: nobody confirms what they have not seen."""
        shown = [
            self.source.status,
            [(one.name, one.source, one.target) for one in self.fields],
            [
                (one.access.pk, one.access.status, one.access.role, one.other and (one.other.status, one.other.role))
                for one in self.people
            ],
            [(one.invitation.pk, one.moves) for one in self.invitations],
            [(one.change.pk, one.other and one.other.pk) for one in self.changes],
        ]
        return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]


def plan(*, source: Organization, target: Organization) -> Plan:
    """What merging ``source`` into ``target`` would do. Raises InvalidState when it may not be done."""
    _require_mergeable(source, target)
    ours, theirs = content_of(source), content_of(target)
    people = _people(source, target)
    return Plan(
        source=source,
        target=target,
        fields=[FieldPlan(name, ours[name], theirs[name]) for name in FIELDS],
        people=people,
        invitations=_invitations(source, target, people),
        changes=_changes(source, target),
        had_manager=target.accesses.active_managers().exists(),
    )


def _require_mergeable(source: Organization, target: Organization) -> None:
    if source.pk == target.pk:
        raise InvalidState(_("Choisissez une autre fiche : une fiche ne se fusionne pas avec elle-même."))
    require_can_go(source)
    _require_not_merged(target)
    if not target.is_active:
        raise InvalidState(
            _("La fiche « {fiche} » n’est pas en service : elle ne peut pas en recevoir une autre.").format(
                fiche=target
            )
        )


def require_can_go(source: Organization) -> None:
    """Raise InvalidState for a fiche that cannot be merged into whatever other."""
    _require_not_merged(source)
    if source.status not in {OrganizationStatus.ACTIVE, OrganizationStatus.ARCHIVED}:
        raise InvalidState(
            _("La fiche « {fiche} » est « {state} » : décidez-en d’abord dans les inscriptions.").format(
                fiche=source, state=source.get_status_display().lower()
            )
        )


def _require_not_merged(fiche: Organization) -> None:
    if fiche.status != OrganizationStatus.MERGED:
        return
    merge = FicheMerge.objects.standing().filter(source=fiche).select_related("target", "merged_by").get()
    raise InvalidState(
        _("Déjà fait : {who} a fusionné la fiche « {fiche} » dans « {other} » le {when}.").format(
            who=merge.merged_by or _("le portail"), fiche=fiche, other=merge.target, when=moment(merge.merged_at)
        )
    )


def _people(source: Organization, target: Organization) -> list[PersonPlan]:
    theirs = {access.user_id: access for access in target.accesses.select_related("user")}
    ours = source.accesses.select_related("user").order_by("user__last_name", "user__first_name", "pk")
    people = [PersonPlan(access, theirs.get(access.user_id)) for access in ours]
    managers = [one for one in people if _answers_for_fiche(one.access)]
    if not any(map(_answers_for_fiche, theirs.values())) and not any(one.moves for one in managers):
        for one in managers:
            one.becomes_manager = True
    return people


def _answers_for_fiche(access: Access) -> bool:
    return access.status == AccessStatus.ACTIVE and access.role == Role.MANAGER and access.user.is_active


def _invitations(source: Organization, target: Organization, people: list[PersonPlan]) -> list[InvitationPlan]:
    in_or_asked = {AccessStatus.ACTIVE, AccessStatus.REQUESTED}
    taken = set(target.invitations.filter(status=InvitationStatus.SENT).values_list("email", flat=True))
    taken.update(target.accesses.filter(status__in=in_or_asked).values_list("user__email", flat=True))
    taken.update(one.access.user.email for one in people if one.access.status in in_or_asked)
    return [
        InvitationPlan(invitation, moves=invitation.email not in taken)
        for invitation in source.invitations.filter(status=InvitationStatus.SENT).order_by("email")
    ]


def _changes(source: Organization, target: Organization) -> list[ChangePlan]:
    theirs = {change.field: change for change in target.changes.waiting().select_related("proposed_by")}
    ours = source.changes.waiting().select_related("proposed_by")
    return [ChangePlan(change, theirs.get(change.field)) for change in ours]
