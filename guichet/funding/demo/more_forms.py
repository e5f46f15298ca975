"""The demo's other forms: inclusive leisure, outdoor sites, and the report that all the programmes ask for."""

from __future__ import annotations

from .building import (
    Block,
    budget,
    choice,
    choices,
    date,
    declaration,
    file,
    long_text,
    note,
    number,
    section,
    table,
    text,
    when,
    yes_no,
)
from .forms import LSCQ, OTHERS, OWN, PICTURES, closing, minors, opening


def inclusive(sets: dict[str, int]) -> list[Block]:
    """« Loisir et sport inclusifs »: all year long, one tenth by the organisation."""
    return [
        *opening(sets),
        section(
            "projet",
            "Votre projet",
            [
                text("titre", "Nom du projet"),
                choices(
                    "handicaps",
                    "Personnes visées",
                    [
                        ("physique", "Handicap physique"),
                        ("intellectuel", "Déficience intellectuelle"),
                        ("autisme", "Trouble du spectre de l’autisme"),
                        ("visuel", "Handicap visuel"),
                        ("auditif", "Handicap auditif"),
                        ("mental", "Santé mentale"),
                    ],
                ),
                long_text("description", "Décrivez le projet", max_length=2500),
                yes_no("accompagnement", "Des accompagnateurs sont-ils nécessaires?", reference="accompagnement"),
                number(
                    "accompagnateurs",
                    "Nombre d’accompagnateurs",
                    unit="personnes",
                    condition=when("accompagnement", "is", "Oui"),
                ),
                long_text(
                    "formation",
                    "Quelle formation reçoivent-ils?",
                    condition=when("accompagnement", "is", "Oui"),
                    max_length=800,
                ),
                date("debut", "Début du projet", help="Au moins deux mois après le dépôt de la demande."),
                date("fin", "Fin du projet"),
                number("participants", "Nombre de participants handicapés", unit="personnes"),
                long_text("retombees", "Retombées attendues", max_length=1500),
                *minors(),
            ],
        ),
        section(
            "budget",
            "Budget",
            [
                budget(
                    [LSCQ, OWN, *OTHERS],
                    [
                        ("accompagnement", "Accompagnement", True),
                        ("adapte", "Équipement adapté", True),
                        ("transport", "Transport adapté", True),
                        ("animation", "Animation", True),
                        ("administration", "Frais d’administration", False),
                    ],
                    help="L’organisme paie au moins 10 % du projet.",
                )
            ],
        ),
        section(
            "pieces",
            "Pièces jointes",
            [
                yes_no("premiere", "Est-ce votre première demande à ce programme?", reference="premiere"),
                file(
                    "charte",
                    "Première page des lettres patentes",
                    condition=when("premiere", "is", "Oui"),
                    extensions=PICTURES,
                ),
                file("cheque", "Spécimen de chèque", extensions=PICTURES),
            ],
        ),
        *closing(sets),
    ]


