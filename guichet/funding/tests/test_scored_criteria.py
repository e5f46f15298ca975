"""A criterion that evaluators have scored keeps its place and its points: said beside it, nothing else is lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.funding import services
from guichet.funding.models import Call, Criterion, CriterionNote

from .evaluating import an_evaluation, ask, give
from .test_staff_building import filled, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """« Pertinence » is scored, « Budget » is not: its note is empty."""
    evaluation = an_evaluation()
    (review,) = ask(evaluation, AgentFactory())
    give(evaluation, review, "7", None, is_done=False)
    return evaluation


def changed(world, **criteria) -> Call:
    """The call with other points for some criteria, by title; None for one that goes."""
    call = Call.objects.get(pk=world.call.pk)
    kept = []
    for criterion in call.criteria.all():
        criterion.points = criteria.get(criterion.title, criterion.points)
        if criterion.points is not None:
            kept.append(criterion)
    call.criteria = kept
    return call


@pytest.mark.parametrize(
    ("points", "words"), [(None, "ce critère ne se supprime plus"), (5, "des notes sur 10"), (15, "des notes sur 10")]
)
def test_scored_criterion_neither_goes_nor_weighs_otherwise(world, points, words):
    with pytest.raises(InvalidState, match=words):
        services.update_call(call=changed(world, Pertinence=points), actor=world.officer)
    assert Criterion.objects.get(title="Pertinence").points == 10
    assert CriterionNote.objects.count() == 2


def test_criterion_with_words_alone_is_scored_too(world):
    CriterionNote.objects.filter(criterion__title="Budget").update(comment="À revoir.")
    with pytest.raises(InvalidState, match="ce critère ne se supprime plus"):
        services.update_call(call=changed(world, Budget=None), actor=world.officer)


def test_criterion_that_nobody_scored_changes_and_goes(world):
    services.update_call(call=changed(world, Budget=30), actor=world.officer)
    assert Criterion.objects.get(title="Budget").points == 30
    services.update_call(call=changed(world, Budget=None), actor=world.officer)
    assert [one.title for one in Criterion.objects.all()] == ["Pertinence"]
    assert [str(note.points) for note in CriterionNote.objects.all()] == ["7.0"]


def test_words_of_a_scored_criterion_are_mended(world):
    call = Call.objects.get(pk=world.call.pk)
    criteria = list(call.criteria.all())
    criteria[0].guide = "Sept : à sa place."
    call.criteria = criteria
    services.update_call(call=call, actor=world.officer)
    assert Criterion.objects.get(title="Pertinence").guide == "Sept : à sa place."


def test_form_says_it_beside_the_criterion_and_keeps_the_rest(world, client_for):
    browser, address = client_for(world.officer), reverse("staff_call_edit", args=[world.call.pk])
    page = filled(browser.get(address).content.decode())
    assert page["criteria-0-title"] == "Pertinence"
    gone = browser.post(address, {**page, "name": "hiver 2027", "criteria-0-DELETE": "1"})
    assert "« Pertinence » a déjà des notes d’évaluation" in said(gone)
    again = filled(gone.content.decode())
    assert (again["criteria-0-title"], again["criteria-0-DELETE"], again["name"]) == ("Pertinence", "", "hiver 2027")
    heavier = browser.post(address, {**page, "criteria-0-points": "12", "criteria-1-points": "25"})
    assert "« Pertinence » a déjà des notes sur 10" in said(heavier)
    assert filled(heavier.content.decode())["criteria-1-points"] == "25"
    assert Call.objects.get().name == "automne 2026"
    assert browser.post(address, {**page, "criteria-1-DELETE": "1"}).status_code == 302
    assert [one.title for one in Criterion.objects.all()] == ["Pertinence"]
