from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebsiteConfig(AppConfig):
    """The public site: its pages, its menu, the médiathèque."""

    name = "guichet.website"
    label = "website"
    verbose_name = _("Site public")
