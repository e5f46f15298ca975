"""What is given back, and the end."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import OutgoingMessage
from guichet.funding import services
from guichet.funding.enums import AmendmentSubject, ApplicationStatus, PaymentMethod
from guichet.funding.models import Amendment, Report
from guichet.organizations.tests.factories import ManagerFactory

from .factories import SubmittedFactory
from .test_reports import report_form

pytestmark = pytest.mark.django_db
S = ApplicationStatus
LATER = timezone.localdate() + dt.timedelta(days=30)


@pytest.fixture
def application():
    application = SubmittedFactory(
        call__report_form=report_form(),
        call__max_share=Decimal(50),
        status=S.REPORT_SUBMITTED,
        granted=Decimal("1000.00"),
        announced_at=timezone.now(),
    )
    Report.objects.create(
        application=application,
        form_version=application.call.report_form.versions.get(),
        submitted_at=timezone.now(),
        answers={"budget": {"lines": {"materiel": {"real": "1 500,01"}, "lscq": {"real": "1 000"}}}},
    )
    return application


@pytest.fixture
def officer(application):
    officer = AgentFactory()
    application.call.program.officers.add(officer)
    return officer


@pytest.fixture
def paid(application, officer):
    payment = services.plan_payments(application=application, actor=officer)[0]
    services.make_ready(payment=payment, actor=officer)
    return services.pay(
        payment=payment,
        amount=payment.amount,
        method=PaymentMethod.TRANSFER,
        reference="V-1",
        paid_on=timezone.localdate(),
        actor=officer,
    )


def test_unspent_money_comes_from_the_real_costs(application, paid):
    settlement = services.settlement_of(application)
    assert settlement.eligible == Decimal("1500.01")
    assert settlement.justified == Decimal("750.01")
    assert settlement.unspent == settlement.to_recover == Decimal("249.99")
    assert settlement.still_due == 0


def test_nobody_justifies_more_than_was_granted(application):
    application.call.max_share = None
    settlement = services.settlement_of(application)
    assert (settlement.justified, settlement.still_due) == (Decimal("1000.00"), Decimal("1000.00"))


def test_nothing_is_settled_before_the_report(application):
    application.status = S.REPORT_DUE
    assert services.settlement_of(application) is None


def ask(application, officer, amount="249.99", **values):
    values = {"reason": "Non dépensé.", "due_on": LATER, **values}
    return services.ask_recovery(application=application, amount=Decimal(amount), actor=officer, **values)


def test_recovery_is_asked_received_and_then_the_application_closes(application, paid, officer):
    manager = ManagerFactory(organization=application.organization).user
    ask(application, officer)
    assert OutgoingMessage.objects.get(kind="funding/messages/recovery_asked").to == manager.email
    with pytest.raises(InvalidState, match="remboursement est attendu"):
        services.close_application(application=application, actor=officer)
    services.receive_recovery(
        application=application, received_on=timezone.localdate(), reference="CH-7", actor=officer
    )
    services.close_application(application=application, actor=officer)
    application.refresh_from_db()
    assert application.status == S.CLOSED
    assert OutgoingMessage.objects.filter(kind="funding/messages/application_closed").count() == 1


@pytest.mark.parametrize("amount", ["0", "-1", "1000.01"])
def test_recovery_is_at_most_what_was_paid(application, paid, officer, amount):
    with pytest.raises(InvalidState, match=r"0,01\s\$ à ce qui est payé"):
        ask(application, officer, amount)


def test_officer_decides_another_amount_or_gives_up(application, paid, officer):
    ask(application, officer)
    assert ask(application, officer, "100").amount == Decimal(100)
    with pytest.raises(InvalidState, match="Écrivez pourquoi"):
        services.drop_recovery(application=application, reason=" ", actor=officer)
    services.drop_recovery(application=application, reason="Petit montant.", actor=officer)
    assert services.still_open(application) == []
    with pytest.raises(InvalidState, match="Aucun remboursement"):
        services.receive_recovery(
            application=application, received_on=timezone.localdate(), reference="1", actor=officer
        )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [({"reference": ""}, "numéro du chèque"), ({"received_on": LATER}, "à venir")],
)
def test_received_money_has_its_date_and_number(application, paid, officer, values, sentence):
    ask(application, officer)
    values = {"reference": "1", "received_on": timezone.localdate(), **values}
    with pytest.raises(InvalidState, match=sentence):
        services.receive_recovery(application=application, actor=officer, **values)


def test_money_that_came_back_is_not_asked_again(application, paid, officer):
    ask(application, officer)
    services.receive_recovery(application=application, received_on=timezone.localdate(), reference="1", actor=officer)
    with pytest.raises(InvalidState, match="déjà reçu"):
        ask(application, officer)


def test_unpaid_payment_and_waiting_change_keep_it_open(application, officer):
    payment = services.plan_payments(application=application, actor=officer)[0]
    Amendment.objects.create(application=application, subject=AmendmentSubject.PROJECT, text="x")
    assert len(services.still_open(application)) == 2
    services.cancel_payment(payment=payment, reason="Projet annulé.", actor=officer)
    assert len(services.still_open(application)) == 1


def test_closing_without_the_report_takes_a_reason(application, officer):
    application.status = S.REPORT_DUE
    application.save()
    with pytest.raises(InvalidState, match="n’est pas transmise"):
        services.close_application(application=application, actor=officer)
    services.close_application(application=application, actor=officer, reason="L’organisme est dissous.")


def test_call_without_a_report_closes_once_paid(officer, application):
    other = SubmittedFactory(call__program=application.call.program, status=S.ACCEPTED, granted=Decimal(100))
    services.close_application(application=other, actor=officer)
    other.refresh_from_db()
    assert other.status == S.CLOSED


def test_agent_of_another_programme_does_not_close(application):
    with pytest.raises(PermissionDenied):
        services.close_application(application=application, actor=AgentFactory())
