"""What staff build a form of: sections, and in them a block a type of question. `building` reads them."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import BlockGroup
from wagtail.snippets.blocks import SnippetChooserBlock

from guichet.organizations.content import FIELDS
from guichet.organizations.values import label_of

from .schema.parts import COLUMN_TYPES, EXPENSE_KINDS, REVENUE_KINDS, LineKind, QuestionType, Relation

WITHOUT_VALUE = {Relation.FILLED, Relation.EMPTY}
# What a form cannot show in a line of words.
NOT_IN_WORDS = {"logo", "pictures", "documents", "public_fields"}
# The settings of a question, folded away.
STANDS_ASIDE = ("reference", "condition", "kept")
EXTENSIONS = ["pdf", "docx", "xlsx", "odt", "ods", "csv", "jpg", "png"]


def fiche_fields() -> Iterator[tuple[str, str]]:
    """The fields of a fiche that a form may take over: its people correct there what they find wrong."""
    return ((name, label_of(name)) for name in FIELDS if name not in NOT_IN_WORDS and not FIELDS[name].kept_by_body)


class ClauseBlock(blocks.StructBlock):
    """One test of a condition."""

    question = blocks.CharBlock(
        label=_("repère de la question"), max_length=40, help_text=_("Celui que vous avez donné à la question.")
    )
    test = blocks.ChoiceBlock(label=_("test"), choices=Relation.choices, default=Relation.IS)
    value = blocks.CharBlock(
        label=_("réponse"),
        required=False,
        max_length=200,
        help_text=_("Oui, Non, un choix comme il est écrit, un nombre ou une date comme 2027-03-31."),
    )

    class Meta:
        icon = "crosshairs"
        label = _("Test")
        label_format = "{question} · {test} · {value}"

    def clean(self, value) -> blocks.StructValue:
        """Ask for an answer to compare with, when the test compares."""
        cleaned = super().clean(value)
        if cleaned["test"] not in WITHOUT_VALUE and not cleaned["value"].strip():
            raise blocks.StructBlockValidationError({"value": ValidationError(_("Écrivez la réponse à comparer."))})
        return cleaned


class ConditionBlock(blocks.StructBlock):
    """« Montrer seulement si »: nothing in it, and it always shows."""

    match = blocks.ChoiceBlock(
        label=_("quand il y a plusieurs tests"),
        choices=[("all", _("Tous doivent être vrais")), ("any", _("Un seul suffit"))],
        default="all",
    )
    tests = blocks.ListBlock(ClauseBlock(), label=_("tests"), default=[])

    class Meta:
        icon = "view"
        label = _("Montrer seulement si")
        label_format = ""


def _reference() -> blocks.RegexBlock:
    return blocks.RegexBlock(
        label=_("repère"),
        regex=r"^[a-z0-9_-]{1,40}$",
        required=False,
        help_text=_("Un mot court, sans accent, pour nommer cette question dans une condition. Facultatif."),
        error_messages={"invalid": _("De 1 à 40 minuscules sans accent, chiffres, - ou _.")},
    )


class QuestionBlock(blocks.StructBlock):
    """What every question has. Its key is the block's own number: it lasts when the words change."""

    label = blocks.CharBlock(label=_("question"), max_length=300)
    help = blocks.TextBlock(label=_("aide"), required=False, max_length=1500)
    required = blocks.BooleanBlock(label=_("obligatoire"), required=False, default=True)
    reference = _reference()
    condition = ConditionBlock()
    kept = blocks.BooleanBlock(
        label=_("gardée dans la demande de l’an prochain"),
        required=False,
        default=True,
        help_text=_("Qui reprend sa demande de l’an dernier y retrouve cette réponse."),
    )

    class Meta:
        label_format = "{label}"

    def get_form_layout(self) -> BlockGroup:
        """Fold away what is rarely touched, show the rest, a type’s own parts too: Wagtail hides the unnamed."""
        shown = [name for name in self.child_blocks if name not in STANDS_ASIDE]
        return BlockGroup(children=shown, settings=list(STANDS_ASIDE))


class NoteBlock(blocks.StructBlock):
    """Words, and nothing to answer."""

    label = blocks.CharBlock(label=_("titre"), required=False, max_length=300)
    help = blocks.TextBlock(label=_("texte"), max_length=3000)
    condition = ConditionBlock()

    class Meta:
        icon = "info-circle"
        label = QuestionType.NOTE.label
        label_format = "{label} {help}"
        form_layout = BlockGroup(children=["label", "help"], settings=["condition"])


class TextQuestionBlock(QuestionBlock):
    """A line of words."""

    max_length = blocks.IntegerBlock(label=_("longueur au plus"), min_value=1, max_value=250, default=120)

    class Meta:
        icon = "pilcrow"
        label = QuestionType.TEXT.label


