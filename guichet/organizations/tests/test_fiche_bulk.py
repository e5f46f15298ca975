"""One change of several fiches: shown before, done one by one, told after."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.organizations import services
from guichet.organizations.enums import BulkAction, OrganizationStatus
from guichet.organizations.models import Activity, Clientele, DirectoryEntry, Organization
from guichet.organizations.staff import fiche_bulk

from .factories import AccessFactory, ManagerFactory, MunicipalityFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return AgentFactory(first_name="Marc", last_name="Gagné")


@pytest.fixture
def agent(client_for, person):
    """A signed-in agent's browser."""
    return client_for(person)


@pytest.fixture
def swim() -> Activity:
    return Activity.objects.create(name="Natation", family="Aquatique")


def page_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode().replace("\N{NO-BREAK SPACE}", " "))


def address(action: BulkAction, *fiches: Organization, query: str = "") -> str:
    ids = query or "&".join(f"id={fiche.pk}" for fiche in fiches)
    return f"{reverse('staff_fiches_bulk_action', args=[action.value])}?{ids}"


def preview(agent, where: str, **data):
    """The page that shows what will change."""
    response = agent.post(where, data)
    assert response.status_code == 200
    assert "plan" in response.context, response.context["form"].errors
    return response


def confirm(agent, where: str, shown, **data):
    """The page that tells what was done."""
    return agent.post(where, {**data, "plan": shown.context["plan"]})


def do(agent, action: BulkAction, *fiches: Organization, **data):
    where = address(action, *fiches)
    return confirm(agent, where, preview(agent, where, **data), **data)


def outcomes(response) -> dict[str, str]:
    """By name: « done », « same » or the problem."""
    return {
        one.organization.name: one.problem or ("done" if one.is_changed else "same")
        for one in response.context["results"]
    }


def fresh(fiche: Organization) -> Organization:
    return Organization.objects.get(pk=fiche.pk)


# --- What to do -----------------------------------------------------------------------------------


def test_ticked_fiches_or_the_whole_filter_are_offered_every_action(agent):
    fiches = [OrganizationFactory(name=name) for name in ("Club A", "Club B")]
    OrganizationFactory(name="École", kind="school")
    ticked = agent.get(reverse("staff_fiches_bulk"), {"id": [fiche.pk for fiche in fiches]})
    assert "2 fiches sont choisies." in page_of(ticked)
    for action in BulkAction.values:
        assert reverse("staff_fiches_bulk_action", args=[action]) in page_of(ticked)
    listed = agent.get(reverse("staff_fiches"), {"kind": "school"})
    assert f"{reverse('staff_fiches_bulk')}?kind=school&amp;id=all" in page_of(listed)
    whole = agent.get(reverse("staff_fiches_bulk"), {"kind": "school", "id": "all"})
    assert [fiche.name for fiche in whole.context["selection"].fiches] == ["École"]


@pytest.mark.parametrize("query", ["", "id=", "id=x&id=-1&id=99999", "id=99999999999999999999", "kind=gone&id=all"])
def test_empty_or_forged_selection_leads_back_and_says_so(agent, query):
    OrganizationFactory()
    for where in (f"{reverse('staff_fiches_bulk')}?{query}", address(BulkAction.ARCHIVE, query=query or "id=")):
        response = agent.get(where, follow=True)
        assert response.redirect_chain[0][0] == reverse("staff_fiches")
        assert "Aucune fiche n’est choisie." in page_of(response)


def test_forged_ids_among_true_ones_are_counted(agent):
    fiche = OrganizationFactory()
    response = agent.get(f"{reverse('staff_fiches_bulk')}?id={fiche.pk}&id=99999&id=x")
    assert "1 fiche est choisie. 2 autres n’existent pas." in page_of(response)


@pytest.mark.parametrize("everything", [True, False])
def test_501_fiches_are_too_many(agent, everything):
    Organization.objects.bulk_create(Organization(name=f"Club {n}", kind="association") for n in range(501))
    pks = list(Organization.objects.values_list("pk", flat=True))
    query = "id=all" if everything else "&".join(f"id={pk}" for pk in pks)
    response = agent.get(f"{reverse('staff_fiches_bulk')}?{query}", follow=True)
    assert "501 fiches, c’est trop d’un coup : au plus 500." in page_of(response)
    fits = agent.get(f"{reverse('staff_fiches_bulk')}?" + "&".join(f"id={pk}" for pk in pks[1:]))
    assert "500 fiches sont choisies." in page_of(fits)


