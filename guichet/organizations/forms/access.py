"""Sign-up, invitation, decisions: what people fill in about accesses."""

from __future__ import annotations

import datetime as dt
import re

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.accounts.emails import clean_email
from guichet.accounts.forms import NO_LINK, NewPersonMixin
from guichet.accounts.models import User
from guichet.core.forms import GuichetForm, LongSelect

from .. import services
from ..enums import Kind, Role
from ..models import Access, Invitation, Municipality, Organization

# Up to this many fiches, the list holds them all; beyond, one types first: the page stays light at any size.
PLAIN_LIST_AT_MOST = 400
MATCHES_SHOWN = 50
MAX_INVITED_AT_ONCE = 20
DECIDE_LATER = "later"
# The same form sent again this soon is a double click, not somebody who forgot that they have an account.
DOUBLE_CLICK_WITHIN = dt.timedelta(minutes=10)


class FicheChoiceField(forms.ModelChoiceField):
    """The fiche, from a list that one can type in. `FichePickerMixin` fills the list."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Fiche"),
            queryset=Organization.objects.active(),
            empty_label=gettext_lazy("Choisissez votre organisme"),
            widget=LongSelect,
            error_messages={
                "required": gettext_lazy("Choisissez votre organisme dans la liste."),
                "invalid_choice": gettext_lazy("Choisissez votre organisme dans la liste."),
            },
        )


class FichePickerMixin(forms.Form):
    """A form with a `FicheChoiceField` named ``organization``: a plain list, or a search before it."""

    @cached_property
    def needs_search(self) -> bool:
        """Whether there are too many fiches for a plain list."""
        return Organization.objects.active().count() > PLAIN_LIST_AT_MOST

    @property
    def fiche_q(self) -> str:
        """What was typed in the search, without JavaScript."""
        return str(self.data.get("fiche_q", "") or self.initial.get("fiche_q", ""))[:200]

    def fill_fiche_list(self) -> None:
        """Give the list its choices: all fiches, or those found, and always the one that is chosen."""
        field = self.fields["organization"]
        fiches = Organization.objects.active()
        if self.needs_search:
            chosen = str(self.data.get("organization") or self.initial.get("organization") or "")
            found = fiches.matching(self.fiche_q)[:MATCHES_SHOWN] if self.fiche_q else fiches.none()
            pks = [*found.values_list("pk", flat=True)] + (
                [int(chosen)] if chosen.isdecimal() and len(chosen) < 19 else []
            )
            fiches = fiches.filter(pk__in=pks)
        rows = fiches.values_list("pk", "name", "municipality__name")
        field.widget.choices = [
            ("", field.empty_label),
            *((pk, f"{name} — {place}" if place else name) for pk, name, place in rows),
        ]


class SignUpBase(GuichetForm, NewPersonMixin, allauth_forms.SignupForm):
    """A person's part of a sign-up, on allauth's form: it never tells whether an address has an account."""

    person_fields = ["first_name", "last_name", "email", "password1", "password2"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.dress_person_fields()
        self.order_fields([*self.person_fields, *self.fields])

    def try_save(self, request: HttpRequest):
        """allauth's, but a double click gets its answer only once, and both answers take the same time."""
        if self.account_already_exists:
            twin = User.objects.filter(
                email=self.cleaned_data["email"],
                date_joined__gt=timezone.now() - DOUBLE_CLICK_WITHIN,
                emailaddress__verified=False,
            ).first()
            # One hash in either case, as for a new account: the time it takes tells nothing.
            if twin is None:
                make_password(self.cleaned_data["password1"])
            elif twin.check_password(self.cleaned_data["password1"]):
                return None, get_adapter().respond_email_verification_sent(request, None)
        return super().try_save(request)

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        """The account, then what it was made for."""
        user = super().save(request)
        self.ask(user)
        return user

    def ask(self, user: User) -> None:
        """Call the service that this sign-up is for."""
        raise NotImplementedError


class SignUpForm(FichePickerMixin, SignUpBase):
    """« Inscription », for a fiche of the list."""

    organization = FicheChoiceField()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fill_fiche_list()

    def ask(self, user: User) -> None:
        """Ask for the access."""
        services.request_access(user=user, organization=self.cleaned_data["organization"], actor=user)


class InvitedSignUpForm(SignUpBase):
    """« Inscription » from an invitation: the address and the fiche are what the invitation says."""

    def __init__(self, *args, invitation: Invitation, **kwargs) -> None:
        self.invitation = invitation
        super().__init__(*args, **kwargs)
        self.fields["email"].initial = invitation.email
        self.fields["email"].disabled = True

    def ask(self, user: User) -> None:
        """Accept the invitation."""
        services.accept_invitation(invitation=self.invitation, actor=user)


