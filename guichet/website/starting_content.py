"""What the public site says before the staff write their own: one function a page, as the fields of its model.

It is content, written in the body's language: it is created once and belongs to the staff from then on.
"""

from __future__ import annotations

import json
from typing import Any

from guichet.core.models import SiteSettings

PROGRAMS_TEXT = (
    "<h2>Nous travaillons avec vous</h2>"
    "<p>Municipalités, écoles, clubs, associations et organismes pour personnes handicapées : chaque milieu "
    "a ses façons de faire et ses besoins. Nos services partent des vôtres.</p>"
    "<h2>Ce que nous pouvons faire</h2>"
    "<ul>"
    "<li><b>Accompagnement</b> : gouvernance et règlements, bénévolat, planification, rédaction de demandes.</li>"
    "<li><b>Espaces et équipements</b> : parcs, patinoires, sentiers, plateaux sportifs, du projet à l’ouverture.</li>"
    "<li><b>Formation</b> : animation en camp de jour, premiers soins, sécurité et intégrité dans le sport.</li>"
    "<li><b>Accessibilité</b> : des activités où chacun trouve sa place, avec ou sans handicap.</li>"
    "</ul>"
)

ASSISTANCE_TEXT = (
    "<h2>Comment ça se passe</h2>"
    "<ol>"
    "<li><b>Un appel de demandes est annoncé</b>, avec ses dates, ses critères et son enveloppe.</li>"
    "<li><b>Vous remplissez la demande</b> dans l’espace client, seul ou à plusieurs.</li>"
    "<li><b>Nous l’évaluons</b> selon les critères annoncés, et vous écrivons la décision.</li>"
    "<li><b>Vous réalisez le projet</b>, puis vous nous en rendez compte.</li>"
    "</ol>"
    "<h2>Ce qu’il est bon d’avoir sous la main</h2>"
    "<ul>"
    "<li>le budget du projet, avec les autres sources de financement;</li>"
    "<li>des soumissions pour les achats importants;</li>"
    "<li>la résolution de votre conseil;</li>"
    "<li>la preuve d’assurance responsabilité.</li>"
    "</ul>"
)


def _stream(*blocks: tuple[str, Any]) -> str:
    return json.dumps([{"type": kind, "value": value} for kind, value in blocks])


def _call(heading: str, text: str, button: str, page: int) -> tuple[str, dict[str, Any]]:
    return "call_to_action", {"heading": heading, "text": text, "button": button, "page": page, "address": ""}


def _questions(*pairs: tuple[str, str]) -> tuple[str, dict[str, Any]]:
    questions = [{"question": question, "answer": f"<p>{answer}</p>"} for question, answer in pairs]
    return "questions", {"heading": "Questions fréquentes", "questions": questions}


def home(body: SiteSettings) -> dict[str, Any]:
    """« Accueil »."""
    return {
        "title": "Accueil",
        "slug": "accueil",
        "search_description": (
            f"L’espace client de {body.name} : tenez la fiche de votre organisme à jour, trouvez formulaires et "
            "documents, suivez vos demandes."
        ),
        "hero_title": "Votre espace client",
        "hero_text": (
            f"Clubs, municipalités, écoles et organismes : tout ce que vous faites avec {body.name}, au même endroit."
        ),
        "reasons_title": "Pourquoi un espace client?",
        "reasons": _stream(
            (
                "reason",
                {
                    "icon": "update",
                    "title": "Des renseignements à jour",
                    "text": "Vous tenez vous-même la fiche de votre organisme : nous savons toujours à qui écrire.",
                },
            ),
            (
                "reason",
                {
                    "icon": "forms",
                    "title": "Formulaires et documents à portée de main",
                    "text": "Les guides et les formulaires qui vous concernent vous attendent, sans les demander.",
                },
            ),
            (
                "reason",
                {
                    "icon": "archive",
                    "title": "Vos demandes, d’hier et d’aujourd’hui",
                    "text": "L’état de vos demandes se suit en ligne; vos archives restent quand l’équipe change.",
                },
            ),
            (
                "reason",
                {
                    "icon": "map",
                    "title": "Une place dans le répertoire",
                    "text": "Votre organisme gagne en visibilité auprès des partenaires et des gens de la région.",
                },
            ),
        ),
        "highlights_title": "À la une",
    }


