"""The staff's accounts in the Wagtail admin: for admins only (DESIGN, section 2)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from . import services
from .emails import clean_email


class StaffFieldsMixin(forms.ModelForm):
    """Who works here is a choice of its own; Wagtail's groups follow it."""

    is_staff = forms.BooleanField(
        label=_("Fait partie de l’équipe"), required=False, help_text=_("Donne accès à la gestion, comme agent.")
    )

    def clean_email(self) -> str:
        """The address in its one spelling."""
        return clean_email(self.cleaned_data["email"])

    def save(self, commit: bool = True):
        """Save the person, then the staff side through its one service."""
        user = super().save(commit=commit)
        if commit:
            services.set_staff(
                user=user,
                is_staff=self.cleaned_data["is_staff"],
                is_admin=self.cleaned_data.get("is_superuser", False),
                actor=None,
            )
        return user


class StaffUserEditForm(StaffFieldsMixin, UserEditForm):
    """Edit a person."""

    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | {"is_staff"}


class StaffUserCreationForm(StaffFieldsMixin, UserCreationForm):
    """Create a person."""

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | {"is_staff"}


class UserViewSet(WagtailUserViewSet):
    """« Utilisateurs » of the admin."""

    def get_form_class(self, for_update: bool = False):
        """Our forms instead of Wagtail's."""
        return StaffUserEditForm if for_update else StaffUserCreationForm
