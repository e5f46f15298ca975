"""Sign-in, password, address and profile: what a person fills in about themself."""

from __future__ import annotations

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth import password_validation
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from guichet.core.forms import GuichetForm

from .emails import clean_email, normalize_email
from .models import User

# What people write stands in e-mails that leave under the body's name: nothing that a mail program makes a link of.
NO_LINK = RegexValidator(
    r"(?i)https?:|www\.|\b[\w-]+\.(?:com|net|org|ca|info|biz|ru|cn|io|xyz|top)\b",
    _("Retirez le lien ou l’adresse : ce texte paraît dans des courriels."),
    inverse_match=True,
)

PASSWORD_HELP = _("Au moins 12 caractères. Une phrase de quelques mots est facile à retenir et difficile à deviner.")


class SignInForm(GuichetForm, allauth_forms.LoginForm):
    """« Connexion »: the identifier or the address, and the password."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Identifiant ou adresse e-mail")
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        self.fields["login"].widget.attrs.pop("placeholder", None)
        self.fields["password"].label = _("Mot de passe")
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Se souvenir de moi")
        self.fields["remember"].help_text = _("Vous restez connecté pendant 30 jours sur cet appareil.")

    def clean_login(self) -> str:
        """The address in its one spelling, or the identifier as typed."""
        return normalize_email(super().clean_login())


def dress_new_password(form: forms.Form, *, label: str) -> None:
    """Give the two password fields of a form our words: label, repeat label, and what is asked."""
    form.fields["password1"].label = label
    form.fields["password1"].help_text = PASSWORD_HELP
    form.fields["password2"].label = _("Confirmer le mot de passe")
    for name in ("password1", "password2"):
        form.fields[name].widget.attrs.pop("placeholder", None)
        form.fields[name].widget.attrs |= {"autocomplete": "new-password", "minlength": "12"}


def address_field(label: str, *, initial: str | None = None) -> forms.CharField:
    """A field for one address. Our own check says in words what is wrong, where Django's says « invalid »."""
    return forms.CharField(
        label=label,
        max_length=1000,
        initial=initial,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )


class ConfirmPasswordForm(GuichetForm, forms.Form):
    """The password chosen at sign-up, asked for when an address is confirmed in another browser."""

    password = forms.CharField(
        label=_("Votre mot de passe"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Celui que vous avez choisi en vous inscrivant."),
    )

    def __init__(self, *args, request: HttpRequest, user: User, **kwargs) -> None:
        self.request, self.user = request, user
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        """It has to be the account's; attempts are counted as those of signing in are."""
        credentials = {"email": self.user.email, "password": self.cleaned_data["password"]}
        if get_adapter().authenticate(self.request, **credentials) is None:
            raise forms.ValidationError(
                _("Ce n’est pas le mot de passe de ce compte. Oublié? Choisissez-en un nouveau, sous le bouton.")
            )
        return credentials["password"]


class ResetPasswordForm(GuichetForm, allauth_forms.ResetPasswordForm):
    """« Mot de passe oublié? »."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = address_field(_("Adresse courriel de votre compte"))

    def clean_email(self) -> str:
        """The address in its one spelling: the link leaves to no other that merely looks like it.

        allauth also finds a new address that nobody has confirmed yet. It may be a stranger's, mistyped: the key to
        the account goes to its own address, or to a proven one.
        """
        self.cleaned_data["email"] = clean_email(self.cleaned_data["email"])
        email = super().clean_email()
        proven = set(EmailAddress.objects.filter(email=email, verified=True).values_list("user", flat=True))
        self.users = [user for user in self.users if user.email == email or user.pk in proven]
        return email


class ResetPasswordKeyForm(GuichetForm, allauth_forms.ResetPasswordKeyForm):
    """The new password, from the link of the e-mail."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        dress_new_password(self, label=_("Nouveau mot de passe"))


class ChangePasswordForm(GuichetForm, allauth_forms.ChangePasswordForm):
    """The new password, by somebody who knows the old one."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Mot de passe actuel")
        self.fields["oldpassword"].help_text = ""
        self.fields["oldpassword"].widget.attrs.pop("placeholder", None)
        dress_new_password(self, label=_("Nouveau mot de passe"))


class SetPasswordForm(GuichetForm, allauth_forms.SetPasswordForm):
    """The first password of an account that staff made without one."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        dress_new_password(self, label=_("Nouveau mot de passe"))


class ChangeEmailForm(GuichetForm, allauth_forms.AddEmailForm):
    """A new address, which takes effect once confirmed."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = address_field(_("Nouvelle adresse courriel"))


class ProfileForm(GuichetForm, forms.ModelForm):
    """« Mon profil »: name, title, phone."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "job_title", "phone"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].validators.append(NO_LINK)
        self.fields["last_name"].validators.append(NO_LINK)
        self.fields["first_name"].widget.attrs["autocomplete"] = "given-name"
        self.fields["last_name"].widget.attrs["autocomplete"] = "family-name"
        self.fields["job_title"].widget.attrs["autocomplete"] = "organization-title"
        self.fields["phone"].widget.attrs["autocomplete"] = "tel"
        self.fields["phone"].error_messages["invalid"] = _("Ce numéro n’est pas complet. Exemple : 819 555-0123")


class NewPersonMixin(forms.Form):
    """Prénom, nom, courriel, mot de passe: the person's part of every sign-up form."""

    first_name = forms.CharField(
        label=_("Prénom"),
        max_length=80,
        validators=[NO_LINK],
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Nom"),
        max_length=80,
        validators=[NO_LINK],
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )

    def dress_person_fields(self) -> None:
        """Our words and rules on the fields that allauth brings."""
        self.fields["email"] = address_field(_("Courriel"), initial=self.fields["email"].initial)
        dress_new_password(self, label=_("Saisir le mot de passe"))

    def clean_email(self) -> str:
        """The address in its one spelling; whether it has an account is found out without saying so.

        An address that another account only announced as its new one, unproven, does not bar its owner's way.
        """
        self.cleaned_data["email"] = clean_email(self.cleaned_data["email"])
        announced = EmailAddress.objects.filter(email=self.cleaned_data["email"], verified=False)
        announced.exclude(user__email=self.cleaned_data["email"]).delete()
        return super().clean_email()

    def clean(self) -> dict:
        """Check the password against the whole person; allauth knows only the address at this point."""
        cleaned = super().clean()
        password = cleaned.get("password1")
        if password and "password1" not in self.errors:
            person = User(
                first_name=cleaned.get("first_name", ""),
                last_name=cleaned.get("last_name", ""),
                email=cleaned.get("email", ""),
            )
            try:
                password_validation.validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return cleaned
