"""An application as a document: the PDF of what is written now, and of what was handed in."""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from guichet.core.pdf import compile_pdf
from guichet.core.templatetags.guichet import exact_moment, moment

from ..models import Application, Submission
from ..schema import FileInfo, ShownSection, Verdict, evaluate, format_amount, parse_schema, shown
from .reading import files_of, limits_of, schema_of, verdict_of

TEMPLATE = "funding/typst/application.typ"


def shown_application(application: Application, verdict: Verdict) -> list[ShownSection]:
    """What is written now, section by section, in words."""
    return shown(schema_of(application), application.answers, verdict, files_of(application))


def shown_submission(submission: Submission) -> list[ShownSection]:
    """What was handed in, under its own form, in words."""
    schema = parse_schema(submission.form_version.schema)
    files = {key: FileInfo(name=name, size=size) for key, name, size, _sha256 in submission.files}
    verdict = evaluate(
        schema,
        submission.answers,
        limits=limits_of(submission.application.call),
        fiche=submission.fiche,
        files=files,
    )
    return shown(schema, submission.answers, verdict, files)


def file_name_of(application: Application) -> str:
    """How its PDF is called when it is taken along."""
    return f"{slugify(application.number or str(application))[:60] or 'demande'}.pdf"


def application_pdf(application: Application) -> io.BytesIO:
    """The PDF of what is written now; what was not handed in says so on every page."""
    verdict = verdict_of(application)
    data = {
        **_head(application),
        "sections": _plain(shown_application(application, verdict)),
        "files": [[file.name, filesizeformat(file.size), ""] for file in application.files.all()],
        "draft": _("Brouillon : cette copie ne prouve pas que la demande a été transmise."),
        "proof": None,
    }
    return io.BytesIO(compile_pdf(TEMPLATE, data))


def make_submission_pdf(*, submission_id: int) -> File:
    """The PDF of what was handed in, made once: by the worker, or by whoever asks first."""
    submission = Submission.objects.select_related("application__call__program", "form_version").get(pk=submission_id)
    if submission.pdf:
        return submission.pdf
    # What is kept for ever does not depend on who looks at it first.
    with override("fr-ca"):
        content = compile_pdf(TEMPLATE, submission_data(submission))
    with transaction.atomic():
        locked = Submission.objects.select_for_update(of=("self",)).get(pk=submission_id)
        if not locked.pdf:
            locked.pdf.save("demande.pdf", ContentFile(content), save=False)
            locked.save(update_fields=["pdf"])
    return locked.pdf


def submission_data(submission: Submission) -> dict[str, Any]:
    """What the PDF of a submission says: the words of the fiche are those of that moment."""
    return {
        **_head(submission.application, organization=submission.fiche.get("name", "")),
        "sections": _plain(shown_submission(submission)),
        "files": [[name, filesizeformat(size), sha256] for _key, name, size, sha256 in submission.files],
        "draft": "",
        "proof": _proof(submission),
    }


def _head(application: Application, *, organization: str = "") -> dict[str, Any]:
    """What it is about. ``organization``: its name as it was, where that is not today's."""
    call = application.call
    facts = [
        [_("Organisme"), organization or application.organization.name],
        [_("Programme"), call.program.name],
        [_("Appel"), call.name],
        [_("Clôture"), moment(call.closes_at)],
    ]
    if application.number:
        facts.insert(0, [_("Numéro"), application.number])
    if application.requested is not None:
        facts.append([_("Montant demandé"), format_amount(application.requested)])
    return {
        "title": str(application),
        "facts": facts,
        "words": {
            "planned": _("Prévu"),
            "real": _("Réel"),
            "total": _("Total"),
            "files": _("Fichiers joints"),
            "file": _("Fichier"),
            "size": _("Taille"),
            "empty": _("Sans réponse"),
            "fingerprint": _("Empreinte SHA-256"),
        },
    }


def _proof(submission: Submission) -> dict[str, Any]:
    return {
        "title": _("Preuve de réception"),
        "statement": submission.statement,
        "rows": [
            [_("Numéro"), submission.application.number],
            [_("Transmise par"), submission.by_name],
            [_("Reçue"), exact_moment(submission.at)],
        ],
        "fingerprint": submission.fingerprint,
    }


def _plain(sections: list[ShownSection]) -> list[dict[str, Any]]:
    return [asdict(section) for section in sections]
