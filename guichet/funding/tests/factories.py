"""Programmes, calls and applications for tests, in any state, past or present."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from guichet.funding.enums import ApplicationStatus, CallStatus
from guichet.funding.models import Application, ApplicationFile, Call, Form, FormVersion, Program, Submission
from guichet.organizations.tests.factories import OrganizationFactory

# A short form with one question of most sorts.
SCHEMA = {
    "sections": [
        {
            "key": "projet",
            "title": "Votre projet",
            "help": "",
            "condition": None,
            "questions": [
                {
                    "key": "nom",
                    "type": "text",
                    "label": "Nom du projet",
                    "help": "",
                    "required": True,
                    "condition": None,
                    "kept": True,
                    "max_length": 120,
                },
                {
                    "key": "resume",
                    "type": "long_text",
                    "label": "Résumé",
                    "help": "",
                    "required": True,
                    "condition": None,
                    "kept": True,
                    "max_length": 1500,
                },
                {
                    "key": "jeunes",
                    "type": "yes_no",
                    "label": "Le projet s’adresse-t-il à des jeunes?",
                    "help": "",
                    "required": True,
                    "condition": None,
                    "kept": True,
                },
                {
                    "key": "verification",
                    "type": "text",
                    "label": "Comment vérifiez-vous les antécédents?",
                    "help": "",
                    "required": True,
                    "condition": {
                        "match": "all",
                        "tests": [{"question": "jeunes", "test": "is", "value": "yes"}],
                    },
                    "kept": True,
                    "max_length": 200,
                },
                {
                    "key": "devis",
                    "type": "file",
                    "label": "Devis",
                    "help": "",
                    "required": False,
                    "condition": None,
                    "kept": False,
                    "extensions": ["pdf"],
                    "max_mb": 20,
                    "max_files": 3,
                },
            ],
        },
        {
            "key": "budget",
            "title": "Budget",
            "help": "",
            "condition": None,
            "questions": [
                {
                    "key": "budget",
                    "type": "budget",
                    "label": "Budget du projet",
                    "help": "",
                    "required": True,
                    "condition": None,
                    "kept": False,
                    "revenues": [
                        {"key": "lscq", "label": "Montant demandé à LSCQ", "kind": "lscq"},
                        {"key": "mise", "label": "Mise de fonds de l’organisme", "kind": "own"},
                    ],
                    "expenses": [
                        {"key": "materiel", "label": "Matériel", "kind": "cash", "eligible": True},
                        {"key": "salaires", "label": "Salaires", "kind": "cash", "eligible": True},
                    ],
                    "free_revenues": 3,
                    "free_expenses": 3,
                    "volunteer_hours": True,
                    "must_balance": True,
                },
            ],
        },
    ]
}
ANSWERS = {
    "nom": "Patins pour tous",
    "resume": "Prêter des patins aux enfants du village.",
    "jeunes": "no",
    "budget": {
        "lines": {
            "lscq": {"planned": "1 000,00"},
            "mise": {"planned": "500"},
            "materiel": {"planned": "1 500,00 $"},
            "salaires": {"planned": ""},
        }
    },
}


class ProgramFactory(DjangoModelFactory):
    """A programme in the site."""

    class Meta:
        model = Program

    name = factory.Sequence(lambda n: f"Programme n{n}")
    slug = factory.Sequence(lambda n: f"programme-{n}")
    summary = "Pour faire bouger le monde."
    is_published = True


class FormFactory(DjangoModelFactory):
    """A form without a version."""

    class Meta:
        model = Form

    name = factory.Sequence(lambda n: f"Formulaire n{n}")


class FormVersionFactory(DjangoModelFactory):
    """The first version of a form."""

    class Meta:
        model = FormVersion

    form = factory.SubFactory(FormFactory)
    number = 1
    schema = SCHEMA


class CallFactory(DjangoModelFactory):
    """An open call with a form that has a version."""

    class Meta:
        model = Call
        skip_postgeneration_save = True

    program = factory.SubFactory(ProgramFactory)
    name = "automne 2026"
    code = factory.Sequence(lambda n: f"P{n}-2026")
    status = CallStatus.PUBLISHED
    opens_at = factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=10))
    closes_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=20))
    envelope = Decimal("20000.00")
    max_amount = Decimal("5000.00")
    form = factory.LazyFunction(lambda: FormVersionFactory().form)
    needs_confirmed_fiche = False


class ApplicationFactory(DjangoModelFactory):
    """A draft that could be handed in as it is."""

    class Meta:
        model = Application

    call = factory.SubFactory(CallFactory)
    organization = factory.SubFactory(OrganizationFactory)
    form_version = factory.LazyAttribute(lambda application: application.call.form.versions.first())
    title = "Patins pour tous"
    answers = factory.LazyFunction(lambda: dict(ANSWERS))


class SubmittedFactory(ApplicationFactory):
    """An application that was handed in; any later status by name."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    status = ApplicationStatus.SUBMITTED
    number = factory.Sequence(lambda n: f"X-{n:04d}")
    submitted_at = factory.LazyFunction(timezone.now)
    requested = Decimal("1000.00")
    total_cost = Decimal("1500.00")
    decision_due_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=80))

    @factory.post_generation
    def with_submission(self, create, extracted, **kwargs):
        if create:
            Submission.objects.create(
                application=self,
                form_version=self.form_version,
                at=self.submitted_at,
                by_name="Zoé Côté",
                statement="Ces renseignements sont vrais.",
                answers=self.answers,
                fiche={"name": self.organization.name},
                requested=self.requested,
                total_cost=self.total_cost,
                fingerprint="0" * 64,
            )


class ApplicationFileFactory(DjangoModelFactory):
    """A file that was received; the answers do not name it yet."""

    class Meta:
        model = ApplicationFile

    application = factory.SubFactory(ApplicationFactory)
    question = "devis"
    name = "devis.pdf"
    content_type = "application/pdf"
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.7 devis", "devis.pdf"))
    size = 14
    sha256 = "0" * 64
