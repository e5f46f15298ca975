"""What happened lately in « Vos demandes » of the main fiche, and what staff wrote: told through the services."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from guichet.accounts.models import User
from guichet.organizations.demo.moments import DAY, HOUR, happened

from .. import services
from ..enums import AmendmentSubject, CannedPurpose
from ..models import ApplicationComment, CannedText, InternalNote, Label, ThreadMessage
from ..services import conversation, reviewing
from .applications import Told
from .plans import S

LABELS = {"À visiter": S.IN_REVIEW, "Première demande": S.SUBMITTED, "Dossier fragile": S.CHANGES_REQUESTED}
CANNED = [
    (CannedPurpose.COMPLETION, "Résolution manquante", "Joignez la résolution signée de votre conseil."),
    (CannedPurpose.COMPLETION, "Soumissions manquantes", "Joignez deux soumissions pour les achats importants."),
    (CannedPurpose.MESSAGE, "Rappel du projet", "Votre projet commence bientôt. Tout va comme prévu?"),
]
NOTE = "Appel du trésorier : le montage financier est confirmé, la lettre de la municipalité suit."
QUESTION = "Bonjour, combien de nageurs attendent une place dans ce groupe?"
ANSWER = "Bonjour! Douze, dont quatre depuis plus d’un an. La liste est jointe à la demande."
COMMENTS = [
    "J’ai rempli le projet. Peux-tu vérifier les dates avec la piscine?",
    "C’est fait : du 10 janvier au 15 mai. Il reste le budget.",
]


def tell_funding_stories(tales: list[Told], *, agent: User) -> None:
    """Tell them all."""
    main = {told.plan.status: told for told in tales if told.plan.is_main}
    _comment(main[S.DRAFT])
    _converse(main[S.IN_REVIEW], agent)
    _ask_for_time(main[S.REPORT_DUE])
    _extend(main[S.DRAFT], agent)
    _sort(tales, agent)


def _comment(told: Told) -> None:
    for number, text in enumerate(COMMENTS):
        author = told.manager if number else told.row.started_by
        comment = services.add_comment(application=told.row, text=text, actor=author)
        _date(ApplicationComment, comment.pk, 2 * DAY - number * 5 * HOUR)


def _converse(told: Told, agent: User) -> None:
    with happened(5 * DAY):
        question = conversation.write_to_fiche(application=told.row, text=QUESTION, actor=agent)
    with happened(4 * DAY):
        answer = conversation.write_to_body(application=told.row, text=ANSWER, actor=told.manager)
    _date(ThreadMessage, question.pk, 5 * DAY)
    _date(ThreadMessage, answer.pk, 4 * DAY)


def _ask_for_time(told: Told) -> None:
    with happened(2 * DAY):
        services.ask_amendment(
            application=told.row,
            subject=AmendmentSubject.DATES,
            text="Les bouées arrivent en retard : nous finirons deux semaines plus tard.",
            ends_on=told.plan.call.project_until + 14 * DAY,
            actor=told.manager,
        )


def _extend(told: Told, agent: User) -> None:
    call = told.plan.call
    with happened(DAY):
        services.grant_extension(
            call=call,
            organization=told.row.organization,
            until=call.closes_at + 3 * DAY,
            reason="La piscine ferme la semaine de la clôture.",
            actor=agent,
        )


def _sort(tales: list[Told], agent: User) -> None:
    """Labels, notes and the texts that staff write often."""
    CannedText.objects.bulk_create(
        CannedText(purpose=purpose, title=title, text=text) for purpose, title, text in CANNED
    )
    for name, status in LABELS.items():
        label = Label.objects.create(name=name)
        chosen = [told.row for told in tales if told.plan.status == status][::2]
        for row in chosen[:3]:
            with happened(6 * DAY):
                reviewing.set_labels(application=row, labels=[label], actor=agent)
                note = reviewing.add_note(application=row, text=NOTE, actor=agent)
            _date(InternalNote, note.pk, 6 * DAY)
    for told in [told for told in tales if told.plan.status == S.IN_REVIEW][:4]:
        reviewing.follow(application=told.row, actor=agent)


def _date(model: type[ApplicationComment | ThreadMessage | InternalNote], pk: int, ago: dt.timedelta) -> None:
    model.objects.filter(pk=pk).update(at=timezone.now() - ago)
