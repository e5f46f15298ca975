"""The letters of the decisions: a programme's text with fields, set when announced, made as PDF by the worker."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from guichet.core.errors import InvalidState
from guichet.core.events import record
from guichet.core.models import SiteSettings
from guichet.core.pdf import compile_pdf
from guichet.core.templatetags.guichet import NBSP, day
from guichet.organizations.models import Organization

from ..enums import Outcome
from ..models import Application, Call, Decision, Letter, LetterTemplate, Program
from ..perms import can_run_program
from ..schema import format_amount
from .base import require

STARTING = Path(__file__).resolve().parent.parent / "data" / "decisions.json"
TEMPLATE = "funding/typst/letter.typ"
# A task makes so many, then asks for another: e-mails wait no longer than that.
AT_ONCE = 40
FIELD = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True)
class Filled:
    """What fills a letter: a decision, and its reasons in words."""

    decision: Decision
    reasons: list[str]

    @property
    def application(self) -> Application:
        """What it is about."""
        return self.decision.application

    @property
    def call(self) -> Call:
        """The call that it answers."""
        return self.application.call


@dataclass(frozen=True)
class LetterField:
    """A place in a letter: its name, what it becomes, and how."""

    name: str
    label: str
    fill: Callable[[Filled], str]


def _amount(value: Decimal | None) -> str:
    return format_amount(value) if value is not None else ""


def _reasons(filled: Filled) -> str:
    return "\n".join(f"–{NBSP}{reason}" for reason in filled.reasons)


def _instalments(filled: Filled) -> str:
    return "\n".join(
        f"–{NBSP}{format_amount(Decimal(part['amount']))}" + (f" : {part['condition']}" if part["condition"] else "")
        for part in filled.decision.instalments
    )


def _contact(filled: Filled) -> str:
    program = filled.call.program
    body = SiteSettings.load()
    return ", ".join(filter(None, [program.contact_name or body.name, program.contact_email or body.email]))


FIELDS = {
    one.name: one
    for one in (
        LetterField("organisme", gettext_lazy("le nom de l’organisme"), lambda one: one.application.organization.name),
        LetterField("numéro", gettext_lazy("le numéro de la demande"), lambda one: one.application.number),
        LetterField("projet", gettext_lazy("le nom du projet"), lambda one: str(one.application)),
        LetterField("programme", gettext_lazy("le nom du programme"), lambda one: one.call.program.name),
        LetterField("appel", gettext_lazy("le nom de l’appel"), lambda one: one.call.name),
        LetterField(
            "montant",
            gettext_lazy("le montant accordé"),
            lambda one: _amount(one.decision.amount if one.decision.is_grant else None),
        ),
        LetterField(
            "montant demandé", gettext_lazy("le montant demandé"), lambda one: _amount(one.application.requested)
        ),
        LetterField("conditions", gettext_lazy("les conditions"), lambda one: one.decision.conditions),
        LetterField("versements", gettext_lazy("les versements, un par ligne"), _instalments),
        LetterField("motifs", gettext_lazy("les motifs, un par ligne"), _reasons),
        LetterField("explications", gettext_lazy("les explications"), lambda one: one.decision.words),
        LetterField("suite", gettext_lazy("ce qui pourrait être fait ensuite"), lambda one: one.decision.next_step),
        LetterField("date", gettext_lazy("la date de la lettre"), lambda one: day(timezone.localdate())),
        LetterField("personne-ressource", gettext_lazy("la personne à joindre et son courriel"), _contact),
    )
}


@cache
def starting_data() -> dict:
    """What a new portal begins with: reasons, and the text of each letter."""
    return json.loads(STARTING.read_text())


def template_of(program: Program, outcome: str) -> LetterTemplate:
    """What a programme's letter says; ours, not saved, when it has none of its own."""
    found = LetterTemplate.objects.filter(program=program, outcome=outcome).first()
    return found or LetterTemplate(program=program, outcome=outcome, **starting_data()["letters"][outcome])


def problems_of(text: str) -> list[str]:
    """What is wrong with a letter's text, in sentences: a field that does not exist, a brace by itself."""
    unknown = [name for name in dict.fromkeys(FIELD.findall(text)) if name.strip() not in FIELDS]
    problems = [_("Le champ {%(name)s} n’existe pas. Prenez-en un de la liste.") % {"name": name} for name in unknown]
    if re.search(r"[{}]", FIELD.sub("", text)):
        problems.append(_("Une accolade est seule : écrivez un champ comme {organisme}, ou retirez-la."))
    return problems


def fill(text: str, filled: Filled) -> str:
    """The text with its fields filled in. A paragraph whose fields are all empty is left out.

    What a field says is never read again for fields.
    """
    paragraphs = []
    for paragraph in text.replace("\r\n", "\n").split("\n\n"):
        values = [_value(name, filled) for name in FIELD.findall(paragraph)]
        if not values or any(values):
            paragraphs.append(FIELD.sub(lambda found: _value(found[1], filled), paragraph).strip("\n"))
    return "\n\n".join(paragraphs)


