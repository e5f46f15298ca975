"""The logo, the pictures and the documents of a fiche: sent, proposed, approved, shown to whom they may be."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from guichet.core.errors import InvalidState
from guichet.core.models import OutgoingMessage
from guichet.organizations import services
from guichet.organizations.models import FicheChange, FicheFile
from guichet.organizations.values import merge_keyed
from tests.support.pages import text_of

from .factories import AccessFactory, DocumentFactory, ManagerFactory, OrganizationFactory, PictureFactory, image_bytes
from .test_fiche_views import filled, save, url

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 assurance"


@pytest.fixture
def fiche():
    return OrganizationFactory(name="Club de natation", is_listed=True)


@pytest.fixture
def manager(fiche):
    return ManagerFactory(organization=fiche).user


@pytest.fixture
def contributor(fiche):
    return AccessFactory(organization=fiche).user


def png(name: str = "logo.png", **options) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, image_bytes(**options))


def pdf(name: str = "assurance.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


# --- Pictures -----------------------------------------------------------------------------------


def test_managers_logo_and_photo_show_at_once_on_the_public_page(client, fiche, manager):
    client.force_login(manager)
    page = save(client, fiche, "pictures", logo_file=png(), picture_file=png("p.png"), picture_alt="Le bassin")
    assert "C’est en vigueur : logo, photos." in text_of(page)
    fiche.refresh_from_db()
    client.logout()
    entry = client.get(fiche.directory_entry.get_absolute_url())
    logo, photo = entry.context["logo"], entry.context["pictures"][0]
    assert photo.alt == "Le bassin"
    for picture in (logo, photo):
        assert all(b"WEBP" in client.get(address).getvalue() for address in (picture.small, picture.large))


def test_contributors_picture_waits_and_the_manager_sees_both_side_by_side(client, fiche, manager, contributor):
    old = PictureFactory(organization=fiche)
    fiche.logo = old.pk
    fiche.save()
    services.refresh_entry(fiche)
    client.force_login(contributor)
    assert "Proposé" in text_of(save(client, fiche, "pictures", logo_file=png()))
    change = FicheChange.objects.get()
    client.force_login(manager)
    page = client.get(url("changes", fiche)).content.decode()
    for pk in (old.pk, change.value):
        assert url("picture", fiche, pk, "petite") in page
    client.post(url("changes", fiche), {f"change_{change.pk}": "approve"})
    fiche.refresh_from_db()
    assert fiche.logo == change.value
    assert fiche.directory_entry.data["logo"] == change.value


def test_picture_that_is_proposed_is_not_public(client, fiche, contributor):
    client.force_login(contributor)
    save(client, fiche, "pictures", picture_file=png(), picture_alt="Le bassin")
    services.refresh_entry(fiche)
    (file,) = FicheFile.objects.all()
    client.logout()
    assert client.get(reverse("website:directory_picture", args=[fiche.pk, file.pk, "petite"])).status_code == 404


def test_picture_without_a_description_is_kept_and_asked_for(client, fiche, manager):
    client.force_login(manager)
    page = save(client, fiche, "pictures", picture_file=png("bassin.png"))
    assert "Dites en quelques mots ce qu’on voit sur la photo." in text_of(page)
    assert "Reçu : « bassin.webp »" in text_of(page)
    again = client.post(url("fiche_section", fiche, "pictures"), {**filled(page), "picture_alt": "Le bassin"})
    assert again.status_code == 302
    fiche.refresh_from_db()
    assert [one["alt"] for one in fiche.pictures] == ["Le bassin"]
    assert FicheFile.objects.count() == 1


def test_picture_is_described_anew_and_taken_away(client, fiche, manager):
    first, second = PictureFactory(organization=fiche), PictureFactory(organization=fiche)
    fiche.pictures = [{"file": first.pk, "alt": "Un"}, {"file": second.pk, "alt": "Deux"}]
    fiche.save()
    client.force_login(manager)
    save(client, fiche, "pictures", **{f"remove_{first.pk}": "on", f"alt_{second.pk}": "La nage"})
    fiche.refresh_from_db()
    assert fiche.pictures == [{"file": second.pk, "alt": "La nage"}]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>"), "Les images SVG ne sont pas acceptées."),
        (SimpleUploadedFile("logo.png", b""), "Ce fichier est vide."),
        (SimpleUploadedFile("logo.png", b"MZ"), "Ce fichier n’est pas une image lisible."),
    ],
)
def test_bad_picture_is_told_beside_its_field_and_nothing_else_is_lost(client, fiche, manager, file, message):
    client.force_login(manager)
    file.seek(0)
    page = save(client, fiche, "pictures", logo_file=file, picture_file=png(), picture_alt="Le bassin")
    assert message in text_of(page)
    assert 'value="Le bassin"' in page.content.decode()
    assert page.context["form"].received().keys() == {"picture_file"}


def test_picture_past_the_limit_of_every_form_is_told(client, fiche, manager, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    client.force_login(manager)
    heavy = SimpleUploadedFile("photo.png", image_bytes(size=(400, 400)) + b"\0" * 2000)
    page = save(client, fiche, "pictures", picture_file=heavy, picture_alt="Le bassin")
    assert "Ce fichier est trop lourd : 15,0 Mio au plus." in text_of(page)
    assert 'value="Le bassin"' in page.content.decode()


def test_file_of_another_fiche_is_never_taken(client, fiche, manager):
    elsewhere = PictureFactory()
    client.force_login(manager)
    save(client, fiche, "pictures", picture_file_id=elsewhere.pk, picture_alt="Volée")
    fiche.refresh_from_db()
    assert fiche.pictures == []
    with pytest.raises(InvalidState):
        services.save_section(organization=fiche, values={"logo": elsewhere.pk}, base={"logo": None}, actor=manager)


@pytest.mark.parametrize("key", ["²", "-1", "x", "9" * 30, "٣"])
def test_key_that_is_none_brings_no_file(client, fiche, manager, key):
    client.force_login(manager)
    page = save(client, fiche, "pictures", picture_file_id=key, picture_alt="Le bassin")
    assert page.status_code == 200
    fiche.refresh_from_db()
    assert fiche.pictures == []


def test_two_people_add_a_picture_at_once_and_both_are_kept(fiche, manager):
    first, second = PictureFactory(organization=fiche), PictureFactory(organization=fiche)
    for file in (first, second):
        services.save_section(
            organization=fiche,
            values={"pictures": [{"file": file.pk, "alt": "x"}]},
            base={"pictures": []},
            actor=manager,
        )
    fiche.refresh_from_db()
    assert [one["file"] for one in fiche.pictures] == [first.pk, second.pk]


def test_two_people_describe_one_picture_and_the_second_is_asked(fiche, manager):
    file = PictureFactory(organization=fiche)
    base = [{"file": file.pk, "alt": "x"}]
    fiche.pictures = [{"file": file.pk, "alt": "theirs"}]
    fiche.save()
    with pytest.raises(services.EditConflict):
        services.save_section(
            organization=fiche,
            values={"pictures": [{"file": file.pk, "alt": "mine"}]},
            base={"pictures": base},
            actor=manager,
        )


@pytest.mark.parametrize(
    ("base", "theirs", "yours", "merged"),
    [
        ("a", "ab", "ac", "abc"),
        ("ab", "a", "abc", "ac"),
        ("ab", "b", "a", ""),
        ("a", "a", "", ""),
        ("", "a", "a", "a"),
    ],
)
def test_lists_of_files_merge_by_item(base, theirs, yours, merged):
    def items(keys: str) -> list[dict]:
        return [{"file": key} for key in keys]

    assert merge_keyed(items(base), items(theirs), items(yours), "file") == items(merged)


@pytest.mark.parametrize("broken", [None, "x", [1], [{"other": 1}]])
def test_what_is_no_list_of_files_merges_with_nothing(broken):
    assert merge_keyed(broken, [], [], "file") is None


def test_earlier_version_brings_its_picture_back(fiche, manager):
    file = PictureFactory(organization=fiche)
    services.save_section(organization=fiche, values={"logo": file.pk}, base={"logo": None}, actor=manager)
    services.save_section(organization=fiche, values={"logo": None}, base={"logo": file.pk}, actor=manager)
    with_logo = services.versions(fiche)[1]
    services.restore_version(organization=fiche, revision=with_logo, actor=manager)
    fiche.refresh_from_db()
    assert fiche.logo == file.pk


# --- Documents ----------------------------------------------------------------------------------


def test_document_is_kept_private_with_its_expiry(client, fiche, manager, contributor):
    client.force_login(manager)
    save(
        client,
        fiche,
        "documents",
        document_file=pdf(),
        kind_new="insurance",
        expires_on_new="2027-03-01",
    )
    fiche.refresh_from_db()
    (document,) = fiche.documents
    assert (document["kind"], document["title"], document["expires_on"]) == (
        "insurance",
        "assurance.pdf",
        "2027-03-01",
    )
    assert "documents" not in fiche.directory_entry.data
    client.force_login(contributor)
    got = client.get(url("document", fiche, document["file"]))
    assert got.getvalue() == PDF
    assert got["Content-Disposition"] == 'attachment; filename="assurance.pdf"'
    assert "Preuve d’assurance · assurance.pdf · échéance" in text_of(client.get(url("fiche", fiche)))


def test_document_that_is_not_what_it_says_is_refused(client, fiche, manager):
    client.force_login(manager)
    page = save(client, fiche, "documents", document_file=SimpleUploadedFile("a.pdf", b"MZ"), kind_new="other")
    assert "Ce fichier se termine par « .pdf », mais son contenu n’en est pas." in text_of(page)


def test_contributors_document_waits_for_a_manager(client, fiche, contributor):
    client.force_login(contributor)
    save(client, fiche, "documents", document_file=pdf(), kind_new="charter")
    fiche.refresh_from_db()
    assert fiche.documents == []
    assert FicheChange.objects.get().field == "documents"


def document_of(fiche, expires_on: str) -> FicheFile:
    file = DocumentFactory(organization=fiche)
    fiche.documents = [{"file": file.pk, "kind": "insurance", "title": "Police", "expires_on": expires_on}]
    fiche.save()
    return file


def test_managers_are_reminded_once_before_and_once_after_the_expiry(fiche, manager):
    document_of(fiche, "2027-03-01")
    days = ["2027-01-29", "2027-01-30", "2027-02-10", "2027-03-01", "2027-03-02", "2027-04-01"]
    sent = [services.send_document_reminders(today=dt.date.fromisoformat(day)) for day in days]
    assert sent == [0, 1, 0, 0, 1, 0]
    subjects = OutgoingMessage.objects.filter(to=manager.email).order_by("pk").values_list("subject", flat=True)
    assert [subject.partition("\N{NO-BREAK SPACE}: ")[0] for subject in subjects] == [
        "Un document arrive à échéance",
        "Un document est échu",
    ]


def test_archived_fiche_is_not_reminded(fiche, manager):
    document_of(fiche, "2027-03-01")
    fiche.status = "archived"
    fiche.save()
    assert services.send_document_reminders(today=dt.date(2027, 3, 1)) == 0


def test_expired_document_stands_out(client, fiche, manager):
    document_of(fiche, "2020-03-01")
    client.force_login(manager)
    assert "Échu" in text_of(client.get(url("fiche", fiche)))


def test_file_that_was_never_saved_is_forgotten_with_its_content(fiche, django_capture_on_commit_callbacks):
    unused = PictureFactory(organization=fiche, is_used=False)
    used = PictureFactory(organization=fiche)
    later = timezone.now() + dt.timedelta(days=8)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.forget_unused_files(now=later) == 1
    assert list(FicheFile.objects.all()) == [used]
    assert not unused.file.storage.exists(unused.file.name)
    assert used.file.storage.exists(used.file.name)


# --- Taking it along ----------------------------------------------------------------------------


def test_manager_takes_the_whole_fiche_along(client, fiche, manager):
    document_of(fiche, "2027-03-01")
    former = PictureFactory(organization=fiche)
    fiche.description = "Nager <b>ensemble</b>"
    fiche.save()
    services.confirm_content(organization=fiche, actor=manager)
    fiche.save_revision(user=manager, clean=False)
    client.force_login(manager)
    answer = client.post(url("take_fiche", fiche))
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    document = f"documents/{fiche.documents[0]['file']}-assurance.pdf"
    assert set(archive.namelist()) == {
        "index.html",
        "fiche.json",
        "versions.json",
        "historique.csv",
        document,
        f"versions-anterieures/images/{former.pk}-piscine.webp",
    }
    assert archive.read(document) == PDF
    index = archive.read("index.html").decode()
    assert "Nager &lt;b&gt;ensemble&lt;/b&gt;" in index
    assert f'href="{document}"' in index
    data = json.loads(archive.read("fiche.json"))
    assert data["fields"]["description"]["value"] == "Nager <b>ensemble</b>"
    assert data["users"][0]["email"] == manager.email
    assert "a confirmé que la fiche est toujours vraie" in archive.read("historique.csv").decode()
    assert json.loads(archive.read("versions.json"))[0]["by"] == str(manager)
