"""What a machine has to say before it starts: each run reads the settings in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

import pytest
from django.conf import settings

PRODUCTION = {
    "GUICHET_ENV": "production",
    "GUICHET_SECRET_KEY": "a-secret-of-more-than-forty-characters-for-this-test",
    "GUICHET_BASE_URL": "https://guichet.example.org",
    "GUICHET_ALLOWED_HOSTS": "guichet.example.org",
    "GUICHET_EMAIL_URL": "smtp+tls://user:word@mail.example.org:587",
}
SHOW = "import json; from guichet.config import settings as s; print(json.dumps({n: getattr(s, n, None) for n in %r}))"


def read(*names: str, **environment: str) -> subprocess.CompletedProcess:
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            [sys.executable, "-c", SHOW % (list(names),)],
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ["PATH"], "GUICHET_VAR": folder, **environment},
            capture_output=True,
            text=True,
            check=False,
        )


def values(*names: str, **environment: str) -> dict:
    done = read(*names, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"GUICHET_SECRET_KEY": ""}, "GUICHET_SECRET_KEY is required in production."),
        ({"GUICHET_SECRET_KEY": "short"}, "GUICHET_SECRET_KEY has to be 40 characters or more."),
        ({"GUICHET_BASE_URL": "http://guichet.example.org"}, "GUICHET_BASE_URL is required in production"),
        ({"GUICHET_ALLOWED_HOSTS": ""}, "GUICHET_ALLOWED_HOSTS is required in production."),
        ({"GUICHET_EMAIL_URL": ""}, "GUICHET_EMAIL_URL is required in production"),
        ({"GUICHET_ENV": "prod"}, "GUICHET_ENV is one of demo, test, production."),
    ],
)
def test_production_refuses_to_start_without(changes, sentence):
    done = read("DEBUG", **{**PRODUCTION, **changes})
    assert done.returncode == 1
    assert f"ImproperlyConfigured: {sentence}" in done.stderr


def test_production_without_an_address_refuses_to_start():
    done = read("DEBUG", **{name: value for name, value in PRODUCTION.items() if name != "GUICHET_BASE_URL"})
    assert "GUICHET_BASE_URL is required in production" in done.stderr


def test_production_is_strict_about_cookies_and_https():
    expected = {
        "DEBUG": False,
        "EMAIL_KEPT": False,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.org",
        "EMAIL_PORT": 587,
        "EMAIL_USE_TLS": True,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_PROXY_SSL_HEADER": None,
        "CSRF_TRUSTED_ORIGINS": ["https://guichet.example.org"],
    }
    assert values(*expected, **PRODUCTION) == expected


def test_production_trusts_a_proxy_only_when_told():
    found = values("SECURE_PROXY_SSL_HEADER", "ALLAUTH_TRUSTED_PROXY_COUNT", **PRODUCTION, GUICHET_BEHIND_PROXY="1")
    assert found == {"SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"], "ALLAUTH_TRUSTED_PROXY_COUNT": 1}


def test_rate_limits_can_be_lifted_for_a_demo_never_in_production():
    assert values("ACCOUNT_RATE_LIMITS", GUICHET_NO_RATE_LIMITS="1") == {"ACCOUNT_RATE_LIMITS": False}
    strict = values("ACCOUNT_RATE_LIMITS", **PRODUCTION, GUICHET_NO_RATE_LIMITS="1")["ACCOUNT_RATE_LIMITS"]
    assert strict["login_failed"] == "10/m/ip,5/5m/key"


def test_demo_needs_nothing_and_keeps_its_messages():
    found = values("ENVIRONMENT", "DEBUG", "EMAIL_KEPT", "ALLOWED_HOSTS", "DATABASES")
    engine = found.pop("DATABASES")["default"]["ENGINE"]
    assert engine == "django.db.backends.sqlite3"
    assert found == {
        "ENVIRONMENT": "demo",
        "DEBUG": False,
        "EMAIL_KEPT": True,
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]", "testserver"],
    }


@pytest.mark.parametrize(
    "address",
    [
        "http://tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}.png",
        "https://tiles.example.org/{z}/{x}/{y}/{key}.png",
        "https://{s}.tiles.example.org/{z}/{x}/{y}.png",
        "https://me:word@tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org;script-src/{z}/{x}/{y}.png",
        "https://tiles.example.org/{z}/{x}/{y.png",
        "https:///{z}/{x}/{y}.png",
        "https://[::1/{z}/{x}/{y}.png",
        "/tiles/{z}/{x}/{y}.png",
    ],
)
def test_address_of_tiles_that_is_none_is_refused(address):
    done = read("DEBUG", GUICHET_MAP_TILES_URL=address, GUICHET_MAP_ATTRIBUTION="© Nous")
    assert "ImproperlyConfigured: GUICHET_MAP_TILES_URL is like https://" in done.stderr


def test_tiles_need_an_attribution():
    done = read("DEBUG", GUICHET_MAP_TILES_URL="https://tiles.example.org/{z}/{x}/{y}.png")
    assert "ImproperlyConfigured: GUICHET_MAP_ATTRIBUTION" in done.stderr


def test_map_has_tiles_when_the_operator_says_whose():
    assert values("MAP_TILES_URL", "MAP_ATTRIBUTION") == {"MAP_TILES_URL": "", "MAP_ATTRIBUTION": ""}
    given = {"MAP_TILES_URL": "https://tiles.example.org:8443/{z}/{x}/{y}.png?key=a", "MAP_ATTRIBUTION": "© Nous"}
    assert values(*given, **{f"GUICHET_{name}": value for name, value in given.items()}) == given
