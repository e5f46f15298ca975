"""What the body of a page is made of: one block, one template."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from guichet.funding.shown import shown_programs

from .library import reading_of

# The page's title is its h1; pictures and documents have blocks of their own.
TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]
ANSWER_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


class PictureBlock(blocks.StructBlock):
    """A picture with its caption."""

    image = ImageBlock(label=_("image"))
    caption = blocks.CharBlock(label=_("légende"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "website/blocks/picture.html"


class DocumentsBlock(blocks.StructBlock):
    """A list of documents to download."""

    heading = blocks.CharBlock(label=_("titre"), max_length=120)
    documents = blocks.ListBlock(DocumentChooserBlock(label=pgettext_lazy("bloc", "document")), label=_("documents"))

    class Meta:
        icon = "doc-full"
        label = _("Documents")
        template = "website/blocks/documents.html"

    def get_context(self, value, parent_context=None) -> dict:
        """Only the documents that this visitor may open."""
        context = super().get_context(value, parent_context=parent_context)
        context["shown"] = reading_of(context["request"]).shown(value["documents"])
        return context


class CallToActionBlock(blocks.StructBlock):
    """One thing to do, and the button that does it."""

    heading = blocks.CharBlock(label=_("titre"), max_length=120)
    text = blocks.TextBlock(label=_("texte"), required=False, max_length=400)
    button = blocks.CharBlock(
        label=_("texte du bouton"), max_length=60, help_text=_("Un verbe : « Consulter le guide », « Nous écrire ».")
    )
    page = blocks.PageChooserBlock(label=_("page du site"), required=False)
    address = blocks.URLBlock(
        label=_("ou adresse d’un autre site"), required=False, help_text=_("Elle commence par https://")
    )

    class Meta:
        icon = "redirect"
        label = _("Bouton d’action")
        template = "website/blocks/call_to_action.html"

    def clean(self, value) -> blocks.StructValue:
        """Ask for one destination, and only one."""
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["address"]):
            message = _("Choisissez une page du site ou écrivez une adresse, l’une des deux.")
            raise blocks.StructBlockValidationError({"page": ValidationError(message)})
        return cleaned


class QuestionBlock(blocks.StructBlock):
    """A question and its answer."""

    question = blocks.CharBlock(label=_("question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("réponse"), features=ANSWER_FEATURES)

    class Meta:
        icon = "help"
        label = _("Question")


class QuestionsBlock(blocks.StructBlock):
    """Questions that open on their answers."""

    heading = blocks.CharBlock(label=_("titre"), max_length=120, default=_("Questions fréquentes"))
    questions = blocks.ListBlock(QuestionBlock(), label=_("questions"))

    class Meta:
        icon = "help"
        label = _("Questions et réponses")
        template = "website/blocks/questions.html"


class ProgramsBlock(blocks.StructBlock):
    """The programmes of financial assistance, with the call that is open or comes next."""

    heading = blocks.CharBlock(label=_("titre"), max_length=120, default=_("Nos programmes"))

    class Meta:
        icon = "tasks"
        label = _("Programmes d’assistance financière")
        template = "website/blocks/programs.html"

    def get_context(self, value, parent_context=None) -> dict:
        """The programmes of the site, the open ones first."""
        return {**super().get_context(value, parent_context=parent_context), "shown": shown_programs()}


class QuoteBlock(blocks.StructBlock):
    """What somebody said."""

    text = blocks.TextBlock(label=_("citation"), help_text=_("Sans guillemets : la page les ajoute."))
    author = blocks.CharBlock(label=_("qui l’a dit"), required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = _("Citation")
        template = "website/blocks/quote.html"


class BodyBlock(blocks.StreamBlock):
    """The body of a page."""

    text = blocks.RichTextBlock(
        label=_("Texte"), icon="pilcrow", features=TEXT_FEATURES, template="website/blocks/text.html"
    )
    picture = PictureBlock()
    documents = DocumentsBlock()
    call_to_action = CallToActionBlock()
    questions = QuestionsBlock()
    programs = ProgramsBlock()
    quote = QuoteBlock()

    class Meta:
        template = "website/blocks/body.html"


class ReasonBlock(blocks.StructBlock):
    """One reason to have a client area."""

    # Each has its line in website/blocks/reason.html: the sprite holds only the icons that a template names.
    icon = blocks.ChoiceBlock(
        label=_("icône"),
        choices=[
            ("update", _("Mise à jour")),
            ("forms", _("Formulaires")),
            ("archive", _("Archives")),
            ("people", _("Personnes")),
            ("money", _("Aide financière")),
            ("map", _("Carte")),
        ],
        default="update",
    )
    title = blocks.CharBlock(label=_("titre"), max_length=80)
    text = blocks.TextBlock(label=_("texte"), max_length=300)

    class Meta:
        icon = "tick"
        label = _("Raison")
        template = "website/blocks/reason.html"


class HighlightBlock(blocks.StructBlock):
    """A page put forward on the home page."""

    page = blocks.PageChooserBlock(label=_("page"))
    title = blocks.CharBlock(
        label=_("titre"), required=False, max_length=120, help_text=_("Vide : le titre de la page.")
    )
    text = blocks.TextBlock(label=_("texte"), max_length=300)
    image = ImageBlock(label=_("image"), required=False)

    class Meta:
        icon = "pick"
        label = _("À la une")
        template = "website/blocks/highlight.html"