def _value(name: str, filled: Filled) -> str:
    return str(FIELDS[name.strip()].fill(filled)).strip()


@transaction.atomic
def save_template(*, program: Program, outcome: Outcome, title: str, text: str, actor) -> LetterTemplate:
    """Give a programme its own letter for one outcome. Raises InvalidState for a field that does not exist."""
    require(can_run_program(actor, program))
    if problems := [*problems_of(title), *problems_of(text)]:
        raise InvalidState(" ".join(problems))
    template, _created = LetterTemplate.objects.update_or_create(
        program=program, outcome=outcome, defaults={"title": title, "text": text, "changed_by": actor}
    )
    record(
        verb="funding.letter_template_changed",
        actor=actor,
        subject=program,
        data={"outcome": str(outcome.label)},
    )
    return template


def write_letter(decision: Decision, *, reasons: list[str] | None = None) -> Letter:
    """The letter of a decision, its words set, not saved: what is edited later changes nothing of it.

    ``reasons``: others than the decision's own.
    """
    known = [reason.text for reason in decision.reasons.all()] if reasons is None else reasons
    filled = Filled(decision, known)
    template = template_of(filled.call.program, decision.outcome)
    body = SiteSettings.load()
    organization = filled.application.organization
    with override(settings.LANGUAGE_CODE):
        return Letter(
            decision=decision,
            title=fill(template.title, filled)[:250],
            text=fill(template.text, filled),
            recipient="\n".join(filter(None, [organization.name, *address_of(organization)])),
            signatory="\n".join(filter(None, [body.signatory or body.name, body.signatory_title])),
            dated_on=timezone.localdate(),
        )


def sample_letter(program: Program, outcome: Outcome) -> Letter:
    """A letter with made-up values, to look at; nothing of it is kept."""
    call = Call(program=program, name=_("appel d’exemple"))
    application = Application(
        organization=Organization(name=_("Club d’exemple"), address=_("1, rue de l’Exemple")),
        call=call,
        number="EXEMPLE-0001",
        title=_("Un projet d’exemple"),
        requested=Decimal("5000.00"),
    )
    is_grant = outcome == Outcome.ACCEPTED
    decision = Decision(
        application=application,
        outcome=outcome,
        amount=Decimal("4000.00") if is_grant else Decimal("0.00"),
        conditions=_("Afficher notre logo.") if is_grant else "",
        words=_("Nous avons aimé votre projet."),
        next_step=_("Appelez-nous : nous regarderons la suite avec vous."),
        instalments=[
            {"share": "75.0", "condition": _("à la signature de l’entente"), "amount": "3000.00"},
            {"share": "25.0", "condition": _("au rapport accepté"), "amount": "1000.00"},
        ]
        if is_grant
        else [],
    )
    return write_letter(decision, reasons=[] if is_grant else [_("L’enveloppe de l’appel est épuisée.")])


def address_of(organization) -> list[str]:
    """Where a letter to the fiche goes, line by line."""
    street = organization.mailing_address or organization.address
    place = organization.municipality.name if organization.municipality else ""
    return [line for line in (street, place) if line]


def letter_pdf(letter: Letter) -> bytes:
    """The PDF of a letter: a letter is in French, whoever makes it."""
    with override(settings.LANGUAGE_CODE):
        return compile_pdf(
            TEMPLATE,
            {
                "title": letter.title,
                "recipient": letter.recipient.split("\n"),
                "date": day(letter.dated_on),
                "subject_word": _("Objet"),
                "text": letter.text,
                "signatory": letter.signatory.split("\n"),
            },
        )


def make_letters(*, most: int = AT_ONCE) -> int:
    """Make the letters that are not made yet, each once, at most so many; return how many.

    The file is written before the row says so: a worker killed between the two leaves a file that nothing names,
    and the letter is made again.
    """
    due = list(Letter.objects.filter(made_at__isnull=True).order_by("pk").values_list("pk", flat=True)[:most])
    return sum(make_letter(pk) for pk in due)


def make_letter(pk: int) -> bool:
    """Make one letter; False when another worker has made it meanwhile."""
    content = letter_pdf(Letter.objects.get(pk=pk))
    with transaction.atomic():
        letter = Letter.objects.select_for_update(of=("self",)).filter(pk=pk, made_at__isnull=True).first()
        if letter is None:
            return False
        letter.file.save("lettre.pdf", ContentFile(content), save=False)
        letter.made_at = timezone.now()
        letter.save(update_fields=["file", "made_at"])
    return True


def are_letters_left() -> bool:
    """Some are still to be made."""
    return Letter.objects.filter(made_at__isnull=True).exists()


def letters_of(application: Application):
    """The letters that the fiche received, the last first."""
    return Letter.objects.filter(decision__application=application).order_by("-dated_on", "-pk")
