"""The forms of the demo's programmes: what such bodies really ask. Content, written in the body's language."""

from __future__ import annotations

from .building import (
    Block,
    budget,
    choice,
    choices,
    date,
    declaration,
    file,
    from_fiche,
    long_text,
    note,
    number,
    question_set,
    section,
    table,
    text,
    when,
    yes_no,
)

LSCQ = ("lscq", "Montant demandé à LSCQ", "lscq")
OWN = ("mise", "Mise de fonds de l’organisme", "own")
OTHERS = [
    ("municipal", "Contribution de la municipalité ou de la MRC", "public"),
    ("public", "Autre aide gouvernementale", "public"),
    ("inscriptions", "Inscriptions et ventes", "own"),
    ("commandites", "Commandites et dons", "private"),
]
PICTURES = ["pdf", "jpg", "png"]

# Reusable blocks, by name.
ORGANIZATION = "Votre organisme"
PERSON = "Personne responsable du projet"
AGREEMENTS = "Engagements et déclaration"
SETS: dict[str, list[Block]] = {
    ORGANIZATION: [
        note(
            "org-note",
            "Ces renseignements viennent de votre fiche.",
            "S’ils ne sont plus exacts, corrigez-les dans la fiche : la demande se met à jour.",
        ),
        from_fiche("org-nom", "name"),
        from_fiche("org-neq", "neq"),
        from_fiche("org-milieu", "kind"),
        from_fiche("org-municipalite", "municipality"),
        from_fiche("org-adresse", "address"),
        from_fiche("org-courriel", "email"),
        from_fiche("org-membres", "members_count", required=False),
    ],
    PERSON: [
        text("resp-nom", "Prénom et nom", max_length=100),
        text("resp-titre", "Titre ou fonction", max_length=100),
        text("resp-courriel", "Courriel", max_length=120),
        text("resp-telephone", "Téléphone", max_length=30),
    ],
    AGREEMENTS: [
        declaration(
            "eng-projet",
            "L’organisme réalisera le projet comme il est décrit et n’y fera aucun changement important sans l’accord "
            "de LSCQ.",
        ),
        declaration(
            "eng-visibilite",
            "L’organisme mentionnera ses partenaires financiers et utilisera leurs logos dans toute la publicité.",
        ),
        declaration(
            "eng-reddition", "L’organisme remettra la reddition de comptes à la date prévue, avec ses factures."
        ),
    ],
}

AUDIENCES = [
    ("enfance", "Petite enfance (0 à 5 ans)"),
    ("jeunes", "Jeunes (6 à 12 ans)"),
    ("ados", "Adolescents (13 à 17 ans)"),
    ("adultes", "Adultes"),
    ("aines", "Personnes aînées"),
    ("familles", "Familles"),
    ("handicap", "Personnes handicapées"),
    ("arrivants", "Personnes nouvellement arrivées"),
]


def opening(sets: dict[str, int]) -> list[Block]:
    """Who asks. ``sets``: the reusable blocks by name."""
    return [section("organisme", "Votre organisme", [question_set("bloc-organisme", sets[ORGANIZATION])])]


def closing(sets: dict[str, int], *more: Block) -> list[Block]:
    """Who answers for it, and what one promises; ``more``: promises of this programme alone, before.

    The person comes after the project: an application is called by the form's first short text.
    """
    return [
        section("responsable", "Personne responsable", [question_set("bloc-responsable", sets[PERSON])]),
        section("engagements", "Engagements", [*more, question_set("bloc-engagements", sets[AGREEMENTS])]),
    ]


def minors() -> list[Block]:
    """Whether minors are there, and how they are kept safe."""
    return [
        yes_no("mineurs", "Le projet met-il des personnes en contact avec des mineurs?", reference="mineurs"),
        long_text(
            "antecedents",
            "Comment vérifiez-vous les antécédents judiciaires des personnes en contact avec eux?",
            condition=when("mineurs", "is", "Oui"),
            max_length=800,
        ),
    ]


def support(sets: dict[str, int]) -> list[Block]:
    """« Soutien aux initiatives »: the redistribution, up to 5 000 $."""
    return [
        *opening(sets),
        section(
            "projet",
            "Votre projet",
            [
                text("titre", "Nom du projet"),
                choice(
                    "nature",
                    "Nature du projet",
                    [
                        ("materiel", "Achat de matériel ou d’équipement"),
                        ("espace", "Aménagement d’un espace ou d’une installation"),
                        ("activite", "Activité ou évènement"),
                        ("formation", "Formation"),
                    ],
                    reference="nature",
                ),
                long_text("description", "Décrivez le projet", max_length=2500),
                long_text("besoin", "À quel besoin du milieu répond-il?", max_length=1500),
                text("lieu", "Lieu de réalisation"),
                date("debut", "Début du projet"),
                date("fin", "Fin du projet"),
                choices("clienteles", "Clientèles visées", AUDIENCES),
                number("participants", "Nombre de personnes rejointes", unit="personnes"),
                yes_no("nouveau", "Est-ce une nouvelle offre dans votre milieu?"),
                long_text("partenaires", "Partenaires et leur rôle", required=False, max_length=1000),
                long_text("suite", "Qu’en restera-t-il après le projet?", max_length=1000),
                *minors(),
            ],
        ),
        section(
            "etapes",
            "Étapes",
            [
                table(
                    "calendrier",
                    "Étapes du projet",
                    [("etape", "Étape", "text"), ("quand", "Date prévue", "date"), ("qui", "Responsable", "text")],
                    kept=False,
                )
            ],
        ),
        section(
            "budget",
            "Budget",
            [
                budget(
                    [LSCQ, OWN, *OTHERS],
                    [
                        ("materiel", "Matériel et équipement", True),
                        ("honoraires", "Honoraires et salaires liés au projet", True),
                        ("location", "Location de plateaux ou d’équipement", True),
                        ("promotion", "Promotion", True),
                        ("fonctionnement", "Fonctionnement courant", False),
                    ],
                    volunteer_hours=True,
                    help="Les revenus et les dépenses doivent être égaux.",
                ),
                file(
                    "soumissions",
                    "Soumissions pour les achats de plus de 1 000 $",
                    required=False,
                    max_files=5,
                    condition=when("nature", "is", "Achat de matériel ou d’équipement"),
                ),
            ],
        ),
        section(
            "pieces",
            "Pièces jointes",
            [
                file("resolution", "Résolution du conseil d’administration ou municipal"),
                file("appuis", "Lettres d’appui", required=False, max_files=5),
            ],
        ),
        *closing(sets),
    ]


