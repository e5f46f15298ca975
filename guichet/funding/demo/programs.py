"""The demo's five programmes and their calls, from what such bodies publish: criteria, limits, money.

Days are counted from today, so that a demo always has calls that are open, to come and closed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from guichet.organizations.enums import Kind

from . import forms, more_forms
from .building import Block

NOON, EVENING = dt.time(12), dt.time(23, 59)
# More days than any year has: last year's call never bears this year's number.
YEAR = 366
EVERYBODY_PUBLIC = [Kind.MUNICIPAL, Kind.SCHOOL, Kind.ASSOCIATION, Kind.DISABILITY, Kind.COOPERATIVE]


@dataclass(frozen=True)
class DemoCall:
    """One call: it opens and closes so many days from today; its projects run so many days after it closes."""

    name: str
    code: str
    opens: int
    closes: int
    closes_at: dt.time = NOON
    projects: tuple[int, int] = (30, 210)
    envelope: str = "60000"
    # What became of what was asked (`plans.TALES`), and of the main fiche's and the second fiche's applications.
    tale: str = ""
    main: str = ""
    second: str = ""


@dataclass(frozen=True)
class DemoProgram:
    """One programme: its page, what its calls have in common, its form."""

    name: str
    slug: str
    page: dict[str, str]
    limits: dict[str, Any]
    criteria: list[tuple[str, int, str]]
    instalments: list[tuple[str, str]]
    form: Callable[[dict[str, int]], list[Block]]
    calls: list[DemoCall]
    kinds: list[str] = field(default_factory=list)
    one_per_year: bool = False
    needs_resolution: bool = False


def _list(*lines: str) -> str:
    return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


TWO_PARTS = [("75", "À la signature de l’entente"), ("25", "À l’acceptation de la reddition de comptes")]
COMMITMENTS = _list(
    "réaliser le projet comme il est décrit;",
    "ne faire aucun changement important sans notre accord;",
    "mentionner les partenaires financiers dans toute la publicité;",
    "remettre la reddition de comptes à la date prévue.",
)

PROGRAMS = [
    DemoProgram(
        name="Soutien aux initiatives en loisir et en sport",
        slug="soutien-initiatives",
        one_per_year=True,
        needs_resolution=True,
        kinds=EVERYBODY_PUBLIC,
        page={
            "summary": "Jusqu’à 5 000 $ pour acheter de l’équipement, rénover un espace ou offrir des activités.",
            "description": "<p>Deux appels par année, au printemps et à l’automne, pour les milieux municipal, "
            "scolaire et associatif. Nous cherchons l’équité entre les MRC, et entre le loisir et le sport.</p>",
            "who_may_apply": _list(
                "les municipalités et les MRC;", "les écoles;", "les OBNL et les coopératives de loisir ou de sport."
            ),
            "amounts": "<p>Jusqu’à <b>5 000 $</b>, et au plus 80 % des dépenses admissibles. Une seule demande "
            "par organisme et par année.</p>",
            "eligible": _list(
                "matériel et équipement durables;",
                "aménagement ou rénovation d’un espace;",
                "activités, évènements et formations;",
                "promotion du projet.",
            ),
            "not_eligible": _list("le fonctionnement courant;", "un projet déjà réalisé."),
            "commitments": COMMITMENTS,
        },
        limits={"max_amount": "5000", "max_share": "80", "max_public_share": "90", "volunteer_rate": "20"},
        criteria=[
            ("Pertinence pour le milieu", 25, "Le besoin est démontré : 25. Il est affirmé : 12."),
            ("Personnes rejointes", 20, "Selon la taille du milieu."),
            ("Nouvelle offre ou offre améliorée", 15, "Nouvelle : 15. Améliorée : 10. La même : 0."),
            ("Accessibilité et inclusion", 15, ""),
            ("Effet durable", 15, ""),
            ("Qualité du budget", 10, "Réaliste, équilibré, avec soumissions."),
        ],
        instalments=TWO_PARTS,
        form=forms.support,
        calls=[
            DemoCall("printemps", "SILS-P", -240 - YEAR, -210 - YEAR, envelope="90000", tale="ended", main="closed"),
            DemoCall("automne", "SILS-A", -12 - YEAR, 19 - YEAR, envelope="80000", tale="last year"),
            DemoCall("printemps", "SILS-P", opens=-240, closes=-210, envelope="110000", tale="decided"),
            DemoCall("automne", "SILS-A", opens=-12, closes=19, envelope="120000", tale="open", main="draft"),
        ],
    ),
    DemoProgram(
        name="Encouragement au loisir",
        slug="encouragement-loisir",
        kinds=[Kind.ASSOCIATION, Kind.MUNICIPAL, Kind.DISABILITY],
        page={
            "summary": "De 500 $ à 2 500 $ pour une activité de loisir culturel, selon d’où viennent les "
            "participants.",
            "description": "<p>Ce programme aide les organismes qui font vivre le loisir culturel : fêtes, "
            "expositions, concours, ateliers.</p>",
            "who_may_apply": _list(
                "les OBNL de loisir;", "les municipalités;", "les organismes pour personnes handicapées."
            ),
            "amounts": _list(
                "portée locale : jusqu’à 500 $;",
                "portée territoriale : jusqu’à 1 000 $;",
                "portée régionale : jusqu’à 2 500 $;",
                "au plus 50 % des dépenses admissibles.",
            ),
            "eligible": _list(
                "salaires et honoraires du projet;",
                "communication;",
                "location d’équipement;",
                "matériel et fournitures.",
            ),
            "not_eligible": _list(
                "les immobilisations;",
                "les prix et les cachets d’artistes;",
                "un projet déjà réalisé;",
                "ce que paie un autre programme gouvernemental;",
                "le fonctionnement courant.",
            ),
            "commitments": COMMITMENTS,
        },
        limits={"max_amount": "2500", "max_share": "50", "volunteer_rate": "18", "needs_confirmed_fiche": False},
        criteria=[
            ("Portée", 30, "Régionale : 30. Territoriale : 20. Locale : 10."),
            ("Qualité du projet", 30, ""),
            ("Partenariats", 20, ""),
            ("Qualité du budget", 20, ""),
        ],
        instalments=TWO_PARTS,
        form=forms.leisure,
        calls=[
            DemoCall("loisir culturel", "PEL", -30 - YEAR, 6 - YEAR, envelope="30000", tale="ended", main="refused"),
            DemoCall(
                "loisir culturel",
                "PEL",
                -30,
                6,
                envelope="25000",
                tale="open",
                main="awaiting_manager",
                second="draft",
            ),
        ],
    ),
    DemoProgram(
        name="Initiatives en activité physique et en plein air",
        slug="activite-physique-plein-air",
        needs_resolution=True,
        kinds=[Kind.MUNICIPAL, Kind.ASSOCIATION, Kind.COOPERATIVE, Kind.SCHOOL],
        page={
            "summary": "Pour que plus de gens bougent plus souvent : activités, espaces publics, équipement à prêter.",
            "description": "<p>Le programme soutient ce qui fait découvrir le plaisir de bouger, multiplie les "
            "occasions et rend l’équipement accessible.</p>",
            "who_may_apply": _list(
                "les municipalités, les villes et les MRC;",
                "les OBNL et les coopératives;",
                "les écoles publiques et privées.",
            ),
            "amounts": "<p>Jusqu’à <b>10 000 $</b> par projet, et au plus 80 % des dépenses admissibles.</p>",
            "eligible": _list(
                "activités et évènements ouverts à tous;",
                "aménagement d’espaces publics;",
                "équipement durable, solide et sécuritaire.",
            ),
            "not_eligible": _list("la chasse et la pêche;", "un projet que le ministère paie déjà."),
            "commitments": COMMITMENTS,
        },
        limits={"max_amount": "10000", "max_share": "80", "min_own_share": "20", "volunteer_rate": "20"},
        criteria=[
            ("Réponse aux objectifs", 30, ""),
            ("Personnes rejointes", 20, ""),
            ("Accessibilité et inclusion", 20, ""),
            ("Territoire peu servi", 10, "Aucun projet soutenu depuis deux ans : 10."),
            ("Effet durable", 20, ""),
        ],
        instalments=[("80", "À la signature de l’entente"), ("20", "À l’acceptation de la reddition de comptes")],
        form=forms.active,
        calls=[
            DemoCall("saison dernière", "IAPPA-1", -190 - YEAR, -150 - YEAR, envelope="165000", tale="ended"),
            DemoCall(
                "saison dernière",
                "IAPPA-1",
                opens=-190,
                closes=-150,
                projects=(10, 130),
                envelope="170000",
                tale="decided",
                main="report_due",
                second="report_submitted",
            ),
            DemoCall("prochaine saison", "IAPPA-2", opens=25, closes=70, envelope="130000"),
        ],
    ),
    DemoProgram(
        name="Loisir et sport inclusifs",
        slug="loisir-sport-inclusifs",
        page={
            "summary": "Pour que les personnes handicapées aient leur place : accompagnement, équipement "
            "adapté, transport.",
            "description": "<p>Les demandes se présentent en tout temps, au moins deux mois avant le projet. La "
            "décision vient dans les 90 jours.</p>",
            "who_may_apply": _list(
                "les organismes pour personnes handicapées;",
                "les OBNL, les municipalités et les écoles;",
                "dans tous les cas, l’organisme est membre.",
            ),
            "amounts": "<p>Jusqu’à <b>10 000 $</b> par organisme. L’organisme paie au moins 10 % du projet.</p>",
            "eligible": _list("accompagnement;", "équipement adapté;", "transport adapté;", "animation."),
            "not_eligible": _list("les frais d’administration;", "les soins et la réadaptation."),
            "commitments": COMMITMENTS
            + "<p>Il est recommandé de vérifier les antécédents judiciaires des personnes qui accompagnent.</p>",
        },
        limits={
            "max_amount": "10000",
            "min_own_share": "10",
            "decision_days": 90,
            "report_days": 60,
            "members_only": True,
        },
        criteria=[
            ("Besoin des personnes visées", 30, ""),
            ("Qualité de l’accompagnement", 30, ""),
            ("Inclusion dans l’offre courante", 25, ""),
            ("Qualité du budget", 15, ""),
        ],
        instalments=TWO_PARTS,
        form=more_forms.inclusive,
        calls=[
            DemoCall(
                "en continu",
                "LSI",
                opens=-100 - YEAR,
                closes=120 - YEAR,
                closes_at=EVENING,
                envelope="170000",
                projects=(0, 120),
                tale="ended",
                main="withdrawn",
            ),
            DemoCall(
                "en continu",
                "LSI",
                opens=-100,
                closes=120,
                closes_at=EVENING,
                envelope="80000",
                projects=(0, 365),
                tale="running",
                main="in_review",
                second="accepted",
            ),
        ],
    ),
    DemoProgram(
        name="Sentiers et sites de plein air",
        slug="sentiers-sites-plein-air",
        needs_resolution=True,
        kinds=[Kind.MUNICIPAL, Kind.ASSOCIATION, Kind.COOPERATIVE],
        page={
            "summary": "Jusqu’à 80 % des travaux pour aménager, rénover ou baliser un sentier ou un site de "
            "plein air.",
            "description": "<p>Le programme vise des sentiers et des sites ouverts à tous, sécuritaires et "
            "entretenus.</p>",
            "who_may_apply": _list(
                "les municipalités et les MRC;", "les OBNL et les coopératives qui gèrent un site."
            ),
            "amounts": "<p>Jusqu’à <b>80 %</b> des dépenses admissibles : au plus 150 000 $.</p>",
            "eligible": _list("travaux d’aménagement;", "matériaux;", "honoraires professionnels;", "signalisation."),
            "not_eligible": _list("l’achat de terrain;", "l’entretien courant."),
            "commitments": COMMITMENTS + "<p>Le site reste ouvert au public pendant au moins cinq ans.</p>",
        },
        limits={"max_amount": "150000", "max_share": "80", "max_public_share": "90", "report_days": 90},
        criteria=[
            ("Qualité de l’expérience", 25, ""),
            ("Sécurité et état actuel", 20, ""),
            ("Retombées dans la région", 20, ""),
            ("Plan d’entretien", 20, "Un responsable et un budget : 20."),
            ("Qualité du montage financier", 15, ""),
        ],
        instalments=[
            ("50", "À la signature de l’entente"),
            ("30", "À la moitié des travaux"),
            ("20", "À l’acceptation de la reddition de comptes"),
        ],
        form=more_forms.outdoors,
        calls=[
            DemoCall(
                "grands travaux", "SSPA", -80 - YEAR, -20 - YEAR, envelope="500000", projects=(30, 240), tale="works"
            ),
            DemoCall("grands travaux", "SSPA", -80, -20, envelope="400000", projects=(60, 540), tale="evaluating"),
        ],
    ),
]
AMOUNTS = ("max_amount", "max_share", "max_public_share", "min_own_share", "volunteer_rate")


def limits_of(program: DemoProgram) -> dict[str, Any]:
    """The fields of its calls."""
    return {name: Decimal(value) if name in AMOUNTS else value for name, value in program.limits.items()}
