"""Taking in, entrusting and labelling many applications at once: the plan, each on its own, what holds one back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.models import Event, OutgoingMessage
from guichet.core.shared import forget
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Application, Conflict, Label
from guichet.funding.services import reviewing
from guichet.organizations.tests.factories import AccessFactory
from tests.support.pages import text_of

from .evaluating import an_evaluation
from .factories import ApplicationFactory, SubmittedFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return an_evaluation()


@pytest.fixture
def browser(client_for, world):
    """The officer's."""
    return client_for(world.officer)


@pytest.fixture
def colleague(world):
    """Of the same programme."""
    person = AgentFactory(first_name="Luc", last_name="Côté")
    world.call.program.officers.add(person)
    return person


def ticked(action: str, *applications: Application) -> str:
    query = "&".join(f"id={one.pk}" for one in applications) or "id=all"
    return f"{reverse('staff_applications_many', args=[action])}?{query}"


def problems(answer) -> dict[int, str]:
    return {one.application.pk: one.problem for one in answer.context["left_out"]}


def moving(answer) -> list[int]:
    return [one.application.pk for one in answer.context["moves"]]


def told(kind: str) -> list[str]:
    return list(OutgoingMessage.objects.filter(kind__endswith=f"/{kind}").values_list("to", flat=True))


# --- Taking in ------------------------------------------------------------------------------------


def test_plan_says_who_is_taken_in_and_why_the_others_are_not(browser, world):
    first, second = SubmittedFactory.create_batch(2, call=world.call)
    mine = SubmittedFactory(call=world.call)
    AccessFactory(user=world.officer, organization=mine.organization)
    declared = SubmittedFactory(call=world.call)
    Conflict.objects.create(application=declared, user=world.officer, reason="Voisin.")
    foreign = SubmittedFactory()
    closed = SubmittedFactory(call=world.call, status=ApplicationStatus.CLOSED)
    plan = browser.get(ticked("prendre", first, second, mine, declared, foreign, closed, world.application))
    assert sorted(moving(plan)) == [first.pk, second.pk]
    said = problems(plan)
    assert "conflit d’intérêts" in said[mine.pk]
    assert "conflit d’intérêts" in said[declared.pk]
    assert "pas chargé de ce programme" in said[foreign.pk]
    assert "« Fermée »" in said[closed.pk].replace("\u00a0", " ")
    assert "« En évaluation »" in said[world.application.pk].replace("\u00a0", " ")
    assert not Event.objects.filter(verb="funding.application_taken_in").exists()


def test_what_was_shown_is_taken_in_one_by_one_by_the_single_verb(browser, world, colleague):
    first, second = SubmittedFactory.create_batch(2, call=world.call)
    reviewing.set_officer(application=second, officer=colleague, actor=world.officer)
    address = ticked("prendre", first, second)
    done = browser.post(address, {"plan": browser.get(address).context["plan"]})
    assert done.context["done"] == 2
    rows = Application.objects.filter(pk__in=[first.pk, second.pk]).order_by("pk")
    assert [(one.status, one.officer) for one in rows] == [
        (ApplicationStatus.IN_REVIEW, world.officer),
        (ApplicationStatus.IN_REVIEW, colleague),
    ]
    assert Event.objects.filter(verb="funding.application_taken_in").count() == 2
    assert told("application_moved") == [colleague.email]


def test_one_that_moved_since_the_plan_does_not_hold_back_the_others(browser, world, colleague):
    fast, entrusted, still = SubmittedFactory.create_batch(3, call=world.call)
    address = ticked("prendre", fast, entrusted, still)
    plan = browser.get(address).context["plan"]
    reviewing.take_in(application=fast, actor=colleague)
    reviewing.set_officer(application=entrusted, officer=colleague, actor=colleague)
    done = browser.post(address, {"plan": plan})
    assert done.context["done"] == 1
    said = {one.application.pk: one.problem for one in done.context["results"]}
    assert "En évaluation" in said[fast.pk]
    assert "entre-temps" in said[entrusted.pk]
    assert said[still.pk] == ""
    fast.refresh_from_db()
    assert fast.officer == colleague


def test_what_was_not_handed_in_is_left_out_of_all_that_is_listed(browser, world):
    waiting = ApplicationFactory(call=world.call, status=ApplicationStatus.AWAITING_MANAGER)
    plan = browser.get(ticked("prendre") + "&to_do=stuck")
    assert moving(plan) == []
    assert "pas encore transmise" in problems(plan)[waiting.pk]
    assert f'href="{reverse("staff_application", args=[waiting.pk])}"' not in plan.content.decode()


@pytest.mark.parametrize("plan", ["", "forged", "other"])
def test_form_that_is_no_plan_of_this_action_changes_nothing(browser, world, colleague, plan):
    application = SubmittedFactory(call=world.call)
    if plan == "other":
        address = ticked("confier", application)
        plan = browser.post(address, {"officer": colleague.pk}).context["plan"]
    answer = browser.post(ticked("prendre", application), {"plan": plan}, follow=True)
    assert "Ce formulaire est incomplet" in text_of(answer)
    application.refresh_from_db()
    assert application.status == ApplicationStatus.SUBMITTED


