"""The fiche over HTTP: sections, proposals, conflicts, versions and drafts."""

from __future__ import annotations

import html
import re

import pytest
from django.conf import settings
from django.urls import reverse

from guichet.accounts.tests.factories import AgentFactory
from guichet.organizations import services
from guichet.organizations.content import default_public_fields
from guichet.organizations.enums import Section
from guichet.organizations.models import AccessFeature, Activity, FicheChange, Organization, SectionDraft
from tests.support.pages import text_of

from .factories import AccessFactory, ManagerFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def fiche():
    return OrganizationFactory(name="Club de natation", description="Nager en groupe.")


@pytest.fixture
def manager(fiche):
    return ManagerFactory(organization=fiche).user


@pytest.fixture
def contributor(fiche):
    return AccessFactory(organization=fiche).user


def url(name: str, fiche, *args) -> str:
    return reverse(f"organizations:{name}", args=[fiche.pk, *args])


def filled(response) -> dict:
    """What the browser would send of a section's form as it stands."""
    form = response.context["form"]
    data = {"base": response.context["base"], "theirs": response.context["theirs"]}
    for field in form:
        value = field.value()
        if value is True or (value not in (None, "", False) and not isinstance(value, list)):
            data[field.html_name] = value
        elif isinstance(value, list):
            data[field.html_name] = [str(getattr(one, "pk", one)) for one in value]
    return data


def save(client, fiche, section: str, **typed):
    address = url("fiche_section", fiche, section)
    return client.post(address, {**filled(client.get(address)), **typed}, follow=True)


def again(fiche) -> Organization:
    return Organization.objects.get(pk=fiche.pk)


# --- Reading --------------------------------------------------------------------------------------


def test_fiche_reads_by_section_and_says_what_is_missing(client_for, fiche, manager):
    page = text_of(client_for(manager).get(url("fiche", fiche)))
    for section in Section:
        assert str(section.label) in page
        assert url("fiche_section", fiche, section.value) in page
    for words in ("Nager en groupe.", "Remplie à", "Nous vous joignons ainsi en cas d’urgence.", "Privé"):
        assert words in page
    assert "Public" not in re.sub(r"(?i)répertoire public|renseignements publics", "", page.split("Identité")[1][:400])


def test_fiche_says_which_fields_the_public_sees(client_for, fiche, manager):
    client = client_for(manager)
    save(client, fiche, "visibility", is_listed="on", public_email="on")
    rows = {
        row["name"]: row["is_public"]
        for section in client.get(url("fiche", fiche)).context["sections"]
        for row in section["rows"]
    }
    shown = {name for name, is_public in rows.items() if is_public}
    assert shown == {"name", "usual_name", "initials", "kind", "municipality", *default_public_fields(), "email"}


def test_manager_says_that_all_is_still_true(client_for, fiche, manager):
    client = client_for(manager)
    page = text_of(client.post(url("confirm_content", fiche), follow=True))
    assert "tout est encore vrai" in page
    assert again(fiche).content_confirmed_at


# --- Changing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", list(Section))
def test_section_saved_as_it_stands_changes_nothing(client_for, fiche, manager, section):
    fiche.people = [{"name": "Zoé Côté", "function": "Présidente", "email": "", "phone": ""}]
    fiche.description = "Deux\nlignes"
    fiche.seasons = ["summer", "winter"]
    fiche.phone = "+18195550123"
    fiche.save()
    fiche.activities.add(Activity.objects.create(name="Essai", family="Eau", is_archived=True))
    assert "Rien n’a changé." in text_of(save(client_for(manager), fiche, section.value))
    assert not again(fiche).revisions.exists()


