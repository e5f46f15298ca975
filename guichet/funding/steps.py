"""Where an application stands, for its fiche: a place on a small line of steps, and what comes next, in a sentence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.core.templatetags.guichet import day, moment

from .enums import ApplicationStatus
from .models import Application

_S = ApplicationStatus
DONE, CURRENT, COMING = "done", "current", "coming"
LINE = [
    gettext_lazy("Rédaction"),
    gettext_lazy("Transmission"),
    gettext_lazy("Évaluation"),
    gettext_lazy("Décision"),
    gettext_lazy("Reddition de comptes"),
]
# The step that each state stands on; past the last one, everything is done.
PLACE = {
    _S.DRAFT: 0,
    _S.AWAITING_MANAGER: 1,
    _S.SUBMITTED: 2,
    _S.IN_REVIEW: 2,
    _S.CHANGES_REQUESTED: 2,
    _S.WAITLISTED: 3,
    _S.REFUSED: 3,
    _S.ACCEPTED: 4,
    _S.REPORT_DUE: 4,
    _S.REPORT_SUBMITTED: 4,
    _S.CLOSED: 5,
    _S.WITHDRAWN: 0,
}
TONES = {
    _S.DRAFT: "info",
    _S.AWAITING_MANAGER: "warning",
    _S.SUBMITTED: "info",
    _S.IN_REVIEW: "info",
    _S.CHANGES_REQUESTED: "warning",
    _S.ACCEPTED: "success",
    _S.REFUSED: "danger",
    _S.WAITLISTED: "warning",
    _S.REPORT_DUE: "warning",
    _S.REPORT_SUBMITTED: "info",
}


@dataclass(frozen=True)
class Step:
    """One step of the line. ``state``: « done », « current » or « coming »."""

    label: str | Promise
    state: str


def steps_of(application: Application) -> list[Step]:
    """The line of steps; empty for what was withdrawn. A refusal ends at the decision."""
    if application.status == _S.WITHDRAWN:
        return []
    place = PLACE[_S(application.status)]
    line = LINE[:4] if application.status == _S.REFUSED else LINE
    return [
        Step(label, DONE if number < place else CURRENT if number == place else COMING)
        for number, label in enumerate(line)
    ]


def tone_of(application: Application) -> str:
    """The colour of its state, for a badge."""
    return TONES.get(_S(application.status), "")


def next_action(application: Application, *, can_submit: bool, closing: dt.datetime, body: str) -> str:
    """What comes next, and by when, in a sentence. ``body``: the body's short name."""
    status = _S(application.status)
    if status == _S.DRAFT:
        return _("À remplir, puis à transmettre avant le %(moment)s.") % {"moment": moment(closing)}
    if status == _S.AWAITING_MANAGER:
        closing_words = day(application.changes_due_on) if application.is_completion else moment(closing)
        text = (
            _("Pas encore transmise à %(body)s : relisez-la, puis transmettez-la avant le %(moment)s.")
            if can_submit
            else _("Pas encore transmise à %(body)s : un gestionnaire doit le faire avant le %(moment)s.")
        )
        return text % {"body": body, "moment": closing_words}
    if status == _S.CHANGES_REQUESTED:
        if application.changes_due_on is None:
            return _("%(body)s vous demande de la compléter.") % {"body": body}
        return _("%(body)s vous demande de la compléter d’ici le %(day)s.") % {
            "body": body,
            "day": day(application.changes_due_on),
        }
    if status in (_S.SUBMITTED, _S.IN_REVIEW):
        if application.decision_due_on is None:
            return _("Rien à faire pour le moment : %(body)s l’a reçue.") % {"body": body}
        return _("Rien à faire pour le moment : %(body)s l’a reçue, et promet une réponse d’ici le %(day)s.") % {
            "body": body,
            "day": day(application.decision_due_on),
        }
    if status == _S.REPORT_DUE and application.report_due_on is not None:
        return _("Reddition de comptes à remettre d’ici le %(day)s.") % {"day": day(application.report_due_on)}
    return str(_SETTLED[status])


_SETTLED = {
    _S.ACCEPTED: gettext_lazy("Votre demande est acceptée."),
    _S.REFUSED: gettext_lazy("Votre demande n’a pas été retenue."),
    _S.WAITLISTED: gettext_lazy("Votre demande est sur la liste d’attente : rien à faire pour le moment."),
    _S.REPORT_DUE: gettext_lazy("Reddition de comptes à remettre."),
    _S.REPORT_SUBMITTED: gettext_lazy("Rien à faire pour le moment : votre reddition de comptes est reçue."),
    _S.CLOSED: gettext_lazy("Tout est terminé."),
    _S.WITHDRAWN: gettext_lazy("Cette demande a été retirée."),
}
