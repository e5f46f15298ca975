"""Sign-in and sign-up on one page, the profile."""

from __future__ import annotations

from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_not_required
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.views import LoginView, SignupView
from allauth.utils import get_form_class
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from guichet.core.kept_forms import keeps_typed_form, signed_in, typed_in

from . import services
from .forms import ConfirmPasswordForm, ProfileForm
from .models import User


class TwoColumnsMixin:
    """The page of DESIGN, step 2: « Connexion » on the left, « Inscription » on the right.

    Each form posts to its own address; the page that comes back with errors holds the other form, empty.
    """

    template_name = "account/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Both forms, and where each of them goes."""
        context = super().get_context_data(**kwargs)
        bound = context["form"]
        next_url = context.get("redirect_field_value")
        query = f"?{urlencode({'next': next_url})}" if next_url else ""
        if isinstance(self, LoginView):
            context |= {"login_form": bound, "signup_form": self.empty_form("signup")}
        else:
            context |= {"signup_form": bound, "login_form": self.empty_form("login")}
        return {
            **context,
            "login_url": reverse("account_login") + query,
            "signup_url": reverse("account_signup"),
        }

    def empty_form(self, name: str) -> Any:
        """The other column's form, unbound."""
        form_class = get_form_class(account_settings.FORMS, name, None)
        return form_class(request=self.request) if name == "login" else form_class()


class SignInView(TwoColumnsMixin, LoginView):
    """`/connexion/`."""


@method_decorator(login_not_required, name="dispatch")
class SignUpView(TwoColumnsMixin, SignupView):
    """`/inscription/`."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """« Chercher la fiche », without JavaScript, shows the page again with what was found and typed."""
        if "chercher" in request.POST:
            typed = {name: value for name, value in request.POST.items() if "password" not in name}
            form = self.get_form_class()(**{**self.get_form_kwargs(), "data": None, "files": None, "initial": typed})
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """The account, the request and their messages in one transaction: all of it or nothing.

        Two clicks at the same moment both find the address free; the database lets one in, and the other gets
        the same answer. Two namesakes at the same moment both find the identifier free: the other gets the next.
        """
        for _try in range(3):
            try:
                with transaction.atomic():
                    return super().form_valid(form)
            except IntegrityError:
                if User.objects.filter(email=form.cleaned_data["email"]).exists():
                    break
        return get_adapter().respond_email_verification_sent(self.request, None)


class ConfirmEmailView(allauth_views.ConfirmEmailView):
    """`/confirmer-courriel/`: the owner of the address and whoever chose the password have to be one person.

    In the browser of the sign-up, or signed in, that is known. Elsewhere the password is asked for: somebody who
    signed up with another's address would otherwise have them confirm it, and keep the password.
    """

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the password's form, where it is asked for."""
        context = super().get_context_data(**kwargs)
        if self.object and not self._is_known():
            context["password_form"] = kwargs.get("password_form") or self._password_form()
        return context

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """A second click on the button finds the link used: say so, as the link itself does."""
        try:
            self.object = self.get_object()
        except Http404:
            return self.get(*args, **kwargs)
        if not self._is_known():
            form = self._password_form()
            if not form.is_valid():
                return self.render_to_response(self.get_context_data(password_form=form))
        return super().post(*args, **kwargs)

    def _password_form(self) -> ConfirmPasswordForm:
        data = self.request.POST if self.request.method == "POST" else None
        return ConfirmPasswordForm(data, request=self.request, user=self.object.email_address.user)

    def _is_known(self) -> bool:
        owner = self.object.email_address.user_id
        stage = LoginStageController.enter(self.request, EmailVerificationStage.key)
        signing_up = stage is not None and stage.login.user is not None and stage.login.user.pk == owner
        return signing_up or self.request.user.pk == owner


sign_in = SignInView.as_view()
sign_up = SignUpView.as_view()
confirm_email = ConfirmEmailView.as_view()


@signed_in
@keeps_typed_form
def profile(request: HttpRequest) -> HttpResponse:
    """« Mon profil »: name, title, phone; links to the address and the password."""
    # A copy, so that a refused form does not change the name in the page's header.
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(typed_in(request), instance=person)
    if request.method == "POST" and form.is_valid():
        services.update_profile(user=person, changed=form.changed_data)
        messages.success(request, _("Votre profil est à jour."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})