def leisure(sets: dict[str, int]) -> list[Block]:
    """« Encouragement au loisir »: by reach, half of the eligible costs."""
    return [
        *opening(sets),
        section(
            "projet",
            "Votre projet",
            [
                text("titre", "Nom de l’activité"),
                choice(
                    "portee",
                    "Portée de l’activité",
                    [("locale", "Locale"), ("territoriale", "Territoriale"), ("regionale", "Régionale")],
                    help="Selon la provenance des participants. Locale : jusqu’à 500 $. Territoriale : jusqu’à "
                    "1 000 $. "
                    "Régionale : jusqu’à 2 500 $.",
                    reference="portee",
                ),
                long_text(
                    "provenance",
                    "De quelles municipalités viennent les participants?",
                    condition=when("portee", "is_not", "Locale"),
                    max_length=800,
                ),
                long_text("description", "Décrivez l’activité", max_length=2000),
                choices("clienteles", "Clientèles visées", AUDIENCES),
                date("date", "Date de l’activité"),
                number("participants", "Nombre de participants attendus", unit="personnes"),
                number("benevoles", "Nombre de bénévoles", unit="bénévoles", required=False),
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
                        ("salaires", "Salaires et honoraires du projet", True),
                        ("communication", "Communication", True),
                        ("location", "Location d’équipement", True),
                        ("fournitures", "Matériel et fournitures", True),
                        ("prix", "Prix, bourses et cachets d’artistes", False),
                        ("immobilisations", "Immobilisations", False),
                    ],
                    volunteer_hours=True,
                )
            ],
        ),
        section(
            "pieces",
            "Pièces jointes",
            [file("programmation", "Programmation ou affiche de l’activité", required=False, extensions=PICTURES)],
        ),
        *closing(
            sets, declaration("pas-fait", "L’activité n’a pas encore eu lieu et aucun autre programme ne la paie.")
        ),
    ]


def active(sets: dict[str, int]) -> list[Block]:
    """« Initiatives en activité physique et plein air »."""
    return [
        *opening(sets),
        section(
            "projet",
            "Votre projet",
            [
                text("titre", "Nom du projet"),
                choices(
                    "objectifs",
                    "Objectifs du projet",
                    [
                        ("plaisir", "Faire découvrir le plaisir de bouger"),
                        ("occasions", "Multiplier les occasions par des activités ouvertes à tous"),
                        ("espaces", "Aménager des espaces publics"),
                        ("equipement", "Rendre accessible de l’équipement durable et sécuritaire"),
                    ],
                ),
                choice(
                    "type",
                    "Type de projet",
                    [
                        ("activite", "Activité régulière"),
                        ("evenement", "Évènement"),
                        ("amenagement", "Aménagement"),
                        ("pret", "Prêt d’équipement"),
                    ],
                    reference="type",
                ),
                date("evenement", "Date de l’évènement", condition=when("type", "is", "Évènement")),
                text("terrain", "Propriétaire du terrain aménagé", condition=when("type", "is", "Aménagement")),
                long_text("description", "Décrivez le projet", max_length=2500),
                text("lieu", "Lieu de réalisation"),
                choices("clienteles", "Clientèles visées", AUDIENCES),
                number("participants", "Nombre de personnes rejointes", unit="personnes"),
                long_text("inclusion", "Comment le projet est-il accessible à tous?", max_length=1000),
                long_text("securite", "Quelles mesures assurent la sécurité?", max_length=1000),
                long_text("perennite", "Comment l’offre durera-t-elle après l’aide?", max_length=1000),
                *minors(),
            ],
        ),
        section(
            "activites",
            "Activités prévues",
            [
                table(
                    "activites",
                    "Activités",
                    [
                        ("nom", "Activité", "text"),
                        ("date", "Date", "date"),
                        ("lieu", "Lieu", "text"),
                        ("participants", "Participants attendus", "number"),
                    ],
                    kept=False,
                )
            ],
            condition=when("type", "is_not", "Aménagement"),
        ),
        section(
            "budget",
            "Budget",
            [
                budget(
                    [LSCQ, OWN, *OTHERS],
                    [
                        ("equipement", "Équipement durable", True),
                        ("amenagement", "Matériaux et travaux", True),
                        ("animation", "Animation et encadrement", True),
                        ("transport", "Transport", True),
                        ("promotion", "Promotion", True),
                        ("nourriture", "Nourriture et prix de présence", False),
                    ],
                    volunteer_hours=True,
                ),
                file("soumissions", "Soumissions", required=False, max_files=5),
            ],
        ),
        section(
            "pieces",
            "Pièces jointes",
            [
                file("resolution", "Résolution du conseil"),
                file("plan", "Plan ou photos du lieu", required=False, extensions=PICTURES, max_files=5),
            ],
        ),
        *closing(sets),
    ]
