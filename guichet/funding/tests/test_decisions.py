"""Preparing decisions: who may, what is refused, the envelope, the instalments, and that nothing of it leaks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.funding.enums import ApplicationStatus
from guichet.funding.models import Decision, Instalment
from guichet.funding.services import decisions
from guichet.funding.services.decisions import Proposal, decide, drop_decision
from guichet.funding.services.envelope import EnvelopeExceeded, cut, granted, prepared
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory

from .deciding import ACCEPTED, REFUSED, WAITLISTED, InReviewFactory, ReasonFactory, admin, call_with, money, prepare
from .factories import CallFactory

pytestmark = pytest.mark.django_db
EASY = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def proposal(amount: str = "1000", outcome=ACCEPTED, **kwargs) -> Proposal:
    return Proposal(outcome, money(amount), **kwargs)


def test_decision_is_prepared_and_the_fiche_sees_no_change():
    call, officer = call_with()
    application = InReviewFactory(call=call)
    decision = prepare(application, officer, amount="800", conditions="Afficher le logo.")
    application.refresh_from_db()
    assert (decision.outcome, decision.amount, decision.conditions) == (ACCEPTED, money("800"), "Afficher le logo.")
    assert (application.status, application.granted, application.announced_at) == ("in_review", None, None)
    assert not Event.objects.about(application).exists()
    assert not OutgoingMessage.objects.exists()
    assert "Acceptée, 800,00\xa0$" in Event.objects.get(verb="funding.decision_prepared").sentence


def test_history_of_a_prepared_decision_is_kept():
    call, officer = call_with()
    application = InReviewFactory(call=call)
    prepare(application, officer, amount="800")
    prepare(application, officer, REFUSED)
    decision = decisions.prepared_decision(application)
    drop_decision(application=application, seen=decision.decided_at, actor=officer)
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "funding.decision_prepared",
        "funding.decision_changed",
        "funding.decision_dropped",
    ]
    assert set(Event.objects.values_list("subject_type", flat=True)) == {"funding.dossier"}
    assert not Decision.objects.exists()


@pytest.mark.parametrize("make_actor", [AgentFactory, lambda: AccessFactory().user])
def test_only_who_runs_the_programme_decides(make_actor):
    application = InReviewFactory()
    with pytest.raises(PermissionDenied):
        prepare(application, make_actor())


def test_officer_of_the_fiche_does_not_decide():
    call, officer = call_with()
    application = InReviewFactory(call=call)
    AccessFactory(organization=application.organization, user=officer)
    with pytest.raises(PermissionDenied):
        prepare(application, officer)


@pytest.mark.parametrize(
    ("given_proposal", "says"),
    [
        (proposal("0"), "Écrivez le montant"),
        (proposal("1000.01"), "dépasse ce qui est demandé"),
        (proposal("0", REFUSED), "Donnez un motif"),
    ],
)
def test_decision_that_makes_no_sense_is_refused(given_proposal, says):
    call, officer = call_with()
    application = InReviewFactory(call=call)
    with pytest.raises(InvalidState, match=says):
        decide(application=application, proposal=given_proposal, seen=None, actor=officer)
    assert not Decision.objects.exists()


def test_amount_above_the_calls_maximum_is_refused():
    call, officer = call_with(max_amount=money("500"))
    with pytest.raises(InvalidState, match="maximum de l’appel"):
        prepare(InReviewFactory(call=call), officer, amount="500.01")


@pytest.mark.parametrize("status", ["submitted", "changes_requested", "accepted", "refused", "closed"])
def test_only_what_is_in_review_or_waits_is_decided(status):
    call, officer = call_with()
    with pytest.raises(InvalidState, match="a changé d’état"):
        prepare(InReviewFactory(call=call, status=status), officer)


def test_waiting_list_is_not_decided_twice():
    call, officer = call_with()
    application = InReviewFactory(call=call, status=ApplicationStatus.WAITLISTED)
    with pytest.raises(InvalidState, match="déjà sur la liste"):
        prepare(application, officer, WAITLISTED)


def test_decision_that_somebody_changed_is_not_overwritten():
    call, officer = call_with()
    application = InReviewFactory(call=call)
    first = prepare(application, officer, amount="300")
    with pytest.raises(InvalidState, match="a changé cette décision"):
        decide(application=application, proposal=proposal("500"), seen=None, actor=officer)
    first.refresh_from_db()
    assert first.amount == money("300")


def test_more_than_the_envelope_is_refused_unless_an_admin_says_why():
    call, officer = call_with(envelope=money("1500"), max_amount=None)
    one, other = InReviewFactory(call=call), InReviewFactory(call=call)
    prepare(one, officer)
    with pytest.raises(EnvelopeExceeded, match="500,00"):
        prepare(other, officer)
    with pytest.raises(PermissionDenied):
        decide(application=other, proposal=proposal(), seen=None, actor=officer, overrun_reason="Bon projet.")
    chief = admin()
    decision = decide(application=other, proposal=proposal(), seen=None, actor=chief, overrun_reason="Bon projet.")
    assert (decision.overrun_reason, decision.overrun_by) == ("Bon projet.", chief)
    event = Event.objects.get(verb="funding.envelope_exceeded")
    assert (event.reason, event.data) == ("Bon projet.", {"amount": "500,00\xa0$"})


def test_reason_of_an_overrun_that_is_none_is_not_kept():
    call, _officer = call_with(envelope=money("1500"))
    decision = decide(
        application=InReviewFactory(call=call),
        proposal=proposal(),
        seen=None,
        actor=admin(),
        overrun_reason="Au cas où.",
    )
    assert (decision.overrun_reason, decision.overrun_by) == ("", None)


def test_withdrawn_application_frees_what_was_prepared_for_it():
    call, officer = call_with(envelope=money("1000"))
    gone = InReviewFactory(call=call)
    prepare(gone, officer)
    gone.status, gone.withdrawn_at = ApplicationStatus.WITHDRAWN, gone.submitted_at
    gone.save()
    assert prepare(InReviewFactory(call=call), officer).amount == money("1000")


amounts = st.decimals(min_value="0.01", max_value="9999.99", places=2)


@EASY
@given(st.lists(st.tuples(amounts, st.sampled_from([ACCEPTED, REFUSED, WAITLISTED])), max_size=6), amounts)
def test_prepared_grants_never_exceed_the_envelope(wanted, envelope):
    call, officer = call_with(envelope=envelope, max_amount=None)
    kept = Decimal("0.00")
    for amount, outcome in wanted:
        application = InReviewFactory(call=call, requested=amount)
        try:
            kept += prepare(application, officer, outcome, str(amount)).amount
        except EnvelopeExceeded:
            assert kept + amount > envelope
    assert granted(call) + prepared(call) == kept <= envelope


@EASY
@given(
    amounts,
    st.lists(st.decimals(min_value="0", max_value="100", places=1), max_size=5),
)
def test_instalments_add_up_to_the_cent(amount, shares):
    call = CallFactory()
    for share in shares:
        Instalment.objects.create(call=call, share=share, condition="à la signature")
    parts = [Decimal(part["amount"]) for part in cut(call, amount)]
    assert sum(parts) == amount
    assert all(part >= 0 for part in parts)
    assert len(parts) == max(1, len(shares))


# --- The screen -----------------------------------------------------------------------------------


def test_officer_decides_on_the_page(client_for):
    call, officer = call_with()
    application, reason = InReviewFactory(call=call), ReasonFactory()
    client, address = client_for(officer), reverse("staff_decision", args=[application.pk])
    assert "1\xa0000,00\xa0$" in client.get(address).content.decode()
    client.post(address, {"seen": "", "outcome": "refused", "reasons": [reason.pk], "words": "Merci."})
    decision = Decision.objects.get()
    assert (decision.outcome, list(decision.reasons.all()), decision.next_step) == (REFUSED, [reason], "Appelez-nous.")
    client.post(
        address, {"seen": decision.decided_at.isoformat(), "outcome": "accepted", "amount": "1 000,00 $", "words": ""}
    )
    decision.refresh_from_db()
    assert (decision.outcome, decision.amount) == (ACCEPTED, money("1000"))


@pytest.mark.parametrize(
    ("typed", "says"),
    [("12 abc", "chiffres"), ("-5", "négatif"), ("2000", "dépasse ce qui est demandé"), ("", "Écrivez le montant")],
)
def test_bad_amount_is_told_and_kept(client_for, typed, says):
    call, officer = call_with()
    address = reverse("staff_decision", args=[InReviewFactory(call=call).pk])
    page = client_for(officer).post(address, {"seen": "", "outcome": "accepted", "amount": typed, "words": "Bravo"})
    text = page.content.decode()
    assert says in text
    assert "Bravo" in text
    assert not Decision.objects.exists()


def test_envelope_that_is_exceeded_is_told_on_the_page(client_for):
    call, officer = call_with(envelope=money("500"), max_amount=None)
    address = reverse("staff_decision", args=[InReviewFactory(call=call).pk])
    data = {"seen": "", "outcome": "accepted", "amount": "1000"}
    assert "dépassée de 500,00" in client_for(officer).post(address, data).content.decode()
    client_for(admin()).post(address, {**data, "overrun_reason": "Le ministère ajoute 500 $."})
    assert Decision.objects.get().overrun_reason == "Le ministère ajoute 500 $."


def test_forged_moment_is_refused(client_for):
    call, officer = call_with()
    address = reverse("staff_decision", args=[InReviewFactory(call=call).pk])
    data = {"seen": "hier", "outcome": "refused", "words": "Non."}
    assert "incomplet" in client_for(officer).post(address, data, follow=True).content.decode()


def test_prepared_decision_stays_unknown_to_the_fiche(client_for):
    call, officer = call_with()
    application = InReviewFactory(call=call)
    manager = ManagerFactory(organization=application.organization).user
    prepare(application, officer, amount="777")
    client = client_for(manager)
    for name in ("funding:decision", "funding:decline"):
        address = reverse(name, args=[application.organization_id, application.pk])
        assert client.get(address).status_code == 404
    archive = client.post(reverse("organizations:take_fiche", args=[application.organization_id]))
    assert b"777" not in b"".join(archive.streaming_content)
    history = client.get(reverse("organizations:history", args=[application.organization_id])).content.decode()
    assert "777" not in history
    assert "préparé" not in history


# --- Several --------------------------------------------------------------------------------------


def many(client, call, **data):
    return client.post(reverse("staff_decide_many", args=[call.pk]), data)


def plan_of(page) -> str:
    return page.context["plan"]


def test_several_are_decided_after_a_look(client_for):
    call, officer = call_with()
    applications = [InReviewFactory(call=call) for _number in range(3)]
    client, ids = client_for(officer), [application.pk for application in applications[:2]]
    assert "2 demandes sont cochées" in many(client, call, id=ids).content.decode()
    look = many(client, call, id=ids, outcome="refused", words="Enveloppe épuisée.")
    assert "2 demandes" in look.content.decode()
    assert not Decision.objects.exists()
    done = many(client, call, id=ids, outcome="refused", words="Enveloppe épuisée.", plan=plan_of(look))
    assert "2 décisions préparées sur 2" in done.content.decode()
    assert set(Decision.objects.values_list("application", "outcome")) == {(pk, "refused") for pk in ids}


def test_several_without_an_amount_are_left_out(client_for):
    call, officer = call_with()
    application = InReviewFactory(call=call)
    look = many(client_for(officer), call, id=[application.pk], outcome="accepted")
    assert "Écrivez le montant accordé" in look.content.decode()
    assert look.context["rows"] == []


def test_decision_made_since_the_look_is_not_overwritten(client_for):
    call, officer = call_with()
    application = InReviewFactory(call=call)
    client, data = client_for(officer), {"id": [application.pk], "outcome": "refused", "words": "Non."}
    look = many(client, call, **data)
    prepare(application, admin(), amount="10")
    done = many(client, call, **data, plan=plan_of(look))
    assert "a changé cette décision entre-temps" in done.content.decode()
    assert Decision.objects.get().outcome == ACCEPTED


@pytest.mark.parametrize("data", [{}, {"id": "x"}, {"id": "1", "outcome": "refused", "plan": "forged"}])
def test_forged_selection_does_nothing(client_for, data):
    call, officer = call_with()
    answer = client_for(officer).post(reverse("staff_decide_many", args=[call.pk]), data)
    assert answer.status_code == 302
    assert not Decision.objects.exists()
