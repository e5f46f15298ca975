"""Fiches, accesses and invitations for tests, in any state, past or present."""

from __future__ import annotations

import datetime as dt
import io

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image

from guichet.accounts.tests.factories import UserFactory
from guichet.organizations.enums import AccessStatus, FilePurpose, Kind, Role
from guichet.organizations.models import Access, FicheFile, Invitation, Mrc, Municipality, Organization
from guichet.organizations.services.invitations import hash_token


class MrcFactory(DjangoModelFactory):
    """An MRC."""

    class Meta:
        model = Mrc
        django_get_or_create = ("name",)

    name = "Arthabaska"


class MunicipalityFactory(DjangoModelFactory):
    """A municipality."""

    class Meta:
        model = Municipality
        django_get_or_create = ("name", "mrc")

    name = "Victoriaville"
    mrc = factory.SubFactory(MrcFactory)


class OrganizationFactory(DjangoModelFactory):
    """A fiche in service."""

    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Club de natation n{n}")
    kind = Kind.ASSOCIATION
    municipality = factory.SubFactory(MunicipalityFactory)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        organization = model_class(*args, **kwargs)
        organization.refresh_search_text()
        organization.save()
        return organization


class AccessFactory(DjangoModelFactory):
    """An active contributor; any other role and status by name."""

    class Meta:
        model = Access

    user = factory.SubFactory(UserFactory)
    organization = factory.SubFactory(OrganizationFactory)
    status = AccessStatus.ACTIVE
    role = factory.LazyAttribute(
        lambda access: Role.CONTRIBUTOR if access.status in {AccessStatus.ACTIVE, AccessStatus.DEACTIVATED} else ""
    )
    decided_at = factory.LazyAttribute(
        lambda access: None if access.status == AccessStatus.REQUESTED else timezone.now()
    )
    last_used_at = factory.LazyFunction(timezone.now)


class ManagerFactory(AccessFactory):
    """An active gestionnaire."""

    role = Role.MANAGER


class RequestFactory(AccessFactory):
    """A request without an invitation, due in a day."""

    status = AccessStatus.REQUESTED
    due_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=1))
    last_used_at = None


class InvitationFactory(DjangoModelFactory):
    """An open invitation; its link is ``token``."""

    class Meta:
        model = Invitation
        exclude = ("token",)

    token = factory.Sequence(lambda n: f"jeton-{n}")
    organization = factory.SubFactory(OrganizationFactory)
    email = factory.Sequence(lambda n: f"invite{n}@example.org")
    token_hash = factory.LazyAttribute(lambda invitation: hash_token(invitation.token))
    invited_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=14))


def image_bytes(kind: str = "PNG", size: tuple[int, int] = (60, 40), color: str = "navy", **options) -> bytes:
    """A small true picture."""
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, kind, **options)
    return written.getvalue()


class PictureFactory(DjangoModelFactory):
    """A picture that the fiche named once."""

    class Meta:
        model = FicheFile

    organization = factory.SubFactory(OrganizationFactory)
    purpose = FilePurpose.PICTURE
    name = "piscine.webp"
    content_type = "image/webp"
    file = factory.LazyFunction(lambda: ContentFile(image_bytes("WEBP"), "piscine.webp"))
    small = factory.LazyFunction(lambda: ContentFile(image_bytes("WEBP", (30, 20)), "petite.webp"))
    size = 100
    width = 60
    height = 40
    is_used = True


class DocumentFactory(DjangoModelFactory):
    """A private document that the fiche named once."""

    class Meta:
        model = FicheFile

    organization = factory.SubFactory(OrganizationFactory)
    purpose = FilePurpose.DOCUMENT
    name = "assurance.pdf"
    content_type = "application/pdf"
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.7 assurance", "assurance.pdf"))
    size = 18
    is_used = True
