"""What staff fill in to decide, alone or for many, and the letters' texts."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.core.perms import is_admin

from ..enums import Outcome
from ..models import Application, Decision, DecisionReason
from ..schema import format_number, parse_amount
from ..services.decisions import Proposal, problem_of
from ..services.letters import problems_of

TEXT = 4000
ZERO = Decimal("0.00")


def _words(label: str, help_text: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


class AmountField(forms.CharField):
    """An amount as people type it: « 1 234,50 $ »."""

    def to_python(self, value: str) -> Decimal:
        """The amount, nothing for an empty field. Raises ValidationError, which says why."""
        typed = super().to_python(value)
        return parse_amount(typed) if typed else ZERO


class Reasons(forms.CheckboxSelectMultiple):
    """One box a line."""

    option_inherits_attrs = True


class OutcomeForm(forms.Form):
    """What is decided, but for the amount: the same for one application and for several."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Décision"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez la décision.")},
    )
    conditions = _words(
        gettext_lazy("Conditions"), gettext_lazy("Pour une demande acceptée : elles entrent dans l’entente.")
    )
    reasons = forms.ModelMultipleChoiceField(
        DecisionReason.objects.none(),
        label=gettext_lazy("Motifs"),
        required=False,
        widget=Reasons,
        error_messages={
            "invalid_choice": gettext_lazy("Un de ces motifs n’existe plus. Cochez de nouveau."),
            "invalid_pk_value": gettext_lazy("Un de ces motifs n’existe plus. Cochez de nouveau."),
        },
    )
    words = _words(
        gettext_lazy("Explications"),
        gettext_lazy("L’organisme les lira, avec les motifs, une fois la décision annoncée."),
    )
    next_step = _words(
        gettext_lazy("Ce qui pourrait être fait ensuite"),
        gettext_lazy("Laissez vide pour reprendre ce que la liste propose avec les motifs cochés."),
    )
    overrun_reason = _words(
        gettext_lazy("Motif d’un dépassement de l’enveloppe"),
        gettext_lazy("Seulement si l’enveloppe est dépassée en connaissance de cause. Gardé dans l’historique."),
        rows=2,
    )

    def __init__(self, *args, actor, decision: Decision | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        kept = Q(pk__in=decision.reasons.all()) if decision else Q()
        self.fields["reasons"].queryset = DecisionReason.objects.filter(Q(is_archived=False) | kept).distinct()
        if not is_admin(actor):
            del self.fields["overrun_reason"]

    def proposal(self, amount: Decimal = ZERO) -> Proposal:
        """What the services decide."""
        given = self.cleaned_data
        outcome = Outcome(given["outcome"])
        reasons = tuple(given["reasons"])
        steps = dict.fromkeys(reason.next_step for reason in reasons if reason.next_step)
        return Proposal(
            outcome=outcome,
            amount=amount if outcome == Outcome.ACCEPTED else ZERO,
            conditions=given["conditions"],
            reasons=reasons,
            words=given["words"],
            next_step=given["next_step"] or "\n".join(steps),
        )

    @property
    def overrun(self) -> str:
        """Empty for whoever may not exceed."""
        return self.cleaned_data.get("overrun_reason", "")


class DecisionForm(OutcomeForm):
    """The decision of one application."""

    amount = AmountField(
        label=gettext_lazy("Montant accordé ($)"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 30}),
    )
    field_order = ["outcome", "amount", "conditions", "reasons", "words", "next_step", "overrun_reason"]

    def __init__(self, *args, application: Application, decision: Decision | None, tried: Decimal, **kwargs) -> None:
        self.application = application
        if decision:
            initial = {
                name: getattr(decision, name)
                for name in ("outcome", "conditions", "words", "next_step", "overrun_reason")
            }
            initial |= {"amount": _typed(decision.amount), "reasons": list(decision.reasons.all())}
        else:
            initial = {"amount": _typed(tried)}
        super().__init__(*args, decision=decision, initial=initial, **kwargs)

    def clean(self) -> dict:
        """Refuse what the services would refuse, beside the field that says it."""
        given = super().clean()
        if "outcome" in given and "amount" in given and "reasons" in given:
            proposal = self.proposal(given["amount"])
            if problem := problem_of(self.application, proposal):
                self.add_error("amount" if proposal.outcome == Outcome.ACCEPTED else "reasons", problem)
        return given


def _typed(amount: Decimal) -> str:
    return format_number(amount, 2) if amount else ""


class LetterForm(forms.Form):
    """What a programme's letter says for one outcome."""

    title = forms.CharField(
        label=gettext_lazy("Objet"),
        max_length=160,
        error_messages={"required": gettext_lazy("Écrivez l’objet de la lettre.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Texte"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 20}),
        error_messages={"required": gettext_lazy("Écrivez la lettre.")},
    )

    def _without_problem(self, name: str) -> str:
        text = self.cleaned_data[name]
        if problems := problems_of(text):
            raise forms.ValidationError(problems)
        return text

    def clean_title(self) -> str:
        """No field that does not exist."""
        title = self._without_problem("title")
        if "\n" in title:
            raise forms.ValidationError(_("L’objet tient sur une ligne."))
        return title

    def clean_text(self) -> str:
        """No field that does not exist."""
        return self._without_problem("text")