def outdoors(sets: dict[str, int]) -> list[Block]:
    """« Sentiers et sites de plein air »: works, up to 80 % of the eligible costs."""
    return [
        *opening(sets),
        section(
            "site",
            "Le sentier ou le site",
            [
                text("titre", "Nom du projet"),
                text("site", "Nom du sentier ou du site"),
                choices(
                    "pratiques",
                    "Pratiques",
                    [
                        ("pied", "Randonnée pédestre"),
                        ("velo", "Vélo de montagne"),
                        ("raquette", "Raquette"),
                        ("ski", "Ski de fond"),
                        ("eau", "Activités nautiques"),
                        ("autre", "Autre"),
                    ],
                    reference="pratiques",
                ),
                text("autre-pratique", "Laquelle?", condition=when("pratiques", "contains", "Autre")),
                number("longueur", "Longueur aménagée", unit="km", decimals=1),
                choice(
                    "propriete",
                    "Le terrain appartient",
                    [
                        ("organisme", "À l’organisme"),
                        ("municipalite", "À une municipalité ou une MRC"),
                        ("prive", "À un propriétaire privé"),
                    ],
                    reference="propriete",
                ),
                file(
                    "droit",
                    "Entente de droit de passage",
                    condition=when("propriete", "is", "À un propriétaire privé"),
                ),
            ],
        ),
        section(
            "travaux",
            "Les travaux",
            [
                long_text("description", "Décrivez les travaux", max_length=3000),
                long_text("besoin", "Pourquoi sont-ils nécessaires?", max_length=1500),
                table(
                    "etapes",
                    "Étapes des travaux",
                    [("etape", "Étape", "text"), ("debut", "Début", "date"), ("fin", "Fin", "date")],
                    kept=False,
                ),
                yes_no("permis", "Les travaux demandent-ils une autorisation environnementale?", reference="permis"),
                file("autorisation", "Autorisation obtenue", required=False, condition=when("permis", "is", "Oui")),
                long_text("entretien", "Qui entretiendra l’aménagement, et comment?", max_length=1500),
                number("visiteurs", "Nombre de visiteurs par année", unit="personnes", required=False),
            ],
        ),
        section(
            "budget",
            "Budget",
            [
                budget(
                    [LSCQ, OWN, *OTHERS],
                    [
                        ("travaux", "Travaux d’aménagement", True),
                        ("materiaux", "Matériaux", True),
                        ("honoraires", "Honoraires professionnels", True),
                        ("signalisation", "Signalisation", True),
                        ("terrain", "Achat de terrain", False),
                    ],
                ),
                file("soumissions", "Deux soumissions par dépense de plus de 5 000 $", max_files=10),
            ],
        ),
        section(
            "pieces",
            "Pièces jointes",
            [
                file("resolution", "Résolution du conseil"),
                file("plan", "Plan de localisation", extensions=PICTURES),
                file("photos", "Photos du site", required=False, extensions=["jpg", "png"], max_files=10),
                file("etats", "Derniers états financiers"),
            ],
        ),
        *closing(sets, declaration("assurance", "L’organisme a une assurance responsabilité en vigueur.")),
    ]


def report() -> list[Block]:
    """What became of the project and the money."""
    return [
        section(
            "realisation",
            "Ce qui a été fait",
            [
                note("intro", "", "Le budget reprend ce que vous aviez prévu : écrivez à côté ce qui a été dépensé."),
                choice(
                    "etat",
                    "Le projet a été réalisé",
                    [("prevu", "Comme prévu"), ("modifie", "Avec des changements"), ("partie", "En partie")],
                    reference="etat",
                ),
                long_text("ecarts", "Expliquez les changements", condition=when("etat", "is_not", "Comme prévu")),
                long_text("resume", "Résumé de ce qui a été fait", max_length=2000),
                date("fin", "Date de fin"),
                number("participants", "Nombre de personnes rejointes", unit="personnes"),
                long_text("retombees", "Retombées dans le milieu", max_length=1500),
                long_text("suite", "Et maintenant?", required=False, max_length=1000),
            ],
        ),
        section(
            "budget",
            "Budget réel",
            [
                budget(
                    [LSCQ, OWN, *OTHERS],
                    [
                        ("materiel", "Matériel et équipement", True),
                        ("salaires", "Salaires et honoraires", True),
                        ("location", "Location", True),
                        ("promotion", "Promotion", True),
                        ("travaux", "Travaux et matériaux", True),
                    ],
                    volunteer_hours=True,
                    must_balance=False,
                ),
                file("factures", "Factures", extensions=PICTURES, max_files=20),
            ],
        ),
        section(
            "visibilite",
            "Visibilité",
            [
                file("photos", "Photos", required=False, extensions=["jpg", "png"], max_files=10),
                yes_no("permission", "LSCQ peut-elle publier ces photos?", required=False),
                long_text("mentions", "Où les partenaires ont-ils été mentionnés?", max_length=800),
            ],
        ),
        section(
            "declaration",
            "Déclaration",
            [declaration("vrai", "Les renseignements et les factures de cette reddition de comptes sont exacts.")],
        ),
    ]
