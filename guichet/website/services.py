"""Setting up the public site: what a new portal needs once, and what every deployment brings up to date."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
)

from guichet.accounts.services import AGENTS_GROUP
from guichet.core.models import SiteSettings
from guichet.organizations.region import Region

from . import starting_content as content
from .models import ContactPage, HomePage, LibraryPage, PortalPage, SectionPage

CLIENTS_COLLECTION = "Clients seulement"
PUBLIC_COLLECTION = "Formulaires et guides"

PAGE_PERMISSIONS = ["add_page", "change_page", "publish_page"]
COLLECTION_PERMISSIONS = [
    ("wagtailimages", "add_image"),
    ("wagtailimages", "change_image"),
    ("wagtailimages", "choose_image"),
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "change_document"),
    ("wagtaildocs", "choose_document"),
    ("wagtailcore", "add_collection"),
    ("wagtailcore", "change_collection"),
]


@transaction.atomic
def set_up_site(*, region: Region) -> bool:
    """Create the site's pages and collections when there are none; return whether it did.

    Run again, it only brings the site's address to BASE_URL: pages that staff changed or removed stay so.
    """
    home = HomePage.objects.order_by("path").first()
    created = home is None
    if home is None:
        home = _create_pages(region)
        _create_collections()
    _point_site_to(home)
    _permit_agents(home)
    return created


def _create_pages(region: Region) -> HomePage:
    body = SiteSettings.load()
    root = Page.get_first_root_node()
    # Wagtail's own « Welcome » page, which its migrations create with the default site.
    root.get_children().filter(content_type__app_label="wagtailcore", content_type__model="page").delete()
    root = Page.objects.get(pk=root.pk)
    home = HomePage(locale=Locale.get_default(), **content.home(body))
    root.add_child(instance=home)
    contact = _build(ContactPage, content.contact(body))
    programs = _build(SectionPage, content.programs(body, contact=0))
    assistance = _build(SectionPage, content.assistance(body, contact=0))
    about = _build(SectionPage, content.about(body, region=region.name))
    library = _build(LibraryPage, content.library(body))
    for page in (programs, assistance, about, contact, library):
        home.add_child(instance=page)
    # The pages point at one another: their numbers are known only now.
    programs.body = content.programs(body, contact=contact.pk)["body"]
    assistance.body = content.assistance(body, contact=contact.pk)["body"]
    home.highlights = content.highlights(assistance=assistance.pk, programs=programs.pk, library=library.pk)
    for page in (programs, assistance, about, contact, library, home):
        page.save_revision().publish()
    return home


def _build(kind: type[PortalPage], fields: dict[str, Any]) -> PortalPage:
    return kind(show_in_menus=True, locale=Locale.get_default(), **fields)


def _create_collections() -> None:
    root = Collection.get_first_root_node()
    if not root.get_children().filter(name=PUBLIC_COLLECTION).exists():
        root.add_child(name=PUBLIC_COLLECTION)
    if not root.get_children().filter(name=CLIENTS_COLLECTION).exists():
        clients = root.add_child(name=CLIENTS_COLLECTION)
        CollectionViewRestriction.objects.create(collection=clients, restriction_type=CollectionViewRestriction.LOGIN)


def _point_site_to(home: HomePage) -> None:
    address = urlsplit(settings.BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True, root_page=home)
    if not site.root_page_id or not site.root_page.get_ancestors(inclusive=True).filter(pk=home.pk).exists():
        site.root_page = home
    site.hostname, site.port = address.hostname, port
    site.site_name = site.site_name or SiteSettings.load().name
    site.save()


def _permit_agents(home: HomePage) -> None:
    """Give the agents the pages and the médiathèque, once: what an admin changes afterwards stays."""
    group, _created = Group.objects.get_or_create(name=AGENTS_GROUP)
    if group.page_permissions.exists():
        return
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGE_PERMISSIONS):
        GroupPagePermission.objects.create(group=group, page=home, permission=permission)
    root = Collection.get_first_root_node()
    for app_label, codename in COLLECTION_PERMISSIONS:
        permission = Permission.objects.get(content_type__app_label=app_label, codename=codename)
        GroupCollectionPermission.objects.create(group=group, collection=root, permission=permission)
