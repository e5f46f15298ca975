from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebsiteConfig(AppConfig):
    """The public site: its pages, its menu, the médiathèque."""

    name = "guichet.website"
    label = "website"
    verbose_name = _("Site public")

    def ready(self) -> None:
        """The menu is shared by every page: tell it when a page comes, goes or moves."""
        from wagtail.signals import page_published, page_unpublished, post_page_move

        from guichet.core.shared import forget

        for number, signal in enumerate((page_published, page_unpublished, post_page_move)):
            signal.connect(forget, dispatch_uid=f"website.pages_changed.{number}")