def test_unknown_action_is_not_found(agent):
    assert agent.get(f"{reverse('staff_fiches_bulk_action', args=['effacer'])}?id=1").status_code == 404


# --- Values ---------------------------------------------------------------------------------------


def test_activities_are_added_where_they_are_not_with_event_and_revision(agent, swim):
    bare, other, full = (OrganizationFactory(name=name) for name in "ABC")
    ski = Activity.objects.create(name="Ski", family="Neige")
    other.activities.add(ski)
    full.activities.add(swim)
    where = address(BulkAction.ADD_ACTIVITIES, bare, other, full)
    assert "Cochez au moins un choix." in page_of(agent.post(where, {}))
    shown = preview(agent, where, value=[swim.pk])
    assert [(one.organization.name, one.before, one.after) for one in shown.context["changes"]] == [
        ("A", "", "Natation"),
        ("B", "Ski", "Natation, Ski"),
    ]
    assert shown.context["unchanged"] == 1
    assert not bare.activities.exists()
    done = confirm(agent, where, shown, value=[swim.pk])
    assert outcomes(done) == {"A": "done", "B": "done"}
    assert set(other.activities.all()) == {ski, swim}
    assert "2 fiches sur 2" in page_of(done)
    event = Event.objects.about(other).get()
    assert (event.verb, str(event.actor), event.data) == (
        "organizations.fiche_changed",
        "Marc Gagné",
        {"fields": "activités"},
    )
    assert fresh(other).latest_revision.user.first_name == "Marc"
    assert fresh(full).latest_revision is None


def test_choices_are_removed_archived_ones_too(agent):
    old = Clientele.objects.create(name="Retraités", is_archived=True)
    kept = Clientele.objects.create(name="Familles")
    fiche = OrganizationFactory()
    fiche.clienteles.add(old, kept)
    assert outcomes(do(agent, BulkAction.REMOVE_CLIENTELES, fiche, value=[old.pk])) == {fiche.name: "done"}
    assert list(fiche.clienteles.all()) == [kept]


def test_archived_choice_is_not_given(agent, swim, person):
    old = Activity.objects.create(name="Quilles", family="Vie communautaire", is_archived=True)
    fiche = OrganizationFactory()
    where = address(BulkAction.ADD_ACTIVITIES, fiche)
    for value in (old.pk, 99999, "x"):
        assert "n’est plus offert" in page_of(agent.post(where, {"value": [value]}))
    shown = preview(agent, where, value=[swim.pk])
    Activity.objects.filter(pk=swim.pk).update(is_archived=True)
    assert "n’est plus offert" in page_of(confirm(agent, where, shown, value=[swim.pk]))
    with pytest.raises(InvalidState, match="n’est plus offert"):
        services.change_one(
            organization=fiche,
            seen=fiche.updated_at,
            action=BulkAction.ADD_ACTIVITIES,
            value=[swim.pk],
            actor=person,
        )
    assert not fiche.activities.exists()


@pytest.mark.parametrize(
    ("action", "field", "value", "error"),
    [
        (BulkAction.SET_KIND, "kind", "school", "Choisissez le milieu."),
        (BulkAction.SET_FEDERATION, "federation", "Natation Québec", "Écrivez le nom de la fédération"),
    ],
)
def test_one_value_is_given_to_all(agent, action, field, value, error):
    fiches = [OrganizationFactory() for _n in range(2)]
    assert error in page_of(agent.post(address(action, *fiches), {"value": ""}))
    assert set(outcomes(do(agent, action, *fiches, value=value)).values()) == {"done"}
    assert {getattr(fresh(fiche), field) for fiche in fiches} == {value}


@pytest.mark.parametrize(
    ("action", "value"), [(BulkAction.SET_KIND, "forged"), (BulkAction.SET_FEDERATION, "x" * 121)]
)
def test_value_that_does_not_fit_stays_with_its_error(agent, action, value):
    fiche = OrganizationFactory()
    response = agent.post(address(action, fiche), {"value": value})
    assert response.context["form"].errors["value"]
    assert value in page_of(response) or action == BulkAction.SET_KIND
    assert fresh(fiche).kind == "association"