class LongTextQuestionBlock(QuestionBlock):
    """Paragraphs."""

    max_length = blocks.IntegerBlock(
        label=_("longueur au plus, en caractères"),
        min_value=1,
        max_value=20_000,
        default=1500,
        help_text=_("Une page fait environ 3000 caractères."),
    )

    class Meta:
        icon = "doc-full"
        label = QuestionType.LONG_TEXT.label


class NumberQuestionBlock(QuestionBlock):
    """A number."""

    minimum = blocks.DecimalBlock(label=_("au moins"), required=False)
    maximum = blocks.DecimalBlock(label=_("au plus"), required=False)
    decimals = blocks.IntegerBlock(label=_("décimales"), min_value=0, max_value=6, default=0)
    unit = blocks.CharBlock(label=_("unité"), required=False, max_length=30)

    class Meta:
        icon = "order"
        label = QuestionType.NUMBER.label


class AmountQuestionBlock(QuestionBlock):
    """Dollars and cents."""

    minimum = blocks.DecimalBlock(label=_("au moins ($)"), required=False, min_value=0, decimal_places=2)
    maximum = blocks.DecimalBlock(label=_("au plus ($)"), required=False, min_value=0, decimal_places=2)

    class Meta:
        icon = "tag"
        label = QuestionType.AMOUNT.label


class DateQuestionBlock(QuestionBlock):
    """A day."""

    earliest = blocks.DateBlock(label=_("au plus tôt"), required=False)
    latest = blocks.DateBlock(label=_("au plus tard"), required=False)

    class Meta:
        icon = "date"
        label = QuestionType.DATE.label


class ChoiceQuestionBlock(QuestionBlock):
    """One of several."""

    options = blocks.ListBlock(blocks.CharBlock(label=_("choix"), max_length=200), label=_("choix"), min_num=1)

    class Meta:
        icon = "radio-full"
        label = QuestionType.CHOICE.label


class ChoicesQuestionBlock(ChoiceQuestionBlock):
    """Several of several."""

    minimum = blocks.IntegerBlock(label=_("choix au moins"), required=False, min_value=0)
    maximum = blocks.IntegerBlock(label=_("choix au plus"), required=False, min_value=1)

    class Meta:
        icon = "list-ul"
        label = QuestionType.CHOICES.label


class YesNoQuestionBlock(QuestionBlock):
    """Yes or no."""

    class Meta:
        icon = "check"
        label = QuestionType.YES_NO.label


class FileQuestionBlock(QuestionBlock):
    """Files to join."""

    extensions = blocks.MultipleChoiceBlock(
        label=_("sortes de fichiers"), choices=[(name, f".{name}") for name in EXTENSIONS], default=["pdf"]
    )
    max_mb = blocks.IntegerBlock(label=_("poids au plus, en Mo"), min_value=1, max_value=100, default=20)
    max_files = blocks.IntegerBlock(label=_("nombre au plus"), min_value=1, max_value=20, default=1)

    class Meta:
        icon = "upload"
        label = QuestionType.FILE.label


class ColumnBlock(blocks.StructBlock):
    """A column of a table."""

    label = blocks.CharBlock(label=_("titre"), max_length=120)
    type = blocks.ChoiceBlock(
        label=_("sorte"), choices=[(kind.value, kind.label) for kind in COLUMN_TYPES], default=QuestionType.TEXT
    )
    options = blocks.ListBlock(
        blocks.CharBlock(label=_("choix"), max_length=200), label=_("choix, pour une colonne de choix"), default=[]
    )
    required = blocks.BooleanBlock(label=_("obligatoire"), required=False)

    class Meta:
        icon = "table"
        label = _("Colonne")
        label_format = "{label}"


class TableQuestionBlock(QuestionBlock):
    """A table of which the client adds the rows: activities, people, places."""

    columns = blocks.ListBlock(ColumnBlock(), label=_("colonnes"), min_num=1, max_num=8)
    min_rows = blocks.IntegerBlock(label=_("lignes au moins"), min_value=0, max_value=50, default=0)
    max_rows = blocks.IntegerBlock(label=_("lignes au plus"), min_value=1, max_value=50, default=20)

    class Meta:
        icon = "table"
        label = QuestionType.TABLE.label


class RevenueBlock(blocks.StructBlock):
    """Where money comes from."""

    label = blocks.CharBlock(label=_("nom de la ligne"), max_length=120)
    kind = blocks.ChoiceBlock(
        label=_("sorte"), choices=[(kind.value, kind.label) for kind in REVENUE_KINDS], default=LineKind.OWN
    )

    class Meta:
        icon = "plus"
        label = _("Revenu")
        label_format = "{label}"