def test_nothing_ticked_too_much_or_an_unknown_action_is_told(browser, world, monkeypatch):
    answer = browser.get(f"{reverse('staff_applications_many', args=['prendre'])}?id=0", follow=True)
    assert "Cochez-en au moins une" in text_of(answer)
    monkeypatch.setattr("guichet.funding.staff.many.AT_MOST", 0)
    assert "trop d’un coup" in text_of(browser.get(ticked("prendre"), follow=True))
    assert browser.get(ticked("detruire", world.application)).status_code == 404


def test_plan_of_somebody_who_lost_the_programme_meanwhile_does_nothing(browser, world):
    application = SubmittedFactory(call=world.call)
    address = ticked("prendre", application)
    plan = browser.get(address).context["plan"]
    world.call.program.officers.remove(world.officer)
    done = browser.post(address, {"plan": plan})
    assert done.context["done"] == 0
    assert "Vous ne pouvez pas travailler" in text_of(done)


# --- Entrusting -----------------------------------------------------------------------------------


def test_applications_are_entrusted_and_whoever_gets_them_is_told_once(browser, world, colleague):
    applications = SubmittedFactory.create_batch(3, call=world.call)
    address = ticked("confier", *applications)
    assert "3 demandes sont cochées" in text_of(browser.get(address))
    plan = browser.post(address, {"officer": colleague.pk})
    assert len(moving(plan)) == 3
    assert not Event.objects.filter(verb="funding.officer_changed").exists()
    done = browser.post(address, {"officer": colleague.pk, "plan": plan.context["plan"]})
    assert done.context["done"] == 3
    assert set(
        Application.objects.filter(pk__in=[one.pk for one in applications]).values_list("officer", flat=True)
    ) == {colleague.pk}
    assert told("application_entrusted") == [colleague.email]
    assert "3 demandes" in OutgoingMessage.objects.get(to=colleague.email).subject
    again = browser.post(address, {"officer": colleague.pk})
    assert (moving(again), again.context["unchanged"]) == ([], 3)


def test_nothing_is_entrusted_to_whoever_could_not_work_on_it(browser, world, colleague):
    member, barred, fine = SubmittedFactory.create_batch(3, call=world.call)
    AccessFactory(user=colleague, organization=member.organization)
    Conflict.objects.create(application=barred, user=colleague, reason="Voisin.")
    plan = browser.post(ticked("confier", member, barred, fine), {"officer": colleague.pk})
    assert moving(plan) == [fine.pk]
    assert set(problems(plan)) == {member.pk, barred.pk}
    stranger = AgentFactory()
    plan = browser.post(ticked("confier", fine), {"officer": stranger.pk})
    assert "pas de ce programme" in problems(plan)[fine.pk]
    assert moving(browser.post(ticked("confier", fine), {"officer": AdminFactory().pk})) == [fine.pk]


@pytest.mark.parametrize("typed", [{}, {"officer": "0"}, {"officer": "x"}], ids=str)
def test_entrusting_to_nobody_of_the_list_is_told(browser, world, typed):
    answer = browser.post(ticked("confier", world.application), typed)
    assert "Choisissez une personne de la liste" in text_of(answer)


# --- Labelling ------------------------------------------------------------------------------------


def test_labels_are_added_to_those_that_each_has(browser, world):
    kept, added = (Label.objects.create(name=name) for name in ("à visiter", "première demande"))
    first, second = SubmittedFactory.create_batch(2, call=world.call)
    first.labels.add(kept)
    second.labels.add(added)
    address = ticked("etiqueter", first, second)
    assert "Cochez au moins une étiquette" in text_of(browser.post(address, {"labels": []}))
    plan = browser.post(address, {"labels": [added.pk]})
    assert (moving(plan), plan.context["unchanged"]) == ([first.pk], 1)
    done = browser.post(address, {"labels": [added.pk], "plan": plan.context["plan"]})
    assert done.context["done"] == 1
    assert set(first.labels.all()) == {kept, added}
    assert Event.objects.filter(verb="funding.labels_changed").count() == 1


# --- The list, the cost ---------------------------------------------------------------------------


def test_list_offers_what_may_be_done_to_the_ticked_ones(browser, world):
    page = text_of(browser.get(reverse("staff_applications"), {"officer": "nobody"}))
    for action in ("prendre", "confier", "etiqueter"):
        assert f"{reverse('staff_applications_many', args=[action])}?officer=nobody" in page


@pytest.mark.parametrize("action", ["prendre", "confier", "etiqueter"])
def test_plan_costs_the_same_for_any_number(browser, world, colleague, action, django_assert_max_num_queries):
    label = Label.objects.create(name="à visiter")
    typed = {"officer": colleague.pk, "labels": [label.pk]}
    counts = []
    for more in (2, 12):
        for application in SubmittedFactory.create_batch(more, call=world.call, officer=world.officer):
            application.labels.add(Label.objects.get_or_create(name="urgente")[0])
        browser.post(ticked(action), typed)
        forget()
        with django_assert_max_num_queries(32) as captured:
            assert browser.post(ticked(action), typed).context["count"] > 0
        counts.append(len(captured.captured_queries))
    assert counts[0] == counts[1]