def test_manager_saves_and_it_is_in_force(client_for, fiche, manager):
    feature = AccessFeature.objects.create(name="Entrée d’essai")
    page = text_of(
        save(
            client_for(manager),
            fiche,
            "offer",
            description="Nager mieux.",
            seasons=["winter", "summer"],
            access_features=[feature.pk],
        )
    )
    assert "C’est en vigueur : description, saisons, mesures d’accessibilité." in page
    fiche = again(fiche)
    assert (fiche.description, fiche.seasons) == ("Nager mieux.", ["winter", "summer"])
    assert list(fiche.access_features.all()) == [feature]


def test_reserved_field_says_so_and_waits_for_the_body(client_for, fiche, manager):
    client = client_for(manager)
    assert "attendra l’approbation de LSCQ" in text_of(client.get(url("fiche_section", fiche, "identity")))
    page = text_of(save(client, fiche, "identity", name="Club neuf", federation="Natation Québec"))
    assert "C’est en vigueur : fédération ou regroupement." in page
    assert "attend l’approbation de LSCQ (nom)" in page
    assert again(fiche).name == "Club de natation"
    assert "En attente chez LSCQ" in text_of(client.get(url("changes", fiche)))


def test_people_are_a_repeated_group(client_for, fiche, manager):
    save(client_for(manager), fiche, "people", person_0_name="Zoé Côté", person_0_phone="819 555-0123")
    assert again(fiche).people == [{"name": "Zoé Côté", "function": "", "email": "", "phone": "+18195550123"}]
    page = text_of(save(client_for(manager), fiche, "people", person_1_function="Trésorier"))
    assert "Écrivez le nom de cette personne." in page


@pytest.mark.parametrize(
    ("section", "typed"),
    [
        ("identity", {"neq": "1234567890"}),
        ("identity", {"founded_year": "12"}),
        ("offer", {"members_count": "99999999999999999999"}),
        ("place", {"postal_code": "M5V 3L9"}),
        ("place", {"mailing_postal_code": "90210"}),
        ("contact", {"website": "javascript:alert(1)"}),
        ("contact", {"facebook": "javascript://x.org/%0aalert(1)"}),
        ("contact", {"other_network": "data:text/html,x"}),
        ("contact", {"phone": "12"}),
        ("contact", {"email": "pas une adresse"}),
    ],
)
def test_wrong_value_is_refused_and_stays_in_the_form(client_for, fiche, manager, section, typed):
    response = save(client_for(manager), fiche, section, **typed)
    assert response.context["form"].errors.keys() == typed.keys()
    assert [response.context["form"][name].value() for name in typed] == list(typed.values())
    assert not again(fiche).revisions.exists()


def test_html_in_a_text_is_shown_as_text(client_for, fiche, manager, contributor):
    text = "<script>alert(1)</script><b>gras</b>"
    save(client_for(contributor), fiche, "offer", description=text)
    client = client_for(manager)
    for name in ("fiche", "changes"):
        page = client.get(url(name, fiche)).content.decode()
        assert "<script>alert" not in page
        assert "<b>gras" not in page
    save(client, fiche, "offer", territory="Ici")
    for revision in services.versions(fiche):
        assert "<script>alert" not in client.get(url("version", fiche, revision.pk)).content.decode()


def test_unknown_section_is_not_found(client_for, fiche, manager):
    assert client_for(manager).get(url("fiche_section", fiche, "nulle-part")).status_code == 404


def test_archived_fiche_is_not_edited_by_staff(client_for, fiche):
    agent = AgentFactory()
    services.archive_organization(organization=fiche, actor=agent)
    page = text_of(client_for(agent).get(url("fiche_section", fiche, "offer"), follow=True))
    assert "Cette fiche n’est plus en service" in page


# --- Proposing and approving ----------------------------------------------------------------------


