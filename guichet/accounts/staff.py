"""The staff's accounts in the Wagtail admin: for admins only (DESIGN, section 2)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import CreateView, EditView
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from . import services
from .emails import clean_email
from .models import User

STAFF_FIELDS = {"is_staff", "is_superuser"}


class StaffFieldsMixin(forms.ModelForm):
    """Who works here is a choice of its own; Wagtail's groups follow it."""

    is_staff = forms.BooleanField(
        label=_("Fait partie de l’équipe"), required=False, help_text=_("Donne accès à la gestion, comme agent.")
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        # Not fields of the model's form: the service sets them, and tells the timeline when they change.
        for name in STAFF_FIELDS:
            if name in self.fields:
                self.fields[name].initial = getattr(self.instance, name)

    def clean_email(self) -> str:
        """The address in its one spelling."""
        return clean_email(self.cleaned_data["email"])

    def save(self, commit: bool = True) -> User:
        """Save the person, then the staff side through its one service."""
        user = super().save(commit=commit)
        if commit and "is_staff" in self.fields:
            services.set_staff(
                user=user,
                is_staff=self.cleaned_data["is_staff"],
                is_admin=self.cleaned_data["is_superuser"],
                actor=self.actor,
            )
        return user


class StaffUserEditForm(StaffFieldsMixin, UserEditForm):
    """Edit a person. Nobody takes their own staff side away; the address is changed by its owner, who confirms it."""

    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields - STAFF_FIELDS

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, editing_self=editing_self, **kwargs)
        if editing_self:
            del self.fields["is_staff"]
        self.fields["email"].disabled = True
        self.fields["email"].help_text = _(
            "La personne change elle-même son adresse dans « Mon profil », et la confirme."
        )


class StaffUserCreationForm(StaffFieldsMixin, UserCreationForm):
    """Create a person."""

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields - STAFF_FIELDS


class ActorMixin:
    """Tells the form who acts, for the timeline."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Wagtail's, with the actor."""
        return {**super().get_form_kwargs(), "actor": self.request.user}


class StaffCreateView(ActorMixin, CreateView):
    """« Ajouter un utilisateur »."""


class StaffEditView(ActorMixin, EditView):
    """« Modifier un utilisateur »."""


class UserViewSet(WagtailUserViewSet):
    """« Utilisateurs » of the admin."""

    add_view_class = StaffCreateView
    edit_view_class = StaffEditView

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        """Our forms instead of Wagtail's."""
        return StaffUserEditForm if for_update else StaffUserCreationForm
