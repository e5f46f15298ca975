"""Texts of the blocks that forms are built of."""

import wagtail.fields
from django.db import migrations

import guichet.funding.blocks


class Migration(migrations.Migration):
    dependencies = [
        ("funding", "0006_payments_reports"),
    ]

    operations = [
        migrations.AlterField(
            model_name="form",
            name="body",
            field=wagtail.fields.StreamField(
                [("section", 69)],
                blank=True,
                block_lookup={
                    0: ("wagtail.blocks.CharBlock", (), {"label": "titre", "max_length": 120}),
                    1: ("wagtail.blocks.TextBlock", (), {"label": "aide", "max_length": 1500, "required": False}),
                    2: ("wagtail.blocks.CharBlock", (), {"label": "question", "max_length": 300}),
                    3: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {"default": True, "label": "obligatoire", "required": False},
                    ),
                    4: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 120, "label": "longueur au plus", "max_value": 250, "min_value": 1},
                    ),
                    5: (
                        "wagtail.blocks.RegexBlock",
                        (),
                        {
                            "error_messages": {"invalid": "De 1 à 40 minuscules sans accent, chiffres, - ou _."},
                            "help_text": "Un mot court, sans accent, pour nommer cette question dans une condition. Facultatif.",
                            "label": "repère",
                            "regex": "^[a-z0-9_-]{1,40}$",
                            "required": False,
                        },
                    ),
                    6: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [("all", "Tous doivent être vrais"), ("any", "Un seul suffit")],
                            "label": "quand il y a plusieurs tests",
                        },
                    ),
                    7: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Celui que vous avez donné à la question.",
                            "label": "repère de la question",
                            "max_length": 40,
                        },
                    ),
                    8: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("is", "est"),
                                ("is_not", "n’est pas"),
                                ("contains", "contient"),
                                ("filled", "est rempli"),
                                ("empty", "est vide"),
                                ("below", "est inférieur à"),
                                ("above", "est supérieur à"),
                            ],
                            "label": "test",
                        },
                    ),
                    9: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Oui, Non, un choix comme il est écrit, un nombre ou une date comme 2027-03-31.",
                            "label": "réponse",
                            "max_length": 200,
                            "required": False,
                        },
                    ),
                    10: ("wagtail.blocks.StructBlock", [[("question", 7), ("test", 8), ("value", 9)]], {}),
                    11: ("wagtail.blocks.ListBlock", (10,), {"default": [], "label": "tests"}),
                    12: ("wagtail.blocks.StructBlock", [[("match", 6), ("tests", 11)]], {}),
                    13: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {
                            "default": True,
                            "help_text": "Qui reprend sa demande de l’an dernier y retrouve cette réponse.",
                            "label": "gardée dans la demande de l’an prochain",
                            "required": False,
                        },
                    ),
                    14: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 2),
                                ("help", 1),
                                ("required", 3),
                                ("max_length", 4),
                                ("reference", 5),
                                ("condition", 12),
                                ("kept", 13),
                            ]
                        ],
                        {"group": "Texte"},
                    ),
                    15: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {
                            "default": 1500,
                            "help_text": "Une page fait environ 3000 caractères.",
                            "label": "longueur au plus, en caractères",
                            "max_value": 20000,
                            "min_value": 1,
                        },
                    ),
                    16: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 2),
                                ("help", 1),
                                ("required", 3),
                                ("max_length", 15),
                                ("reference", 5),
                                ("condition", 12),
                                ("kept", 13),
                            ]
                        ],
                        {"group": "Texte"},
                    ),
                    17: ("wagtail.blocks.CharBlock", (), {"label": "titre", "max_length": 300, "required": False}),
                    18: ("wagtail.blocks.TextBlock", (), {"label": "texte", "max_length": 3000}),
                    19: (
                        "wagtail.blocks.StructBlock",
                        [[("label", 17), ("help", 18), ("condition", 12)]],
                        {"group": "Texte"},
                    ),
                    20: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 2),
                                ("help", 1),
                                ("required", 3),
                                ("reference", 5),
                                ("condition", 12),
                                ("kept", 13),
                            ]
                        ],
                        {"group": "Choix"},
                    ),
                    21: ("wagtail.blocks.CharBlock", (), {"label": "choix", "max_length": 200}),
                    22: ("wagtail.blocks.ListBlock", (21,), {"label": "choix", "min_num": 1}),
                    23: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 2),
                                ("help", 1),
                                ("required", 3),
                                ("options", 22),
                                ("reference", 5),
                                ("condition", 12),
                                ("kept", 13),
                            ]
                        ],
                        {"group": "Choix"},
                    ),
                    24: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"label": "choix au moins", "min_value": 0, "required": False},
                    ),
                    25: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"label": "choix au plus", "min_value": 1, "required": False},
                    ),
                    26: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 2),
                                ("help", 1),
                                ("required", 3),
                                ("options", 22),
                                ("minimum", 24),
                                ("maximum", 25),
                                ("reference", 5),
                                ("condition", 12),
                                ("kept", 13),
                            ]
                        ],
                        {"group": "Choix"},
                    ),
                    27: ("wagtail.blocks.TextBlock", (), {"label": "déclaration", "max_length": 1500}),
                    28: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 27),
                                ("help", 1),
                                ("required", 3),
                                ("reference", 5),
                                ("condition", 12),
                                ("kept", 13),
                            ]
                        ],
                        {"group": "Choix"},
                    ),
                    29: ("wagtail.blocks.DecimalBlock", (), {"label": "au moins", "required": False}),
                    30: ("wagtail.blocks.DecimalBlock", (), {"label": "au plus", "required": False}),
                    31: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 0, "label": "décimales", "max_value": 6, "min_value": 0},
                    ),
                    32: ("wagtail.blocks.CharBlock", (), {"label": "unité", "max_length": 30, "required": False}),
                    33: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 2),
                                ("help", 1),
                                ("required", 3),
                                ("minimum", 29),
                                ("maximum", 30),
                                ("decimals", 31),
                                ("unit", 32),
                                ("reference", 5),
                                ("condition", 12),
                                ("kept", 13),
                            ]
                        ],
                        {"group": "Nombres et dates"},
                    ),
                    34: (
                        "wagtail.blocks.DecimalBlock",
                        (),
                        {"decimal_places": 2, "label": "au moins ($)", "min_value": 0, "required": False},
                    ),
                    35: (
                        "wagtail.blocks.DecimalBlock",
                        (),
                        {"decimal_places": 2, "label": "au plus ($)", "min_value": 0, "required": False},
                    ),
                    36: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 2),
                                ("help", 1),
                                ("required", 3),
                                ("minimum", 34),
                                ("maximum", 35),
                                ("reference", 5),
                                ("condition", 12),
                                ("kept", 13),
                            ]
                        ],
                        {"group": "Nombres et dates"},
                    ),
                    37: ("wagtail.blocks.DateBlock", (), {"label": "au plus tôt", "required": False}),
                    38: ("wagtail.blocks.DateBlock", (), {"label": "au plus tard", "required": False}),
                    39: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 2),
                                ("help", 1),
                                ("required", 3),
                                ("earliest", 37),
                                ("latest", 38),
                                ("reference", 5),
                                ("condition", 12),
                                ("kept", 13),
                            ]
                        ],
                        {"group": "Nombres et dates"},
                    ),
                    40: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("text", "Texte court"),
                                ("number", "Nombre"),
                                ("amount", "Montant"),
                                ("date", "Date"),
                                ("choice", "Un choix"),
                            ],
                            "label": "sorte",
                        },
                    ),
                    41: (
                        "wagtail.blocks.ListBlock",
                        (21,),
                        {"default": [], "label": "choix, pour une colonne de choix"},
                    ),
                    42: ("wagtail.blocks.BooleanBlock", (), {"label": "obligatoire", "required": False}),
                    43: (
                        "wagtail.blocks.StructBlock",
                        [[("label", 0), ("type", 40), ("options", 41), ("required", 42)]],
                        {},
                    ),
                    44: ("wagtail.blocks.ListBlock", (43,), {"label": "colonnes", "max_num": 8, "min_num": 1}),
                    45: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 0, "label": "lignes au moins", "max_value": 50, "min_value": 0},
                    ),
                    46: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 20, "label": "lignes au plus", "max_value": 50, "min_value": 1},
                    ),
                    47: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 2),
                                ("help", 1),
                                ("required", 3),
                                ("columns", 44),
                                ("min_rows", 45),
                                ("max_rows", 46),
                                ("reference", 5),
                                ("condition", 12),
                                ("kept", 13),
                            ]
                        ],
                        {"group": "Tableaux et pièces"},
                    ),
                    48: ("wagtail.blocks.CharBlock", (), {"label": "nom de la ligne", "max_length": 120}),
                    49: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("lscq", "Aide demandée"),
                                ("own", "Votre contribution"),
                                ("public", "Autre aide publique"),
                                ("private", "Commandite, don ou vente"),
                                ("in_kind", "En nature"),
                            ],
                            "label": "sorte",
                        },
                    ),
                    50: ("wagtail.blocks.StructBlock", [[("label", 48), ("kind", 49)]], {}),
                    51: (
                        "wagtail.blocks.ListBlock",
                        (50,),
                        {
                            "help_text": "Une ligne, et une seule, est l’aide demandée.",
                            "label": "revenus",
                            "min_num": 1,
                        },
                    ),
                    52: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {"choices": [("cash", "En argent"), ("in_kind", "En nature")], "label": "sorte"},
                    ),
                    53: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {"default": True, "label": "dépense admissible", "required": False},
                    ),
                    54: ("wagtail.blocks.StructBlock", [[("label", 48), ("kind", 52), ("eligible", 53)]], {}),
                    55: ("wagtail.blocks.ListBlock", (54,), {"default": [], "label": "dépenses"}),
                    56: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 5, "label": "revenus que le client peut ajouter", "max_value": 20, "min_value": 0},
                    ),
                    57: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {
                            "default": 5,
                            "label": "dépenses que le client peut ajouter",
                            "max_value": 20,
                            "min_value": 0,
                        },
                    ),
                    58: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {
                            "help_text": "Leur valeur à l’heure est dans l’appel.",
                            "label": "compter les heures de bénévolat",
                            "required": False,
                        },
                    ),
                    59: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {"default": True, "label": "les revenus doivent égaler les dépenses", "required": False},
                    ),
                    60: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 2),
                                ("help", 1),
                                ("required", 3),
                                ("revenues", 51),
                                ("expenses", 55),
                                ("free_revenues", 56),
                                ("free_expenses", 57),
                                ("volunteer_hours", 58),
                                ("must_balance", 59),
                                ("reference", 5),
                                ("condition", 12),
                                ("kept", 13),
                            ]
                        ],
                        {"group": "Tableaux et pièces"},
                    ),
                    61: (
                        "wagtail.blocks.MultipleChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("pdf", ".pdf"),
                                ("docx", ".docx"),
                                ("xlsx", ".xlsx"),
                                ("odt", ".odt"),
                                ("ods", ".ods"),
                                ("csv", ".csv"),
                                ("jpg", ".jpg"),
                                ("png", ".png"),
                            ],
                            "label": "sortes de fichiers",
                        },
                    ),
                    62: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 20, "label": "poids au plus, en Mo", "max_value": 100, "min_value": 1},
                    ),
                    63: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 1, "label": "nombre au plus", "max_value": 20, "min_value": 1},
                    ),
                    64: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 2),
                                ("help", 1),
                                ("required", 3),
                                ("extensions", 61),
                                ("max_mb", 62),
                                ("max_files", 63),
                                ("reference", 5),
                                ("condition", 12),
                                ("kept", 13),
                            ]
                        ],
                        {"group": "Tableaux et pièces"},
                    ),
                    65: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {"choices": guichet.funding.blocks.fiche_fields, "label": "renseignement"},
                    ),
                    66: (
                        "wagtail.blocks.StructBlock",
                        [[("field", 65), ("help", 1), ("required", 3), ("reference", 5), ("condition", 12)]],
                        {"group": "Déjà écrit ailleurs"},
                    ),
                    67: (
                        "wagtail.snippets.blocks.SnippetChooserBlock",
                        ("funding.QuestionSet",),
                        {
                            "group": "Déjà écrit ailleurs",
                            "help_text": "Ses questions sont recopiées dans le formulaire quand vous le publiez. Les changer ensuite ne change rien aux versions déjà publiées.",
                            "icon": "copy",
                            "label": "Bloc réutilisable",
                        },
                    ),
                    68: (
                        "wagtail.blocks.StreamBlock",
                        [
                            [
                                ("text", 14),
                                ("long_text", 16),
                                ("note", 19),
                                ("yes_no", 20),
                                ("choice", 23),
                                ("choices", 26),
                                ("declaration", 28),
                                ("number", 33),
                                ("amount", 36),
                                ("date", 39),
                                ("table", 47),
                                ("budget", 60),
                                ("file", 64),
                                ("from_fiche", 66),
                                ("question_set", 67),
                            ]
                        ],
                        {"label": "questions"},
                    ),
                    69: (
                        "wagtail.blocks.StructBlock",
                        [[("title", 0), ("help", 1), ("questions", 68), ("condition", 12)]],
                        {},
                    ),
                },
                db_default=[],
                default=list,
                verbose_name="contenu",
            ),
        ),
        migrations.AlterField(
            model_name="questionset",
            name="body",
            field=wagtail.fields.StreamField(
                [
                    ("text", 13),
                    ("long_text", 15),
                    ("note", 18),
                    ("yes_no", 19),
                    ("choice", 22),
                    ("choices", 25),
                    ("declaration", 27),
                    ("number", 32),
                    ("amount", 35),
                    ("date", 38),
                    ("table", 47),
                    ("budget", 60),
                    ("file", 64),
                    ("from_fiche", 66),
                ],
                block_lookup={
                    0: ("wagtail.blocks.CharBlock", (), {"label": "question", "max_length": 300}),
                    1: ("wagtail.blocks.TextBlock", (), {"label": "aide", "max_length": 1500, "required": False}),
                    2: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {"default": True, "label": "obligatoire", "required": False},
                    ),
                    3: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 120, "label": "longueur au plus", "max_value": 250, "min_value": 1},
                    ),
                    4: (
                        "wagtail.blocks.RegexBlock",
                        (),
                        {
                            "error_messages": {"invalid": "De 1 à 40 minuscules sans accent, chiffres, - ou _."},
                            "help_text": "Un mot court, sans accent, pour nommer cette question dans une condition. Facultatif.",
                            "label": "repère",
                            "regex": "^[a-z0-9_-]{1,40}$",
                            "required": False,
                        },
                    ),
                    5: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [("all", "Tous doivent être vrais"), ("any", "Un seul suffit")],
                            "label": "quand il y a plusieurs tests",
                        },
                    ),
                    6: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Celui que vous avez donné à la question.",
                            "label": "repère de la question",
                            "max_length": 40,
                        },
                    ),
                    7: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("is", "est"),
                                ("is_not", "n’est pas"),
                                ("contains", "contient"),
                                ("filled", "est rempli"),
                                ("empty", "est vide"),
                                ("below", "est inférieur à"),
                                ("above", "est supérieur à"),
                            ],
                            "label": "test",
                        },
                    ),
                    8: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Oui, Non, un choix comme il est écrit, un nombre ou une date comme 2027-03-31.",
                            "label": "réponse",
                            "max_length": 200,
                            "required": False,
                        },
                    ),
                    9: ("wagtail.blocks.StructBlock", [[("question", 6), ("test", 7), ("value", 8)]], {}),
                    10: ("wagtail.blocks.ListBlock", (9,), {"default": [], "label": "tests"}),
                    11: ("wagtail.blocks.StructBlock", [[("match", 5), ("tests", 10)]], {}),
                    12: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {
                            "default": True,
                            "help_text": "Qui reprend sa demande de l’an dernier y retrouve cette réponse.",
                            "label": "gardée dans la demande de l’an prochain",
                            "required": False,
                        },
                    ),
                    13: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 0),
                                ("help", 1),
                                ("required", 2),
                                ("max_length", 3),
                                ("reference", 4),
                                ("condition", 11),
                                ("kept", 12),
                            ]
                        ],
                        {"group": "Texte"},
                    ),
                    14: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {
                            "default": 1500,
                            "help_text": "Une page fait environ 3000 caractères.",
                            "label": "longueur au plus, en caractères",
                            "max_value": 20000,
                            "min_value": 1,
                        },
                    ),
                    15: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 0),
                                ("help", 1),
                                ("required", 2),
                                ("max_length", 14),
                                ("reference", 4),
                                ("condition", 11),
                                ("kept", 12),
                            ]
                        ],
                        {"group": "Texte"},
                    ),
                    16: ("wagtail.blocks.CharBlock", (), {"label": "titre", "max_length": 300, "required": False}),
                    17: ("wagtail.blocks.TextBlock", (), {"label": "texte", "max_length": 3000}),
                    18: (
                        "wagtail.blocks.StructBlock",
                        [[("label", 16), ("help", 17), ("condition", 11)]],
                        {"group": "Texte"},
                    ),
                    19: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 0),
                                ("help", 1),
                                ("required", 2),
                                ("reference", 4),
                                ("condition", 11),
                                ("kept", 12),
                            ]
                        ],
                        {"group": "Choix"},
                    ),
                    20: ("wagtail.blocks.CharBlock", (), {"label": "choix", "max_length": 200}),
                    21: ("wagtail.blocks.ListBlock", (20,), {"label": "choix", "min_num": 1}),
                    22: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 0),
                                ("help", 1),
                                ("required", 2),
                                ("options", 21),
                                ("reference", 4),
                                ("condition", 11),
                                ("kept", 12),
                            ]
                        ],
                        {"group": "Choix"},
                    ),
                    23: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"label": "choix au moins", "min_value": 0, "required": False},
                    ),
                    24: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"label": "choix au plus", "min_value": 1, "required": False},
                    ),
                    25: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 0),
                                ("help", 1),
                                ("required", 2),
                                ("options", 21),
                                ("minimum", 23),
                                ("maximum", 24),
                                ("reference", 4),
                                ("condition", 11),
                                ("kept", 12),
                            ]
                        ],
                        {"group": "Choix"},
                    ),
                    26: ("wagtail.blocks.TextBlock", (), {"label": "déclaration", "max_length": 1500}),
                    27: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 26),
                                ("help", 1),
                                ("required", 2),
                                ("reference", 4),
                                ("condition", 11),
                                ("kept", 12),
                            ]
                        ],
                        {"group": "Choix"},
                    ),
                    28: ("wagtail.blocks.DecimalBlock", (), {"label": "au moins", "required": False}),
                    29: ("wagtail.blocks.DecimalBlock", (), {"label": "au plus", "required": False}),
                    30: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 0, "label": "décimales", "max_value": 6, "min_value": 0},
                    ),
                    31: ("wagtail.blocks.CharBlock", (), {"label": "unité", "max_length": 30, "required": False}),
                    32: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 0),
                                ("help", 1),
                                ("required", 2),
                                ("minimum", 28),
                                ("maximum", 29),
                                ("decimals", 30),
                                ("unit", 31),
                                ("reference", 4),
                                ("condition", 11),
                                ("kept", 12),
                            ]
                        ],
                        {"group": "Nombres et dates"},
                    ),
                    33: (
                        "wagtail.blocks.DecimalBlock",
                        (),
                        {"decimal_places": 2, "label": "au moins ($)", "min_value": 0, "required": False},
                    ),
                    34: (
                        "wagtail.blocks.DecimalBlock",
                        (),
                        {"decimal_places": 2, "label": "au plus ($)", "min_value": 0, "required": False},
                    ),
                    35: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 0),
                                ("help", 1),
                                ("required", 2),
                                ("minimum", 33),
                                ("maximum", 34),
                                ("reference", 4),
                                ("condition", 11),
                                ("kept", 12),
                            ]
                        ],
                        {"group": "Nombres et dates"},
                    ),
                    36: ("wagtail.blocks.DateBlock", (), {"label": "au plus tôt", "required": False}),
                    37: ("wagtail.blocks.DateBlock", (), {"label": "au plus tard", "required": False}),
                    38: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 0),
                                ("help", 1),
                                ("required", 2),
                                ("earliest", 36),
                                ("latest", 37),
                                ("reference", 4),
                                ("condition", 11),
                                ("kept", 12),
                            ]
                        ],
                        {"group": "Nombres et dates"},
                    ),
                    39: ("wagtail.blocks.CharBlock", (), {"label": "titre", "max_length": 120}),
                    40: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("text", "Texte court"),
                                ("number", "Nombre"),
                                ("amount", "Montant"),
                                ("date", "Date"),
                                ("choice", "Un choix"),
                            ],
                            "label": "sorte",
                        },
                    ),
                    41: (
                        "wagtail.blocks.ListBlock",
                        (20,),
                        {"default": [], "label": "choix, pour une colonne de choix"},
                    ),
                    42: ("wagtail.blocks.BooleanBlock", (), {"label": "obligatoire", "required": False}),
                    43: (
                        "wagtail.blocks.StructBlock",
                        [[("label", 39), ("type", 40), ("options", 41), ("required", 42)]],
                        {},
                    ),
                    44: ("wagtail.blocks.ListBlock", (43,), {"label": "colonnes", "max_num": 8, "min_num": 1}),
                    45: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 0, "label": "lignes au moins", "max_value": 50, "min_value": 0},
                    ),
                    46: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 20, "label": "lignes au plus", "max_value": 50, "min_value": 1},
                    ),
                    47: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 0),
                                ("help", 1),
                                ("required", 2),
                                ("columns", 44),
                                ("min_rows", 45),
                                ("max_rows", 46),
                                ("reference", 4),
                                ("condition", 11),
                                ("kept", 12),
                            ]
                        ],
                        {"group": "Tableaux et pièces"},
                    ),
                    48: ("wagtail.blocks.CharBlock", (), {"label": "nom de la ligne", "max_length": 120}),
                    49: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("lscq", "Aide demandée"),
                                ("own", "Votre contribution"),
                                ("public", "Autre aide publique"),
                                ("private", "Commandite, don ou vente"),
                                ("in_kind", "En nature"),
                            ],
                            "label": "sorte",
                        },
                    ),
                    50: ("wagtail.blocks.StructBlock", [[("label", 48), ("kind", 49)]], {}),
                    51: (
                        "wagtail.blocks.ListBlock",
                        (50,),
                        {
                            "help_text": "Une ligne, et une seule, est l’aide demandée.",
                            "label": "revenus",
                            "min_num": 1,
                        },
                    ),
                    52: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {"choices": [("cash", "En argent"), ("in_kind", "En nature")], "label": "sorte"},
                    ),
                    53: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {"default": True, "label": "dépense admissible", "required": False},
                    ),
                    54: ("wagtail.blocks.StructBlock", [[("label", 48), ("kind", 52), ("eligible", 53)]], {}),
                    55: ("wagtail.blocks.ListBlock", (54,), {"default": [], "label": "dépenses"}),
                    56: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 5, "label": "revenus que le client peut ajouter", "max_value": 20, "min_value": 0},
                    ),
                    57: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {
                            "default": 5,
                            "label": "dépenses que le client peut ajouter",
                            "max_value": 20,
                            "min_value": 0,
                        },
                    ),
                    58: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {
                            "help_text": "Leur valeur à l’heure est dans l’appel.",
                            "label": "compter les heures de bénévolat",
                            "required": False,
                        },
                    ),
                    59: (
                        "wagtail.blocks.BooleanBlock",
                        (),
                        {"default": True, "label": "les revenus doivent égaler les dépenses", "required": False},
                    ),
                    60: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 0),
                                ("help", 1),
                                ("required", 2),
                                ("revenues", 51),
                                ("expenses", 55),
                                ("free_revenues", 56),
                                ("free_expenses", 57),
                                ("volunteer_hours", 58),
                                ("must_balance", 59),
                                ("reference", 4),
                                ("condition", 11),
                                ("kept", 12),
                            ]
                        ],
                        {"group": "Tableaux et pièces"},
                    ),
                    61: (
                        "wagtail.blocks.MultipleChoiceBlock",
                        [],
                        {
                            "choices": [
                                ("pdf", ".pdf"),
                                ("docx", ".docx"),
                                ("xlsx", ".xlsx"),
                                ("odt", ".odt"),
                                ("ods", ".ods"),
                                ("csv", ".csv"),
                                ("jpg", ".jpg"),
                                ("png", ".png"),
                            ],
                            "label": "sortes de fichiers",
                        },
                    ),
                    62: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 20, "label": "poids au plus, en Mo", "max_value": 100, "min_value": 1},
                    ),
                    63: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"default": 1, "label": "nombre au plus", "max_value": 20, "min_value": 1},
                    ),
                    64: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("label", 0),
                                ("help", 1),
                                ("required", 2),
                                ("extensions", 61),
                                ("max_mb", 62),
                                ("max_files", 63),
                                ("reference", 4),
                                ("condition", 11),
                                ("kept", 12),
                            ]
                        ],
                        {"group": "Tableaux et pièces"},
                    ),
                    65: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {"choices": guichet.funding.blocks.fiche_fields, "label": "renseignement"},
                    ),
                    66: (
                        "wagtail.blocks.StructBlock",
                        [[("field", 65), ("help", 1), ("required", 2), ("reference", 4), ("condition", 11)]],
                        {"group": "Déjà écrit ailleurs"},
                    ),
                },
                verbose_name="questions",
            ),
        ),
    ]