def test_manager_approves_a_part_of_what_a_contributor_proposes(client_for, fiche, manager, contributor):
    theirs, ours = client_for(contributor), client_for(manager)
    page = text_of(save(theirs, fiche, "offer", description="Nager seul en groupe.", territory="La lune"))
    assert "une personne gestionnaire doit l’approuver (description, territoire desservi)" in page
    assert "En attente :" in page
    home = text_of(ours.get(url("home", fiche)))
    assert "2 modifications de la fiche nécessitent une approbation. Accéder aux modifications ici." in home
    response = ours.get(url("changes", fiche))
    assert re.search(r"<ins>.*?ajouté.*?seul", response.content.decode(), re.DOTALL)
    fields = {row["change"].field: row["choice"].html_name for row in response.context["rows"]}
    decisions = {fields["description"]: "approve", fields["territory"]: "refuse", "reason": "Trop loin."}
    ours.post(url("changes", fiche), decisions)
    assert (again(fiche).description, again(fiche).territory) == ("Nager seul en groupe.", "")
    page = text_of(theirs.get(url("fiche", fiche)))
    assert "Trop loin." in page
    assert "La lune" in page
    assert "nécessite" not in text_of(ours.get(url("home", fiche)))


def test_approve_everything_approves_only_what_was_shown(client_for, fiche, manager, contributor):
    save(client_for(contributor), fiche, "offer", description="Nager seul.")
    ours = client_for(manager)
    (row,) = ours.get(url("changes", fiche)).context["rows"]
    save(client_for(contributor), fiche, "offer", territory="Ailleurs")
    ours.post(url("changes", fiche), {row["choice"].html_name: "later", "everything": "1"})
    assert (again(fiche).description, again(fiche).territory) == ("Nager seul.", "")


def test_contributor_does_not_open_the_changes(client_for, fiche, contributor):
    assert client_for(contributor).get(url("changes", fiche)).status_code == 403


def test_contributor_withdraws_their_own_proposal_and_no_other(client_for, fiche, contributor):
    save(client_for(contributor), fiche, "offer", description="Nager seul.")
    change = FicheChange.objects.get()
    other = AccessFactory(organization=fiche).user
    assert client_for(other).post(url("withdraw_change", fiche, change.pk)).status_code == 403
    page = text_of(client_for(contributor).post(url("withdraw_change", fiche, change.pk), follow=True))
    assert "La proposition est retirée : Description." in page
    assert services.waiting_changes(fiche) == {}


@pytest.mark.parametrize("name", ["fiche", "changes", "versions"])
def test_outsider_finds_nothing(client_for, fiche, name):
    client = client_for(ManagerFactory().user)
    assert client.get(url(name, fiche)).status_code == 404
    assert client.get(url("fiche_section", fiche, "offer")).status_code == 404


# --- Two people at once ---------------------------------------------------------------------------


@pytest.fixture
def conflict(client_for, fiche, manager):
    """A manager's form on which somebody else was faster; the page that both versions are on."""
    client, other = client_for(manager), ManagerFactory(organization=fiche).user
    address = url("fiche_section", fiche, "offer")
    typed = {**filled(client.get(address)), "description": "De moi.", "territory": "Warwick"}
    save(client_for(other), fiche, "offer", description="De l’autre.")
    return client, address, client.post(address, typed), other


def test_conflict_shows_both_versions_and_writes_nothing(fiche, conflict):
    _client, _address, response, other = conflict
    page = text_of(response)
    assert response.status_code == 409
    for words in (f"La version de {other}", "De l’autre.", "La vôtre", "De moi.", "Warwick"):
        assert words in page
    assert (again(fiche).description, again(fiche).territory) == ("De l’autre.", "")


@pytest.mark.parametrize(("choice", "kept"), [("mine", "De moi."), ("theirs", "De l’autre.")])
def test_conflict_is_settled_by_a_choice_and_nothing_is_lost(fiche, conflict, choice, kept):
    client, address, response, _other = conflict
    response = client.post(address, {**filled(response), "choice_description": choice})
    assert response.status_code == 302
    assert (again(fiche).description, again(fiche).territory) == (kept, "Warwick")


def test_conflict_without_a_choice_stays_a_question(fiche, conflict):
    client, address, response, _other = conflict
    assert client.post(address, filled(response)).status_code == 409
    assert again(fiche).description == "De l’autre."


