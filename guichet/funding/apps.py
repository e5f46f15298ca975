from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundingConfig(AppConfig):
    """Programme, call, form builder, application, review, decision, payment, report."""

    name = "guichet.funding"
    label = "funding"
    verbose_name = _("Assistance financière")