def highlights(*, assistance: int, programs: int, library: int) -> str:
    """What the home page puts forward; the numbers are those of the pages."""
    return _stream(
        (
            "highlight",
            {
                "page": assistance,
                "title": "",
                "text": "Comment se prépare une demande, ce que l’on vous demandera et ce qui se passe ensuite.",
            },
        ),
        (
            "highlight",
            {
                "page": programs,
                "title": "",
                "text": "Gouvernance, bénévolat, parcs et équipements, camps de jour : nous vous accompagnons.",
            },
        ),
        (
            "highlight",
            {
                "page": library,
                "title": "",
                "text": "Guides, formulaires et modèles, à télécharger quand vous en avez besoin.",
            },
        ),
    )


def programs(body: SiteSettings, *, contact: int) -> dict[str, Any]:
    """« Programmes & Services »."""
    return {
        "title": "Programmes & Services",
        "slug": "programmes-services",
        "search_description": f"Ce que {body.name} fait avec les organismes de loisir et de sport de la région.",
        "intro": "Loisir, sport, plein air et activité physique : nous aidons ceux qui font bouger la région.",
        "body": _stream(
            ("text", PROGRAMS_TEXT),
            _call(
                "Un projet en tête?",
                "Parlez-nous-en tôt : un appel de dix minutes évite souvent des semaines de démarches.",
                "Nous joindre",
                contact,
            ),
        ),
    }


def assistance(body: SiteSettings, *, contact: int) -> dict[str, Any]:
    """« Assistance financière »."""
    return {
        "title": "Assistance financière",
        "slug": "assistance-financiere",
        "search_description": (
            f"Les programmes d’assistance financière de {body.name} : qui peut demander, comment, et la suite."
        ),
        "intro": "Un coup de pouce pour vos activités, vos équipements et vos projets.",
        "body": _stream(
            ("programs", {"heading": "Nos programmes"}),
            ("text", ASSISTANCE_TEXT),
            _questions(
                (
                    "Qui peut présenter une demande?",
                    "Chaque programme le précise. Il faut, dans tous les cas, un accès à la fiche de votre organisme.",
                ),
                (
                    "Peut-on demander de l’aide pour un projet déjà terminé?",
                    "En général, non : l’assistance vise des projets à venir. Écrivez-nous avant de commencer.",
                ),
                (
                    "Combien de temps avant d’avoir une réponse?",
                    "La date est annoncée avec l’appel de demandes, et l’espace client montre où en est la vôtre.",
                ),
            ),
            _call("Une question avant de demander?", "", "Nous joindre", contact),
        ),
    }


def about(body: SiteSettings, *, region: str) -> dict[str, Any]:
    """« À propos »."""
    text = (
        "<h2>Notre mission</h2>"
        f"<p>{body.name} soutient les organisations qui offrent le loisir public dans la région {region} et aide "
        "chacun à mener une vie active.</p>"
        "<h2>Les milieux que nous servons</h2>"
        "<p>Le milieu municipal, le milieu scolaire, le milieu associatif et les organismes pour personnes "
        "handicapées, dans toutes les MRC de la région.</p>"
        "<h2>Nos champs d’action</h2>"
        "<ul><li>le loisir;</li><li>le sport;</li><li>le plein air;</li><li>l’activité physique.</li></ul>"
    )
    return {
        "title": "À propos",
        "slug": "a-propos",
        "search_description": f"{body.name} : notre mission et les milieux que nous servons dans la région {region}.",
        "intro": "Pour que chacun ait où jouer, bouger et se retrouver.",
        "body": _stream(
            ("text", text),
        ),
    }


def contact(body: SiteSettings) -> dict[str, Any]:
    """« Nous joindre »."""
    return {
        "title": "Nous joindre",
        "slug": "nous-joindre",
        "search_description": f"Courriel, téléphone, adresse et heures d’ouverture de {body.name}.",
        "intro": "Une question, un projet, un doute? Écrivez ou appelez : quelqu’un vous répond.",
    }


def library(body: SiteSettings) -> dict[str, Any]:
    """« Médiathèque »."""
    return {
        "title": "Médiathèque",
        "slug": "mediatheque",
        "search_description": f"Guides, formulaires et modèles de {body.name}, à télécharger.",
        "intro": "Guides, formulaires et modèles, à télécharger.",
    }
