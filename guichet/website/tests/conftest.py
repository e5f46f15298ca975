"""A site as `setup_site` leaves it. Models are imported late: pytest reads this file before Django is set up."""

import pytest


@pytest.fixture(autouse=True)
def _files_of_this_test(settings, tmp_path) -> None:
    """Uploaded files go where the test's other files go."""
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": "/media/"},
        },
    }


@pytest.fixture
def home(db):
    """The home page of a new site."""
    from django.core.management import call_command

    from guichet.website.models import HomePage

    call_command("setup_site", verbosity=0)
    return HomePage.objects.get()


@pytest.fixture
def public_document(home):
    """A document for everybody."""
    from guichet.website.services import PUBLIC_COLLECTION

    from .factories import add_document

    return add_document("Guide des bénévoles", collection=PUBLIC_COLLECTION)


@pytest.fixture
def client_document(home):
    """A document for clients."""
    from guichet.website.services import CLIENTS_COLLECTION

    from .factories import add_document

    return add_document("Modèle de budget", collection=CLIENTS_COLLECTION)
