"""The yardstick of the bench: a Django view with a session and one query, as `startproject` leaves Django.

It runs on the portal's own database, so that both read the same session and the same person. Django's default is a
connection for each request; with BENCH_CONNECTION=kept it keeps its connections as the portal's settings do.
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path

os.environ.setdefault("GUICHET_ENV", "test")
from guichet.config import settings as guichet

database = dict(guichet.DATABASES["default"])
if os.environ.get("BENCH_CONNECTION") != "kept":
    database.pop("OPTIONS", None)
    database.pop("CONN_MAX_AGE", None)

settings.configure(
    SECRET_KEY=guichet.SECRET_KEY,
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": database},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    SESSION_COOKIE_NAME=guichet.SESSION_COOKIE_NAME,
    ROOT_URLCONF=__name__,
    USE_TZ=True,
)
django.setup()


class Person(models.Model):
    """The portal's person, read without its apps."""

    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    email = models.EmailField()

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "accounts_user"

    def __str__(self) -> str:
        return self.first_name


def bare(request: HttpRequest) -> HttpResponse:
    """Read the session, ask the database one thing, answer."""
    person = Person.objects.get(pk=request.session["_auth_user_id"])
    return HttpResponse(f"<p>{person}</p>")


urlpatterns = [path("", bare)]
application = get_wsgi_application()