class FicheRequestFields(forms.Form):
    """A fiche that is not in the list: name, milieu, municipality, why."""

    fiche_name = forms.CharField(label=gettext_lazy("Nom de l’organisme"), max_length=120, validators=[NO_LINK])
    kind = forms.ChoiceField(label=gettext_lazy("Milieu"), choices=[("", gettext_lazy("Choisissez")), *Kind.choices])
    municipality = forms.ModelChoiceField(
        label=gettext_lazy("Municipalité"),
        queryset=Municipality.objects.all(),
        empty_label=gettext_lazy("Choisissez"),
        error_messages={"required": gettext_lazy("Choisissez la municipalité.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi cette fiche?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("En une phrase ou deux : ce que fait l’organisme, et votre rôle."),
    )

    def ask_for(self, user: User) -> Access:
        """Call the service."""
        data = self.cleaned_data
        return services.request_organization(
            user=user,
            name=data["fiche_name"],
            kind=data["kind"],
            municipality=data["municipality"],
            reason=data["reason"],
            actor=user,
        )


class NewFicheSignUpForm(FicheRequestFields, SignUpBase):
    """« Inscription » for a fiche that is not in the list."""

    def ask(self, user: User) -> None:
        """Ask for the fiche."""
        self.ask_for(user)


class NewFicheForm(GuichetForm, FicheRequestFields):
    """A new fiche, by somebody who has an account."""


class AskAccessForm(GuichetForm, FichePickerMixin, forms.Form):
    """Another fiche, by somebody who has an account."""

    organization = FicheChoiceField()

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fill_fiche_list()


class AddressesField(forms.CharField):
    """Several addresses, one a line, or between commas, semicolons or spaces."""

    def to_python(self, value: str | None) -> list[str]:
        """The normalized addresses; the error names each one that is none."""
        words = [word.strip("<>\"'") for word in re.split(r"[\s,;]+", super().to_python(value) or "")]
        addresses, errors = [], []
        for word in filter(None, words):
            try:
                addresses.append(clean_email(word))
            except ValidationError as error:
                errors.append(f"{word[:60]} : {error.messages[0]}")
        if errors:
            raise ValidationError(errors)
        unique = list(dict.fromkeys(addresses))
        if len(unique) > MAX_INVITED_AT_ONCE:
            raise ValidationError(_("Au plus vingt adresses à la fois."))
        return unique


class InviteForm(GuichetForm, forms.Form):
    """« Inviter un utilisateur »."""

    emails = AddressesField(
        label=gettext_lazy("Adresse courriel"),
        max_length=5000,
        widget=forms.Textarea(
            attrs={"rows": 2, "autocapitalize": "none", "spellcheck": "false", "inputmode": "email"}
        ),
        help_text=gettext_lazy("Plusieurs personnes? Écrivez une adresse par ligne."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Rôle"),
        choices=[
            (DECIDE_LATER, gettext_lazy("Décider plus tard : j’approuverai chaque personne")),
            (Role.CONTRIBUTOR, gettext_lazy("Collaborateur, sans autre approbation")),
            (Role.MANAGER, gettext_lazy("Gestionnaire, sans autre approbation")),
        ],
        widget=forms.RadioSelect,
        initial=DECIDE_LATER,
    )
    word = forms.CharField(
        label=gettext_lazy("Un mot de votre part"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Il paraît dans le courriel d’invitation. Au plus 500 caractères."),
    )

    def clean_role(self) -> str:
        """The role decided in advance, or none."""
        role = self.cleaned_data["role"]
        return "" if role == DECIDE_LATER else role

    def clean_word(self) -> str:
        """No links: an invitation leaves under the body's name, and must not carry anybody's advertising."""
        word = self.cleaned_data["word"]
        if NO_LINK.regex.search(word):
            raise ValidationError(
                _("Retirez le lien : pour la sécurité des personnes invitées, votre mot ne peut pas en contenir.")
            )
        return word


class ReasonForm(GuichetForm, forms.Form):
    """A refusal: the reason, which the person will read."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("La personne le lira dans le courriel qui lui annonce la décision."),
    )


class OptionalReasonForm(GuichetForm, forms.Form):
    """A deactivation: the reason, if there is one to give."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("S’il y en a un, la personne le lira."),
    )


class RoleForm(forms.Form):
    """A role, from a button."""

    role = forms.ChoiceField(choices=Role)


class AnswerForm(GuichetForm, forms.Form):
    """The answer to the body's question."""

    answer = forms.CharField(
        label=gettext_lazy("Votre réponse"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class HandoverForm(GuichetForm, forms.Form):
    """Who follows: somebody of the fiche, or somebody to invite."""

    successor = forms.ModelChoiceField(
        label=gettext_lazy("Une personne de la fiche"),
        queryset=Access.objects.none(),
        required=False,
        empty_label=gettext_lazy("Quelqu’un d’autre, que j’invite"),
    )
    email = forms.CharField(
        label=gettext_lazy("Son adresse courriel"),
        required=False,
        max_length=1000,
        widget=forms.EmailInput(attrs={"autocapitalize": "none"}),
        help_text=gettext_lazy(
            "Si la personne n’a pas encore accès à la fiche. Vous restez gestionnaire jusqu’à ce qu’elle accepte."
        ),
    )

    def __init__(self, *args, access: Access, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = (
            Access.objects.active()
            .filter(organization=access.organization, user__is_active=True)
            .exclude(pk=access.pk)
            .select_related("user")
            .order_by("user__last_name", "user__first_name")
        )
        self.fields["successor"].label_from_instance = lambda other: (
            f"{other.user} ({other.get_role_display().lower()})"
        )

    def clean_email(self) -> str:
        """The address in its one spelling, if there is one."""
        value = self.cleaned_data["email"]
        return clean_email(value) if value else ""

    def clean(self) -> dict:
        """One of the two."""
        cleaned = super().clean()
        if not self.errors and not cleaned.get("successor") and not cleaned.get("email"):
            self.add_error(
                "email", _("Choisissez une personne de la fiche, ou écrivez l’adresse de celle que vous invitez.")
            )
        return cleaned
