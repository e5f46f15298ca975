"""What a fiche asks to change once it has its money."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.funding import services
from guichet.funding.enums import AmendmentStatus, AmendmentSubject, ApplicationStatus, PaymentMethod, PaymentStatus
from guichet.funding.models import Amendment, Instalment
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory

from .factories import SubmittedFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    application = SubmittedFactory(
        status=ApplicationStatus.REPORT_DUE,
        granted=Decimal("1000.00"),
        announced_at=timezone.now(),
        report_due_on=timezone.localdate() + dt.timedelta(days=60),
    )
    for number, share in enumerate((50, 30, 20)):
        Instalment.objects.create(call=application.call, share=share, condition="Entente", sort_order=number)
    return application


@pytest.fixture
def manager(application):
    return ManagerFactory(organization=application.organization).user


@pytest.fixture
def officer(application):
    officer = AgentFactory()
    application.call.program.officers.add(officer)
    return officer


@pytest.fixture
def payments(application, officer):
    return services.plan_payments(application=application, actor=officer)


def ask(application, actor, subject=AmendmentSubject.AMOUNT, **values):
    values = {"text": "Le prix a baissé.", "amount": Decimal("800.00"), **values}
    return services.ask_amendment(application=application, subject=subject, actor=actor, **values)


def amounts(application, *statuses):
    return list(application.payments.filter(status__in=statuses).values_list("amount", flat=True))


# --- Asking ---------------------------------------------------------------------------------------


def test_gestionnaire_asks_and_the_programmes_agents_are_told(application, manager, officer):
    AgentFactory()
    amendment = ask(application, manager)
    assert (amendment.status, amendment.amount, amendment.ends_on) == ("asked", Decimal("800.00"), None)
    assert [one.to for one in OutgoingMessage.objects.filter(kind="funding/messages/amendment_asked")] == [
        officer.email
    ]


def test_contributor_and_staff_do_not_ask(application, officer):
    for actor in (AccessFactory(organization=application.organization).user, officer):
        with pytest.raises(PermissionDenied):
            ask(application, actor)


def test_one_request_at_a_time(application, manager):
    ask(application, manager)
    with pytest.raises(InvalidState, match="attend déjà une réponse"):
        ask(application, manager)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"amount": None}, "montant que vous demandez"),
        ({"subject": AmendmentSubject.DATES}, "date de fin"),
        ({"text": " "}, "pourquoi"),
    ],
)
def test_request_without_what_it_needs_is_refused(application, manager, values, sentence):
    with pytest.raises(InvalidState, match=sentence):
        ask(application, manager, **values)


@pytest.mark.parametrize("status", [ApplicationStatus.REPORT_SUBMITTED, ApplicationStatus.CLOSED])
def test_nothing_changes_once_the_report_is_in(application, manager, status):
    application.status = status
    application.save()
    with pytest.raises(services.AlreadyMoved):
        ask(application, manager)


def test_request_is_withdrawn(application, manager):
    amendment = ask(application, manager)
    services.withdraw_amendment(amendment=amendment, actor=manager)
    assert services.may_change(application)
    with pytest.raises(services.AmendmentGone):
        services.withdraw_amendment(amendment=amendment, actor=manager)


# --- Answering ------------------------------------------------------------------------------------


def test_lower_amount_lowers_the_unpaid_payments_in_their_shares(application, manager, officer, payments):
    services.make_ready(payment=payments[0], actor=officer)
    services.pay(
        payment=payments[0],
        amount=payments[0].amount,
        method=PaymentMethod.CHEQUE,
        reference="1",
        paid_on=timezone.localdate(),
        actor=officer,
    )
    services.accept_amendment(amendment=ask(application, manager), actor=officer, answer="D’accord.")
    application.refresh_from_db()
    assert application.granted == Decimal("800.00")
    assert amounts(application, PaymentStatus.PAID) == [Decimal("500.00")]
    assert amounts(application, PaymentStatus.PLANNED) == [Decimal("180.00"), Decimal("120.00")]
    assert "800" in Event.objects.get(verb="funding.amendment_accepted").sentence
    assert OutgoingMessage.objects.get(kind="funding/messages/amendment_decided").to == manager.email


def test_amount_equal_to_what_was_paid_cancels_the_rest(application, manager, officer, payments):
    services.make_ready(payment=payments[0], actor=officer)
    services.pay(
        payment=payments[0],
        amount=payments[0].amount,
        method=PaymentMethod.CHEQUE,
        reference="1",
        paid_on=timezone.localdate(),
        actor=officer,
    )
    amendment = ask(application, manager, amount=Decimal("400.00"))
    with pytest.raises(InvalidState, match="déjà payé"):
        services.accept_amendment(amendment=amendment, actor=officer)
    services.accept_amendment(amendment=amendment, actor=officer, amount=Decimal("500.00"))
    assert len(amounts(application, PaymentStatus.CANCELLED)) == 2


def test_more_money_takes_an_admin_and_room_in_the_envelope(application, manager, officer):
    amendment = ask(application, manager, amount=Decimal("1500.00"))
    with pytest.raises(InvalidState, match="administrateur"):
        services.accept_amendment(amendment=amendment, actor=officer)
    application.call.envelope = Decimal("1400.00")
    application.call.save()
    with pytest.raises(InvalidState, match=r"n’a plus que 400,00\s\$"):
        services.accept_amendment(amendment=amendment, actor=AdminFactory())
    application.call.envelope = Decimal("1500.00")
    application.call.save()
    services.accept_amendment(amendment=amendment, actor=AdminFactory())
    application.refresh_from_db()
    assert application.granted == Decimal("1500.00")


def test_new_dates_move_the_report(application, manager, officer):
    ends_on = timezone.localdate() + dt.timedelta(days=100)
    amendment = ask(application, manager, AmendmentSubject.DATES, ends_on=ends_on)
    proposed = services.proposed_report_date(amendment)
    assert proposed == ends_on + dt.timedelta(days=application.call.report_days)
    services.accept_amendment(amendment=amendment, actor=officer, report_due_on=proposed)
    application.refresh_from_db()
    assert application.report_due_on == proposed


def test_refusal_says_why_and_changes_nothing(application, manager, officer):
    amendment = ask(application, manager)
    with pytest.raises(InvalidState, match="Écrivez pourquoi"):
        services.refuse_amendment(amendment=amendment, answer="", actor=officer)
    services.refuse_amendment(amendment=amendment, answer="Trop tard.", actor=officer)
    application.refresh_from_db()
    assert application.granted == Decimal("1000.00")
    assert "Trop tard." in OutgoingMessage.objects.get(kind="funding/messages/amendment_decided").text


def test_two_answers_at_once_are_one(application, manager, officer):
    amendment = ask(application, manager)
    seen = Amendment.objects.get(pk=amendment.pk)
    services.accept_amendment(amendment=amendment, actor=officer)
    with pytest.raises(services.AmendmentGone, match=str(officer)):
        services.refuse_amendment(amendment=seen, answer="Non.", actor=AdminFactory())
    seen.refresh_from_db()
    assert seen.status == AmendmentStatus.ACCEPTED


def test_agent_of_another_programme_does_not_answer(application, manager):
    with pytest.raises(PermissionDenied):
        services.accept_amendment(amendment=ask(application, manager), actor=AgentFactory())


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=st.lists(st.decimals(min_value=Decimal("0.01"), max_value=20_000, places=2), min_size=1, max_size=4))
def test_payments_add_up_to_what_is_granted_whatever_changes(changes):
    application = SubmittedFactory(
        status=ApplicationStatus.ACCEPTED, granted=Decimal("1000.00"), announced_at=timezone.now()
    )
    for number, share in enumerate((33, 33, 34)):
        Instalment.objects.create(call=application.call, share=share, condition="x", sort_order=number)
    manager = ManagerFactory(organization=application.organization).user
    admin = AdminFactory()
    payments = services.plan_payments(application=application, actor=admin)
    services.make_ready(payment=payments[0], actor=admin)
    for amount in changes:
        amendment = ask(application, manager, amount=amount)
        services.accept_amendment(amendment=amendment, actor=admin)
        application.refresh_from_db()
        assert application.payments.live().total() == application.granted == amount
