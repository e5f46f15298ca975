"""What was granted leaves in parts, each once, never more in all."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.funding import services
from guichet.funding.enums import ApplicationStatus, PaymentMethod, PaymentStatus
from guichet.funding.models import Conflict, Instalment, Payment
from guichet.funding.schema import format_amount
from guichet.funding.services.payments import split
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory

from .factories import SubmittedFactory

pytestmark = pytest.mark.django_db
CENTS = st.integers(0, 999_999_999).map(lambda cents: Decimal(cents) / 100)
SHARES = st.integers(1, 1000).map(lambda tenths: Decimal(tenths) / 10)


@pytest.fixture
def application():
    application = SubmittedFactory(
        status=ApplicationStatus.ACCEPTED, granted=Decimal("1000.01"), announced_at=timezone.now()
    )
    Instalment.objects.create(call=application.call, share=75, condition="Entente signée", sort_order=0)
    Instalment.objects.create(call=application.call, share=25, condition="Reddition acceptée", sort_order=1)
    return application


@pytest.fixture
def officer(application):
    officer = AgentFactory()
    application.call.program.officers.add(officer)
    return officer


@pytest.fixture
def payments(application, officer):
    return services.plan_payments(application=application, actor=officer)


def pay(payment, actor, reference="1001", **extra):
    values = {"amount": payment.amount, "method": PaymentMethod.CHEQUE, "paid_on": timezone.localdate(), **extra}
    return services.pay(payment=payment, reference=reference, actor=actor, **values)


# --- Planning -------------------------------------------------------------------------------------


def test_payments_are_those_of_the_call_and_add_up_to_the_cent(payments):
    assert [(one.number, one.amount, one.condition) for one in payments] == [
        (1, Decimal("750.00"), "Entente signée"),
        (2, Decimal("250.01"), "Reddition acceptée"),
    ]


def test_call_without_instalments_pays_all_at_once(officer, application):
    application.call.instalments.all().delete()
    assert [one.amount for one in services.plan_payments(application=application, actor=officer)] == [
        Decimal("1000.01")
    ]


def test_payments_are_planned_once(payments, application, officer):
    with pytest.raises(InvalidState, match="déjà préparés"):
        services.plan_payments(application=application, actor=officer)


def test_nothing_granted_is_nothing_to_pay(application, officer):
    application.granted = Decimal(0)
    application.save()
    with pytest.raises(InvalidState, match="Aucun montant"):
        services.plan_payments(application=application, actor=officer)


def test_only_who_runs_the_programme_plans(application):
    with pytest.raises(PermissionDenied):
        services.plan_payments(application=application, actor=AgentFactory())
    assert services.plan_payments(application=application, actor=AdminFactory())


def test_who_is_in_conflict_of_interest_neither_pays_nor_reads_what_follows(application, officer, client_for):
    (payment,) = services.plan_payments(application=application, actor=AdminFactory())[:1]
    Conflict.objects.create(application=application, user=officer, reason="Ma sœur préside le club.")
    member = AccessFactory(organization=application.organization, user=AdminFactory()).user
    for actor in (officer, member):
        with pytest.raises(PermissionDenied):
            services.make_ready(payment=payment, actor=actor)
        with pytest.raises(PermissionDenied):
            services.extend_report(application=application, due_on=timezone.localdate(), reason="Non.", actor=actor)
        assert client_for(actor).get(reverse("staff_following", args=[application.pk])).status_code == 403
    services.make_ready(payment=payment, actor=AdminFactory())
    wanted = [services.ToPay(payment, payment.amount, "1")]
    (result,) = services.pay_all(wanted=wanted, method="cheque", paid_on=timezone.localdate(), actor=officer)
    assert result.problem == "Vous êtes en conflit d’intérêts avec cette demande."
    assert not application.payments.paid().exists()


@pytest.mark.parametrize("status", [ApplicationStatus.IN_REVIEW, ApplicationStatus.REFUSED, ApplicationStatus.CLOSED])
def test_what_is_not_granted_or_is_closed_is_not_paid(status):
    application = SubmittedFactory(status=status, granted=Decimal(100))
    with pytest.raises(services.AlreadyMoved):
        services.plan_payments(application=application, actor=AdminFactory())


# The machine that is busy is slow to begin, not the test.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(total=CENTS, weights=st.lists(SHARES, min_size=1, max_size=12))
def test_parts_add_up_to_the_cent_whatever_the_shares(total, weights):
    parts = split(total, weights)
    assert sum(parts) == total
    assert len(parts) == len(weights)
    assert all(part >= 0 and part == part.quantize(Decimal("0.01")) for part in parts)


# --- Changing -------------------------------------------------------------------------------------


def change(payment, actor, **values):
    given_values = {"amount": payment.amount, "condition": payment.condition, "due_on": payment.due_on, **values}
    return services.change_payment(payment=payment, actor=actor, **given_values)


def test_payment_is_changed_within_what_was_granted(payments, officer):
    assert change(payments[0], officer, amount=Decimal("700.00")).amount == Decimal("700.00")
    assert change(payments[1], officer, amount=Decimal("300.01"), due_on=dt.date(2027, 1, 15)).due_on.year == 2027
    with pytest.raises(InvalidState, match=r"il reste 300,01\s\$"):
        change(payments[1], officer, amount=Decimal("300.02"))


@pytest.mark.parametrize("amount", [Decimal(0), Decimal("-5.00")])
def test_payment_of_nothing_is_refused(payments, officer, amount):
    with pytest.raises(InvalidState, match="plus grand que zéro"):
        change(payments[0], officer, amount=amount)


def test_paid_payment_does_not_change(payments, officer):
    services.make_ready(payment=payments[0], actor=officer)
    pay(payments[0], officer)
    with pytest.raises(services.PaymentMoved, match="déjà payé"):
        change(payments[0], officer, amount=Decimal(1))


# --- Paying ---------------------------------------------------------------------------------------


@pytest.fixture
def ready(payments, officer):
    return services.make_ready(payment=payments[0], actor=officer)


def test_payment_leaves_and_the_gestionnaires_are_told(ready, officer, application):
    manager = ManagerFactory(organization=application.organization).user
    payment = pay(ready, officer, reference="  1001 ")
    payment.refresh_from_db()
    assert (payment.status, payment.reference, payment.paid_by) == (PaymentStatus.PAID, "1001", officer)
    message = OutgoingMessage.objects.get(kind="funding/messages/payment_made")
    assert message.to == manager.email
    assert format_amount(Decimal("750.00")) in message.text
    assert "1001" in Event.objects.get(verb="funding.payment_paid").sentence


def test_payment_twice_is_once(ready, officer):
    seen = Payment.objects.get(pk=ready.pk)
    pay(ready, officer)
    with pytest.raises(services.PaymentMoved, match=r"déjà payé, le .*, référence 1001"):
        pay(seen, officer, reference="1002")
    assert OutgoingMessage.objects.filter(kind="funding/messages/payment_made").count() == 0
    assert Event.objects.filter(verb="funding.payment_paid").count() == 1


def test_planned_payment_is_not_paid_before_its_condition_is_met(payments, officer):
    with pytest.raises(services.PaymentMoved, match="Prévu"):
        pay(payments[0], officer)


def test_one_reference_is_one_payment(ready, payments, officer):
    pay(ready, officer)
    second = services.make_ready(payment=payments[1], actor=officer)
    with pytest.raises(InvalidState, match=r"«\s1001\s» est déjà celle d’un autre paiement"):
        pay(second, officer)
    second.refresh_from_db()
    assert second.status == PaymentStatus.READY
    assert pay(second, officer, method=PaymentMethod.TRANSFER).status == PaymentStatus.PAID


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"reference": " "}, "numéro du chèque"),
        ({"paid_on": timezone.localdate() + dt.timedelta(days=2)}, "à venir"),
        ({"amount": Decimal("1.00")}, "Le montant a changé"),
    ],
)
def test_payment_that_cannot_be_noted_says_why_and_stays_to_pay(ready, officer, values, sentence):
    with pytest.raises(InvalidState, match=sentence):
        pay(ready, officer, **values)
    ready.refresh_from_db()
    assert ready.status == PaymentStatus.READY


def test_more_paid_than_granted_is_refused(ready, officer, application):
    application.granted = Decimal(700)
    application.save()
    with pytest.raises(InvalidState, match="plus de payé que d’accordé"):
        pay(ready, officer)


def test_database_refuses_a_paid_payment_without_its_reference(ready):
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=ready.pk).update(status=PaymentStatus.PAID)


def test_payment_noted_by_mistake_is_to_pay_again(ready, officer):
    pay(ready, officer)
    with pytest.raises(InvalidState, match="Écrivez pourquoi"):
        services.take_back_payment(payment=ready, reason=" ", actor=officer)
    services.take_back_payment(payment=ready, reason="Chèque revenu.", actor=officer)
    ready.refresh_from_db()
    assert (ready.status, ready.reference, ready.paid_on) == (PaymentStatus.READY, "", None)
    assert pay(ready, officer).status == PaymentStatus.PAID


def test_cancelled_payment_stays_so(ready, officer):
    services.cancel_payment(payment=ready, reason="Projet réduit.", actor=officer)
    for act in (services.make_ready, services.hold):
        with pytest.raises(services.PaymentMoved, match="Annulé"):
            act(payment=ready, actor=officer)


def test_batch_pays_what_it_can_and_says_the_rest(ready, payments, officer):
    results = services.pay_all(
        wanted=[
            services.ToPay(ready, ready.amount, "1"),
            services.ToPay(payments[1], payments[1].amount, "2"),
        ],
        method=PaymentMethod.CHEQUE,
        paid_on=timezone.localdate(),
        actor=officer,
    )
    assert [bool(one.problem) for one in results] == [False, True]
