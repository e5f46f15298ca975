"""One way to write an address, and every link in every message at the portal's own address."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from guichet.accounts.emails import clean_email, normalize_email
from guichet.accounts.models import User
from tests.support.pages import plain

from .factories import UserFactory

INCOMPLETE = "Cette adresse courriel n’est pas complète. Exemple : prenom.nom@exemple.ca"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("zoe@example.org", "zoe@example.org"),
        ("Zoe.Cote@Example.ORG", "zoe.cote@example.org"),
        ("  zoe@example.org\t", "zoe@example.org"),
        ("\u200bzoe@example.org\u00a0", "zoe@example.org"),
        ("ｚｏｅ@example.org", "zoe@example.org"),
        ("zoe@québec.example", "zoe@québec.example"),
        ("zoe@que\u0301bec.example", "zoe@québec.example"),
        (f"zoe@{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 54}.ca", f"zoe@{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 54}.ca"),
    ],
)
def test_address_has_one_spelling(typed, stored):
    assert normalize_email(typed) == stored
    assert clean_email(typed) == stored


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("zoé@example.org", "La partie avant le @ ne peut pas contenir d’accent : vérifiez l’adresse."),
        (f"zoe@{'a' * 300}.ca", "Cette adresse est trop longue : une adresse courriel compte au plus 254 caractères."),
        ("zoe", "Cette adresse courriel n’est pas complète. Exemple : prenom.nom@exemple.ca"),
        ("zoe@example", "Cette adresse courriel n’est pas complète. Exemple : prenom.nom@exemple.ca"),
        ("zoe cote@example.org", "Cette adresse courriel n’est pas complète. Exemple : prenom.nom@exemple.ca"),
        ("", "Cette adresse courriel n’est pas complète. Exemple : prenom.nom@exemple.ca"),
        (
            "zoe@example.org\nbcc:x@example.org",
            "Cette adresse courriel n’est pas complète. Exemple : prenom.nom@exemple.ca",
        ),
    ],
)
def test_address_that_is_none_is_told_in_words(typed, sentence):
    with pytest.raises(ValidationError) as refused:
        clean_email(typed)
    assert [plain(message) for message in refused.value.messages] == [plain(sentence)]


@pytest.mark.django_db
def test_two_people_never_share_an_address_whatever_its_case():
    UserFactory(email="zoe@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="other", email="ZOE@example.org")
