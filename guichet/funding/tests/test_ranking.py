"""The ranking: the order, what is tried, where the envelope ends, equity, the committee's list."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.funding.models import TriedAmount
from guichet.funding.services import ranking
from guichet.organizations.tests.factories import MunicipalityFactory, OrganizationFactory

from .deciding import InReviewFactory, call_with, money, prepare

pytestmark = pytest.mark.django_db
EASY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ranked(call, *scores, **kwargs):
    return [InReviewFactory(call=call, score=score, **kwargs) for score in scores]


def tried() -> dict[int, Decimal]:
    return dict(TriedAmount.objects.values_list("application", "amount"))


def test_best_scores_come_first_and_those_without_last():
    call, _officer = call_with()
    low, none, high = ranked(call, money("10"), None, money("90"))
    assert [row.application for row in ranking.rank(call).rows] == [high, low, none]


def test_automatic_filling_serves_by_score_until_the_envelope_is_spent():
    call, officer = call_with(envelope=money("2500"), max_amount=money("1000"))
    first, second, third, fourth, unscored = ranked(
        call, money("90"), money("80"), money("70"), money("60"), None, requested=money("1200")
    )
    left = ranking.fill_amounts(call=call, actor=officer)
    assert left == 0
    assert tried() == {first.pk: money("1000"), second.pk: money("1000"), third.pk: money("500")}
    assert {fourth.pk, unscored.pk}.isdisjoint(tried())


def test_automatic_filling_leaves_prepared_decisions():
    call, officer = call_with(envelope=money("1000"))
    first, second = ranked(call, money("90"), money("80"))
    prepare(second, officer, amount="700")
    ranking.fill_amounts(call=call, actor=officer)
    assert tried() == {first.pk: money("300")}


@pytest.mark.parametrize(("envelope", "score", "says"), [(None, 5, "pas d’enveloppe"), ("100", None, "de note")])
def test_automatic_filling_needs_an_envelope_and_scores(envelope, score, says):
    call, officer = call_with(envelope=envelope and money(envelope), max_amount=None)
    ranked(call, score and money(str(score)))
    with pytest.raises(InvalidState, match=says):
        ranking.fill_amounts(call=call, actor=officer)


amounts = st.decimals(min_value="0.01", max_value="5000", places=2)


@EASY
@given(st.lists(amounts, min_size=1, max_size=6), st.decimals(min_value="0", max_value="9000", places=2))
def test_automatic_filling_never_exceeds_the_envelope(asked, envelope):
    call, officer = call_with(envelope=envelope, max_amount=None)
    for number, amount in enumerate(asked):
        InReviewFactory(call=call, score=Decimal(number), requested=amount)
    left = ranking.fill_amounts(call=call, actor=officer)
    found = ranking.rank(call)
    assert found.total + left == envelope
    assert found.left == left >= 0
    assert found.total == min(envelope, sum(asked))
    assert sum(share.amount for share in found.by_kind) == sum(share.amount for share in found.by_mrc) == found.tried


def test_line_is_drawn_where_the_envelope_is_spent():
    call, officer = call_with(envelope=money("1500"))
    applications = ranked(call, money("3"), money("2"), money("1"))
    wanted = {application.pk: money("800") for application in applications}
    ranking.save_amounts(call=call, amounts=wanted, seen={}, actor=officer)
    found = ranking.rank(call)
    assert [row.is_first_beyond for row in found.rows] == [False, True, False]
    assert [row.total for row in found.rows] == [money("800"), money("1600"), money("2400")]
    assert (found.left, found.over) == (money("-900"), money("900"))


def test_amounts_are_counted_by_mrc_and_by_milieu():
    call, officer = call_with()
    place = MunicipalityFactory()
    here = InReviewFactory(call=call, organization=OrganizationFactory(municipality=place, kind="school"))
    away = InReviewFactory(call=call, organization=OrganizationFactory(municipality=None, kind="association"))
    ranking.save_amounts(call=call, amounts={here.pk: money("400"), away.pk: money("0")}, seen={}, actor=officer)
    found = ranking.rank(call)
    assert {share.name: (share.served, share.count, share.amount) for share in found.by_mrc} == {
        place.mrc.name: (1, 1, money("400")),
        "Sans municipalité": (0, 1, money("0")),
    }
    assert {share.asked for share in found.by_kind} == {money("1000")}


def test_amount_that_another_changed_stays():
    call, officer = call_with()
    (application,) = ranked(call, money("5"))
    ranking.save_amounts(call=call, amounts={application.pk: money("100")}, seen={}, actor=officer)
    conflicts = ranking.save_amounts(call=call, amounts={application.pk: money("200")}, seen={}, actor=officer)
    assert conflicts == [application]
    assert tried() == {application.pk: money("100")}


def test_amount_above_what_is_asked_is_refused():
    call, officer = call_with()
    (application,) = ranked(call, money("5"))
    with pytest.raises(InvalidState, match="au plus"):
        ranking.save_amounts(call=call, amounts={application.pk: money("1001")}, seen={}, actor=officer)


def test_closed_ranking_takes_no_amount_until_it_is_reopened():
    call, officer = call_with()
    (application,) = ranked(call, money("5"))
    ranking.close_ranking(call=call, actor=officer)
    with pytest.raises(InvalidState, match="fermé"):
        ranking.save_amounts(call=call, amounts={application.pk: money("5")}, seen={}, actor=officer)
    with pytest.raises(InvalidState, match="fermé"):
        ranking.close_ranking(call=call, actor=officer)
    ranking.reopen_ranking(call=call, actor=officer)
    with pytest.raises(InvalidState, match="déjà ouvert"):
        ranking.reopen_ranking(call=call, actor=officer)


def test_only_who_runs_the_programme_tries_amounts():
    call, _officer = call_with()
    for act in (ranking.fill_amounts, ranking.close_ranking, ranking.reopen_ranking):
        with pytest.raises(PermissionDenied):
            act(call=call, actor=AgentFactory())


# --- The screen -----------------------------------------------------------------------------------


def test_recalculating_shows_and_keeps_nothing(client_for):
    call, officer = call_with(envelope=money("1500"))
    (application,) = ranked(call, money("5"))
    client, address = client_for(officer), reverse("staff_ranking", args=[call.pk])
    page = client.post(address, {"seen": "", f"amount-{application.pk}": "600,50"})
    assert page.context["ranking"].left == money("899.50")
    assert "ne sont pas enregistrés" in page.content.decode()
    assert tried() == {}
    client.post(address, {"seen": "", f"amount-{application.pk}": "600,50", "save": "1"})
    assert tried() == {application.pk: money("600.50")}


@pytest.mark.parametrize("typed", ["abc", "-1", "1,234", "1e3", "12,345", "9" * 40])
def test_bad_amount_is_told_and_nothing_is_lost(client_for, typed):
    call, officer = call_with()
    one, other = ranked(call, money("5"), money("4"))
    data = {"seen": "", f"amount-{one.pk}": typed, f"amount-{other.pk}": "12,34", "save": "1"}
    text = client_for(officer).post(reverse("staff_ranking", args=[call.pk]), data).content.decode()
    assert "Un montant est à corriger" in text
    assert f'value="{typed}"' in text
    assert 'value="12,34"' in text
    assert tried() == {}


@pytest.mark.parametrize("seen", ["x", "1=", "1=abc", "=", "1=2=3"])
def test_forged_page_keeps_nothing(client_for, seen):
    call, officer = call_with()
    (application,) = ranked(call, money("5"))
    data = {"seen": seen, f"amount-{application.pk}": "5", "save": "1"}
    text = client_for(officer).post(reverse("staff_ranking", args=[call.pk]), data, follow=True).content.decode()
    assert "incomplet" in text
    assert tried() == {}


def test_agent_of_another_programme_reads_and_changes_nothing(client_for):
    call, _officer = call_with()
    ranked(call, money("5"))
    client, address = client_for(AgentFactory()), reverse("staff_ranking", args=[call.pk])
    assert "Enregistrer les montants" not in client.get(address).content.decode()
    assert client.post(address, {"seen": "", "save": "1"}).status_code == 403


def test_committee_gets_its_list_as_pdf_and_spreadsheet(client_for):
    call, officer = call_with()
    (application,) = ranked(call, money("5"), title="=1+1")
    client = client_for(officer)
    assert client.get(reverse("staff_ranking_pdf", args=[call.pk])).content.startswith(b"%PDF-")
    content = client.get(reverse("staff_ranking_xlsx", args=[call.pk])).getvalue()
    rows = list(load_workbook(io.BytesIO(content)).active.values)
    assert len(rows) == 2
    assert rows[1][1] == application.number
    assert not str(rows[1][3]).startswith("=")
    assert rows[1][8] == 1000


def test_ranking_costs_the_same_with_many_rows(client_for, django_assert_max_num_queries):
    call, officer = call_with()
    ranked(call, *map(Decimal, range(25)))
    client = client_for(officer)
    with django_assert_max_num_queries(25):
        client.get(reverse("staff_ranking", args=[call.pk]))


def test_list_of_calls_leads_to_the_ranking(client_for):
    call, officer = call_with()
    applications = ranked(call, money("5"), money("6"))
    prepare(applications[0], officer)
    text = client_for(officer).get(reverse("staff_decisions")).content.decode()
    assert reverse("staff_ranking", args=[call.pk]) in text