class ExpenseBlock(blocks.StructBlock):
    """Where money goes."""

    label = blocks.CharBlock(label=_("nom de la ligne"), max_length=120)
    kind = blocks.ChoiceBlock(
        label=_("sorte"), choices=[(kind.value, kind.label) for kind in EXPENSE_KINDS], default=LineKind.CASH
    )
    eligible = blocks.BooleanBlock(label=_("dépense admissible"), required=False, default=True)

    class Meta:
        icon = "minus"
        label = _("Dépense")
        label_format = "{label}"


class BudgetQuestionBlock(QuestionBlock):
    """Revenues and expenses, planned then real. The totals, the shares and the balance compute themselves."""

    revenues = blocks.ListBlock(
        RevenueBlock(),
        label=_("revenus"),
        min_num=1,
        help_text=_("Une ligne, et une seule, est l’aide demandée."),
    )
    expenses = blocks.ListBlock(ExpenseBlock(), label=_("dépenses"), default=[])
    free_revenues = blocks.IntegerBlock(
        label=_("revenus que le client peut ajouter"), min_value=0, max_value=20, default=5
    )
    free_expenses = blocks.IntegerBlock(
        label=_("dépenses que le client peut ajouter"), min_value=0, max_value=20, default=5
    )
    volunteer_hours = blocks.BooleanBlock(
        label=_("compter les heures de bénévolat"),
        required=False,
        help_text=_("Leur valeur à l’heure est dans l’appel."),
    )
    must_balance = blocks.BooleanBlock(
        label=_("les revenus doivent égaler les dépenses"), required=False, default=True
    )

    class Meta:
        icon = "table"
        label = QuestionType.BUDGET.label


class DeclarationQuestionBlock(QuestionBlock):
    """A sentence to agree to."""

    label = blocks.TextBlock(label=_("déclaration"), max_length=1500)

    class Meta:
        icon = "success"
        label = QuestionType.DECLARATION.label


class FromFicheQuestionBlock(blocks.StructBlock):
    """What the fiche says: shown in the form, corrected at the fiche."""

    field = blocks.ChoiceBlock(label=_("renseignement"), choices=fiche_fields)
    help = blocks.TextBlock(label=_("aide"), required=False, max_length=1500)
    required = blocks.BooleanBlock(label=_("obligatoire"), required=False, default=True)
    reference = _reference()
    condition = ConditionBlock()

    class Meta:
        icon = "user"
        label = QuestionType.FROM_FICHE.label
        label_format = "{field}"
        form_layout = BlockGroup(children=["field", "help", "required"], settings=["reference", "condition"])


class QuestionsBlock(blocks.StreamBlock):
    """Questions, one after another; the name of each block is the type in the schema."""

    text = TextQuestionBlock(group=_("Texte"))
    long_text = LongTextQuestionBlock(group=_("Texte"))
    note = NoteBlock(group=_("Texte"))
    yes_no = YesNoQuestionBlock(group=_("Choix"))
    choice = ChoiceQuestionBlock(group=_("Choix"))
    choices = ChoicesQuestionBlock(group=_("Choix"))
    declaration = DeclarationQuestionBlock(group=_("Choix"))
    number = NumberQuestionBlock(group=_("Nombres et dates"))
    amount = AmountQuestionBlock(group=_("Nombres et dates"))
    date = DateQuestionBlock(group=_("Nombres et dates"))
    table = TableQuestionBlock(group=_("Tableaux et pièces"))
    budget = BudgetQuestionBlock(group=_("Tableaux et pièces"))
    file = FileQuestionBlock(group=_("Tableaux et pièces"))
    from_fiche = FromFicheQuestionBlock(group=_("Déjà écrit ailleurs"))

    class Meta:
        icon = "form"
        collapsed = True


class SectionQuestionsBlock(QuestionsBlock):
    """The questions of a section: its own, and those of reusable blocks."""

    question_set = SnippetChooserBlock(
        "funding.QuestionSet",
        label=_("Bloc réutilisable"),
        icon="copy",
        group=_("Déjà écrit ailleurs"),
        help_text=_(
            "Ses questions sont recopiées dans le formulaire quand vous le publiez. Les changer ensuite ne change "
            "rien aux versions déjà publiées."
        ),
    )

    class Meta:
        icon = "form"
        collapsed = True


class SectionBlock(blocks.StructBlock):
    """A page of the form."""

    title = blocks.CharBlock(label=_("titre"), max_length=120)
    help = blocks.TextBlock(label=_("aide"), required=False, max_length=1500)
    questions = SectionQuestionsBlock(label=_("questions"))
    condition = ConditionBlock()

    class Meta:
        icon = "folder-open-inverse"
        label = _("Section")
        label_format = "{title}"
        form_layout = BlockGroup(children=["title", "help", "questions"], settings=["condition"])


class FormBlock(blocks.StreamBlock):
    """A form."""

    section = SectionBlock()

    class Meta:
        collapsed = True