def test_municipality_is_set_and_the_fiche_is_found_there(agent):
    place = MunicipalityFactory(name="Nicolet", mrc__name="Nicolet-Yamaska")
    fiche = OrganizationFactory(municipality=None)
    where = address(BulkAction.SET_MUNICIPALITY, fiche)
    shown = preview(agent, where, value=place.pk)
    assert [(one.before, one.after) for one in shown.context["changes"]] == [("", "Nicolet")]
    confirm(agent, where, shown, value=place.pk)
    assert Organization.objects.matching("nicolet").get() == fiche
    assert "Choisissez la municipalité." in page_of(agent.post(where, {}))
    assert "n’est plus dans la liste" in page_of(agent.post(where, {"value": "99999"}))


def test_fiches_leave_the_directory_and_none_is_put_in_it(agent):
    listed = OrganizationFactory(name="A", is_listed=True)
    services.refresh_entry(listed)
    hidden = OrganizationFactory(name="B")
    response = do(agent, BulkAction.HIDE, listed, hidden)
    assert outcomes(response) == {"A": "done"}
    assert not DirectoryEntry.objects.exists()
    assert not Organization.objects.filter(is_listed=True).exists()


# --- States and questions -------------------------------------------------------------------------


def test_fiches_are_archived_with_the_reason_and_put_back(agent):
    active, archived = OrganizationFactory(name="A"), OrganizationFactory(name="B", status="archived")
    where = address(BulkAction.ARCHIVE, active, archived)
    shown = preview(agent, where, reason="Dissoutes.")
    assert [(one.organization.name, one.problem) for one in shown.context["left_out"]] == [
        ("B", "Cette fiche n’est pas en service.")
    ]
    assert "Cette fiche n’est pas en service." in page_of(shown)
    assert outcomes(confirm(agent, where, shown, reason="Dissoutes.")) == {"A": "done"}
    assert fresh(active).status == OrganizationStatus.ARCHIVED
    assert Event.objects.about(active).get().reason == "Dissoutes."
    assert outcomes(do(agent, BulkAction.RESTORE, active, archived)) == {"A": "done", "B": "done"}
    assert fresh(active).status == fresh(archived).status == OrganizationStatus.ACTIVE


def test_question_leaves_at_once_once_a_day_for_fiches_with_a_gestionnaire(agent):
    managed = ManagerFactory(organization__name="A").organization
    alone = AccessFactory(organization__name="B").organization
    where = address(BulkAction.ASK, managed, alone)
    shown = agent.get(where)
    assert [one.problem for one in shown.context["left_out"]] == [
        "Cette fiche n’a pas de gestionnaire à qui le demander."
    ]
    assert outcomes(confirm(agent, where, shown)) == {"A": "done"}
    assert OutgoingMessage.objects.get().kind == "organizations/messages/content_check"
    assert Event.objects.about(managed).get().sentence.startswith("Marc Gagné a demandé aux gestionnaires")
    assert outcomes(confirm(agent, where, shown)) == {"A": "La question est déjà partie depuis hier."}
    assert agent.get(where).context["count"] == 0
    assert services.send_content_checks() == 0
    assert OutgoingMessage.objects.count() == 1


@pytest.mark.parametrize("action", [BulkAction.SET_FEDERATION, BulkAction.HIDE, BulkAction.ASK, BulkAction.ARCHIVE])
@pytest.mark.parametrize("status", ["archived", "requested", "refused"])
def test_fiche_in_another_state_is_left_out_and_refused(agent, person, action, status):
    fiche = ManagerFactory(organization__is_listed=True).organization
    data = {"value": "Natation Québec"} if action == BulkAction.SET_FEDERATION else {}
    where = address(action, fiche)
    shown = preview(agent, where, **data)
    Organization.objects.filter(pk=fiche.pk).update(status=status)
    (problem,) = outcomes(confirm(agent, where, shown, **data)).values()
    assert problem not in {"done", "same", ""}
    assert preview(agent, where, **data).context["left_out_count"] == 1


# --- Meanwhile ------------------------------------------------------------------------------------