@pytest.mark.parametrize("base", ["", "[]", "{", '{"description": {"x": 1}, "status": "archived"}'])
def test_forged_base_changes_nothing_but_what_was_typed(client_for, fiche, manager, base):
    response = save(client_for(manager), fiche, "offer", base=base, territory="Warwick")
    assert response.status_code in {200, 409}
    assert again(fiche).status == "active"


# --- Versions -------------------------------------------------------------------------------------


def test_versions_say_what_changed_and_lead_back(client_for, fiche, manager):
    client = client_for(manager)
    save(client, fiche, "offer", description="Nager seul.")
    page = text_of(client.get(url("versions", fiche)))
    assert "A changé : description" in page
    assert str(manager) in page
    first = services.versions(fiche).last()
    assert "Revenir à cette version" in text_of(client.get(url("version", fiche, first.pk)))
    assert "C’est en vigueur : description." in text_of(
        client.post(url("restore_version", fiche, first.pk), follow=True)
    )
    assert again(fiche).description == "Nager en groupe."


def test_version_of_another_fiche_is_not_found(client_for, fiche, manager):
    revision = OrganizationFactory().save_revision(clean=False)
    client = client_for(manager)
    assert client.get(url("version", fiche, revision.pk)).status_code == 404
    assert client.post(url("restore_version", fiche, revision.pk)).status_code == 404


# --- What is being typed --------------------------------------------------------------------------


def test_draft_is_kept_shown_again_and_forgotten_once_saved(client_for, fiche, manager):
    client, address = client_for(manager), url("fiche_section", fiche, "offer")
    typed = {**filled(client.get(address)), "description": "Je commence à écr", "members_count": "beaucoup"}
    answer = client.post(url("keep_draft", fiche, "offer"), {**typed, "csrfmiddlewaretoken": "secret"})
    assert "Brouillon enregistré à" in answer.content.decode()
    assert "secret" not in SectionDraft.objects.get().data
    page = client.get(address)
    assert "Je commence à écr" in html.unescape(page.content.decode())
    assert "Abandonner le brouillon" in text_of(page)
    assert not page.context["form"].errors
    client.post(address, {**filled(page), "members_count": "12"})
    assert again(fiche).description == "Je commence à écr"
    assert not SectionDraft.objects.exists()


def test_draft_is_its_authors_alone_and_may_be_abandoned(client_for, fiche, manager, contributor):
    client = client_for(manager)
    client.post(url("keep_draft", fiche, "offer"), {"description": "Mon secret"})
    assert "Mon secret" not in text_of(client_for(contributor).get(url("fiche_section", fiche, "offer")))
    page = text_of(client.post(url("drop_draft", fiche, "offer"), follow=True))
    assert "Mon secret" not in page
    assert not SectionDraft.objects.exists()


def test_draft_of_a_session_that_ended_is_not_kept(client, fiche):
    assert client.post(url("keep_draft", fiche, "offer"), {"description": "x"}).status_code == 401


def test_session_that_ended_keeps_what_was_typed(client_for, fiche, manager):
    client, address = client_for(manager), url("fiche_section", fiche, "offer")
    typed = {**filled(client.get(address)), "description": "Toute la nuit"}
    del client.cookies[settings.SESSION_COOKIE_NAME]
    assert reverse("account_login") in client.post(address, typed).headers["Location"]
    client.force_login(manager)
    page = client.get(address)
    assert "Toute la nuit" in text_of(page)
    assert "Ce que vous aviez écrit est toujours là" in text_of(page)
    client.post(address, filled(page))
    assert again(fiche).description == "Toute la nuit"


def test_fiche_that_never_changed_says_that_it_has_no_versions(client_for, fiche, manager):
    answer = client_for(manager).get(url("versions", fiche))
    assert answer.status_code == 200
    assert answer.context["rows"] == []
