from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FundingConfig(AppConfig):
    """Programme, call, form builder, application, review, decision, payment, report."""

    name = "guichet.funding"
    label = "funding"
    verbose_name = _("Assistance financière")

    def ready(self) -> None:
        """Teach the timeline this app's verbs, the merge of fiches its tables, the client area its card."""
        from guichet.core.events import register_sentences

        from . import merge_rules, tasks  # noqa: F401 - the calendar learns its tasks by the import
        from .enums import SENTENCES
        from .views import home

        register_sentences(SENTENCES)
        merge_rules.register()
        home.register()