def test_fiche_that_somebody_changed_meanwhile_is_left_alone_and_said(agent):
    moved, still = OrganizationFactory(name="A"), OrganizationFactory(name="B")
    where = address(BulkAction.SET_FEDERATION, moved, still)
    shown = preview(agent, where, value="Natation Québec")
    services.save_section(
        organization=moved, values={"federation": "Ski Québec"}, base={}, actor=ManagerFactory(organization=moved).user
    )
    done = outcomes(confirm(agent, where, shown, value="Natation Québec"))
    assert done["B"] == "done"
    assert done["A"].startswith("Quelqu’un d’autre l’a modifiée entre-temps")
    assert fresh(moved).federation == "Ski Québec"
    # Sent twice: the second finds its own work.
    again = outcomes(confirm(agent, where, shown, value="Natation Québec"))
    assert all(problem.startswith("Quelqu’un d’autre") for problem in again.values())
    assert Event.objects.about(still).count() == 1


def test_field_with_a_proposal_is_left_to_its_decision(agent, person):
    fiche = OrganizationFactory(federation="Avant")
    services.save_section(
        organization=fiche, values={"federation": "Proposée"}, base={}, actor=AccessFactory(organization=fiche).user
    )
    where = address(BulkAction.SET_FEDERATION, fiche)
    shown = preview(agent, where, value="Natation Québec")
    assert shown.context["left_out"][0].problem == "Une modification de ce champ est proposée et attend une décision."
    with pytest.raises(InvalidState, match="attend une décision"):
        services.change_one(
            organization=fiche,
            seen=fresh(fiche).updated_at,
            action=BulkAction.SET_FEDERATION,
            value="Natation Québec",
            actor=person,
        )
    assert fresh(fiche).federation == "Avant"


@pytest.mark.parametrize("plan", ["", "forgé", "a:b:c"])
def test_forged_plan_changes_nothing(agent, plan):
    fiche = OrganizationFactory()
    where = address(BulkAction.SET_KIND, fiche)
    response = agent.post(where, {"value": "school", "plan": plan}, follow=True)
    assert "Rien n’est modifié" in page_of(response)
    assert fresh(fiche).kind == "association"


def test_plan_of_one_action_is_none_of_another(agent):
    fiche = OrganizationFactory()
    shown = preview(agent, address(BulkAction.SET_FEDERATION, fiche), value="Natation Québec")
    response = agent.post(address(BulkAction.ARCHIVE, fiche), {"plan": shown.context["plan"]}, follow=True)
    assert "Rien n’est modifié" in page_of(response)
    assert fresh(fiche).is_active


def test_client_changes_nothing(person):
    fiche = ManagerFactory().organization
    with pytest.raises(PermissionDenied):
        services.change_one(
            organization=fiche,
            seen=fiche.updated_at,
            action=BulkAction.HIDE,
            actor=fiche.accesses.get().user,
        )


# --- Many -----------------------------------------------------------------------------------------


def test_first_fifty_are_shown_and_all_are_changed(agent, monkeypatch):
    monkeypatch.setattr(fiche_bulk, "SHOWN_AT_MOST", 2)
    fiches = [OrganizationFactory() for _n in range(3)]
    where = address(BulkAction.SET_KIND, *fiches)
    shown = preview(agent, where, value="school")
    assert "Les 2 premières :" in page_of(shown)
    assert len(shown.context["changes"]) == 2
    assert len(outcomes(confirm(agent, where, shown, value="school"))) == 3


@pytest.mark.parametrize("action", [BulkAction.ADD_ACTIVITIES, BulkAction.SET_MUNICIPALITY, BulkAction.ASK])
def test_preview_costs_the_same_for_any_number_of_fiches(agent, swim, action):
    place = MunicipalityFactory(name="Nicolet")
    data = {
        BulkAction.ADD_ACTIVITIES: {"value": [swim.pk]},
        BulkAction.SET_MUNICIPALITY: {"value": place.pk},
        BulkAction.ASK: {},
    }[action]
    preview_of = address(action, query="id=all")
    ManagerFactory()
    agent.post(preview_of, data)
    counts = []
    for _round in range(2):
        for _n in range(4):
            ManagerFactory()
        with CaptureQueriesContext(connection) as captured:
            preview(agent, preview_of, **data)
        counts.append(len(captured))
    # What is kept in the process for some seconds may spare one.
    assert counts[1] <= counts[0] <= 22
