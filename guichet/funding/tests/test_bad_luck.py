"""Issue 4, « What bad input and bad luck get »: two people at the same moment, and what breaks in the middle.

Real threads, real transactions. What needs neither is tested beside what it is about.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from guichet.accounts.tests.factories import AdminFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event, OutgoingMessage
from guichet.funding import services
from guichet.funding.enums import AmendmentSubject, ApplicationStatus, Outcome, PaymentMethod, PaymentStatus
from guichet.funding.models import Agreement, Application, Decision, Payment, Submission
from guichet.funding.schema import digest
from guichet.funding.services import agreements, decision_announcing, decisions, envelope
from guichet.organizations import services as people
from guichet.organizations.enums import AccessStatus
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory
from guichet.organizations.tests.test_concurrency import together

from .deciding import InReviewFactory, announced, call_with, money, officer_of, prepare
from .factories import ANSWERS, ApplicationFactory, CallFactory, SubmittedFactory

pytestmark = pytest.mark.django_db(transaction=True)
S = ApplicationStatus
STATEMENT = "Je déclare que tout est vrai."


def submit(application, actor):
    return lambda: services.submit(application=application, statement=STATEMENT, actor=actor)


def sent(kind: str) -> int:
    return OutgoingMessage.objects.filter(kind=f"funding/messages/{kind}").count()


# --- Handing in -----------------------------------------------------------------------------------


def test_two_managers_submitting_at_once_one_wins_and_the_other_is_told():
    application = ApplicationFactory()
    managers = [ManagerFactory(organization=application.organization).user for _n in range(2)]
    results = together(*[submit(application, manager) for manager in managers])
    (submission,) = Submission.objects.all()
    (told,) = [result for result in results if isinstance(result, services.AlreadySubmitted)]
    assert submission in results
    assert submission.by_name in str(told)
    assert services.is_intact(submission)


def test_double_click_at_once_submits_once_and_is_told_the_same_twice():
    application = ApplicationFactory()
    manager = ManagerFactory(organization=application.organization).user
    first, second = together(*[submit(application, manager)] * 2)
    assert isinstance(first, Submission)
    assert first == second
    assert Event.objects.filter(verb="funding.application_submitted").count() == 1
    assert sent("application_submitted") == 1


def test_fiches_submitting_at_once_get_numbers_that_follow_each_other():
    call = CallFactory()
    applications = [ApplicationFactory(call=call) for _n in range(4)]
    managers = [ManagerFactory(organization=one.organization).user for one in applications]
    results = together(*[submit(*pair) for pair in zip(applications, managers, strict=True)])
    assert all(isinstance(result, Submission) for result in results)
    numbers = sorted(Application.objects.values_list("number", flat=True))
    assert numbers == [f"{call.code}-{n:04d}" for n in range(1, 5)]


def test_application_withdrawn_while_it_is_submitted_ends_one_way():
    application = ApplicationFactory()
    first, second = [ManagerFactory(organization=application.organization).user for _n in range(2)]
    together(
        submit(application, first),
        lambda: services.withdraw(application=application, reason="Plus besoin.", actor=second),
    )
    application.refresh_from_db()
    assert application.status == S.WITHDRAWN
    assert application.submissions.count() == (1 if application.number else 0)


def test_answer_saved_while_it_is_submitted_is_handed_in_or_refused():
    application = ApplicationFactory()
    manager = ManagerFactory(organization=application.organization).user
    writer = AccessFactory(organization=application.organization).user
    save = {"section_key": "projet", "answers": {"nom": "Raquettes"}, "base": {"nom": digest(ANSWERS["nom"])}}
    results = together(
        submit(application, manager),
        lambda: services.save_answers(application=application, actor=writer, **save),
    )
    application.refresh_from_db()
    assert Submission.objects.get().answers == application.answers
    assert isinstance(results[1], services.AlreadyMoved | services.Saved)


def test_author_deactivated_while_submitting_submits_before_or_not_at_all():
    application = ApplicationFactory()
    access = ManagerFactory(organization=application.organization)
    ManagerFactory(organization=application.organization)
    results = together(
        submit(application, access.user),
        lambda: people.deactivate_access(access=access, actor=AdminFactory()),
    )
    access.refresh_from_db()
    application.refresh_from_db()
    assert access.status == AccessStatus.DEACTIVATED
    assert isinstance(results[0], PermissionDenied) == (application.status == S.DRAFT)


def test_programme_withdrawn_while_somebody_writes_refuses_and_loses_nothing():
    application = ApplicationFactory()
    manager = ManagerFactory(organization=application.organization).user
    services.unpublish_program(program=application.call.program, actor=AdminFactory())
    with pytest.raises(InvalidState, match="Cet appel a été retiré"):
        submit(application, manager)()
    services.save_answers(
        application=application, section_key="projet", answers={"nom": ANSWERS["nom"]}, base={}, actor=manager
    )
    application.refresh_from_db()
    assert (application.status, application.answers) == (S.DRAFT, ANSWERS)


# --- Deciding -------------------------------------------------------------------------------------


def test_two_officers_granting_the_last_of_the_envelope_at_once_grant_it_once():
    call, officer = call_with(envelope=Decimal("1000.00"))
    other = officer_of(call)
    applications = [InReviewFactory(call=call) for _n in range(2)]
    results = together(
        *[
            lambda application=application, actor=actor: prepare(application, actor)
            for application, actor in zip(applications, (officer, other), strict=True)
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["Decision", "EnvelopeExceeded"]
    assert envelope.prepared(call) == money("1000")


def test_two_officers_deciding_one_application_at_once_decide_it_once():
    call, officer = call_with()
    other, application = officer_of(call), InReviewFactory(call=call)
    results = together(
        *[
            lambda actor=actor, outcome=outcome: decisions.decide(
                application=application,
                proposal=decisions.Proposal(outcome, words="Voilà."),
                seen=None,
                actor=actor,
            )
            for actor, outcome in ((officer, Outcome.REFUSED), (other, Outcome.WAITLISTED))
        ]
    )
    decision = Decision.objects.get()
    (told,) = [result for result in results if isinstance(result, InvalidState)]
    assert str(decision.decided_by) in str(told)


def test_announcing_twice_at_once_tells_each_once(run_queue):
    call, officer = call_with()
    application = InReviewFactory(call=call)
    manager = ManagerFactory(organization=application.organization).user
    decision = prepare(application, officer)
    seen = {decision.pk: decision.decided_at}
    results = together(*[lambda: decision_announcing.announce(call=call, seen=seen, actor=officer)] * 2)
    assert sum(isinstance(result, InvalidState) for result in results) == 1
    run_queue()
    assert OutgoingMessage.objects.filter(to=manager.email).count() == 1


def test_mail_server_that_dies_in_the_middle_of_an_announcement_tells_each_once(run_queue, deliver, smtp_server):
    call, officer = call_with(envelope=None)
    emails = []
    for _n in range(12):
        application = InReviewFactory(call=call)
        emails.append(ManagerFactory(organization=application.organization).user.email)
        prepare(application, officer)
    plan = decision_announcing.plan_announcement(call)
    seen = {row.decision.pk: row.decision.decided_at for row in plan.ready}
    run = decision_announcing.announce(call=call, seen=seen, actor=officer)
    decision_announcing.run_announcement(run_id=run.pk, most=6)
    deliver()
    smtp_server.stop()
    run_queue()
    assert OutgoingMessage.objects.filter(state="queued").count() == 6
    smtp_server.start()
    deliver(now=timezone.now() + dt.timedelta(hours=1))
    assert [len(smtp_server.to(email)) for email in emails] == [1] * 12
    assert Application.objects.filter(status=S.ACCEPTED).count() == 12


def test_agreement_accepted_and_declined_at_once_ends_one_way():
    application, manager = announced()
    other = ManagerFactory(organization=application.organization).user
    results = together(
        lambda: agreements.accept_agreement(application=application, actor=manager),
        lambda: agreements.decline_agreement(application=application, reason="Trop tard.", actor=other),
    )
    agreement = Agreement.objects.get()
    application.refresh_from_db()
    assert sum(isinstance(result, InvalidState) for result in results) == 1
    assert application.granted == (money("1000") if agreement.is_accepted else money("0"))


# --- Paying ---------------------------------------------------------------------------------------


@pytest.fixture
def granted():
    return SubmittedFactory(status=S.ACCEPTED, granted=Decimal("1000.00"), announced_at=timezone.now())


def pay(payment, actor, reference):
    return lambda: services.pay(
        payment=payment,
        amount=payment.amount,
        method=PaymentMethod.CHEQUE,
        reference=reference,
        paid_on=timezone.localdate(),
        actor=actor,
    )


def ready(application, actor) -> Payment:
    (payment,) = services.plan_payments(application=application, actor=actor)
    return services.make_ready(payment=payment, actor=actor)


def test_payment_noted_by_two_at_once_leaves_once_and_the_other_is_told(granted):
    officers = [officer_of(granted.call), officer_of(granted.call)]
    payment = ready(granted, officers[0])
    results = together(pay(payment, officers[0], "1001"), pay(payment, officers[1], "1002"))
    payment.refresh_from_db()
    (told,) = [result for result in results if isinstance(result, services.PaymentMoved)]
    assert payment.status == PaymentStatus.PAID
    assert payment.reference in str(told)
    assert granted.payments.paid().total() == money("1000")


def test_one_cheque_noted_for_two_payments_at_once_is_one(granted):
    officer = officer_of(granted.call)
    other = SubmittedFactory(call=granted.call, status=S.ACCEPTED, granted=Decimal("500.00"))
    payments = [ready(one, officer) for one in (granted, other)]
    results = together(*[pay(payment, officer, "1001") for payment in payments])
    assert sum(isinstance(result, Payment) for result in results) == 1
    assert Payment.objects.paid().count() == 1


def test_payments_planned_twice_at_once_are_planned_once(granted):
    officer = officer_of(granted.call)
    together(*[lambda: services.plan_payments(application=granted, actor=officer)] * 2)
    assert granted.payments.live().total() == money("1000")


def test_two_raises_at_once_stay_within_the_envelope():
    call, _officer = call_with(envelope=Decimal("2500.00"))
    admin = AdminFactory()
    asked = []
    for _n in range(2):
        application = SubmittedFactory(call=call, status=S.ACCEPTED, granted=Decimal("1000.00"))
        manager = ManagerFactory(organization=application.organization).user
        asked.append(
            services.ask_amendment(
                application=application,
                subject=AmendmentSubject.AMOUNT,
                text="Plus de monde.",
                amount=Decimal("1500.00"),
                actor=manager,
            )
        )
    together(*[lambda one=one: services.accept_amendment(amendment=one, actor=admin) for one in asked])
    assert envelope.granted(call) == money("2500")


def test_raise_takes_nothing_of_what_prepared_decisions_hold(granted):
    call, admin = granted.call, AdminFactory()
    call.envelope = Decimal("2000.00")
    call.save()
    prepare(InReviewFactory(call=call), admin)
    manager = ManagerFactory(organization=granted.organization).user
    ask = {"subject": AmendmentSubject.AMOUNT, "text": "Plus de monde.", "amount": Decimal("1000.01")}
    amendment = services.ask_amendment(application=granted, actor=manager, **ask)
    with pytest.raises(InvalidState, match=r"n’a plus que 0,00\s\$"):
        services.accept_amendment(amendment=amendment, actor=admin)


def test_raise_past_the_calls_maximum_is_refused(granted):
    manager = ManagerFactory(organization=granted.organization).user
    ask = {"subject": AmendmentSubject.AMOUNT, "text": "Plus de monde.", "amount": Decimal("5000.01")}
    amendment = services.ask_amendment(application=granted, actor=manager, **ask)
    with pytest.raises(InvalidState, match="le maximum de l’appel"):
        services.accept_amendment(amendment=amendment, actor=AdminFactory())


def test_grant_that_is_paid_in_part_is_not_given_up_on_line():
    application, manager = announced()
    officer = officer_of(application.call)
    pay(ready(application, officer), officer, "1001")()
    with pytest.raises(InvalidState, match="Un versement est déjà payé"):
        agreements.decline_agreement(application=application, reason="Trop tard.", actor=manager)
    application.refresh_from_db()
    assert (application.status, application.granted) == (S.ACCEPTED, money("1000"))


def test_giving_up_cancels_what_was_to_be_paid():
    application, manager = announced()
    payment = ready(application, officer_of(application.call))
    agreements.decline_agreement(application=application, reason="Trop tard.", actor=manager)
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CANCELLED


def test_agreement_leaves_the_payments_that_staff_planned_before():
    application, manager = announced()
    payment = ready(application, officer_of(application.call))
    agreements.accept_agreement(application=application, actor=manager)
    assert list(application.payments.all()) == [payment]


def test_agreement_pays_what_is_granted_since_a_change():
    application, manager = announced()
    ask = {"subject": AmendmentSubject.AMOUNT, "text": "Moins de monde.", "amount": Decimal("700.00")}
    amendment = services.ask_amendment(application=application, actor=manager, **ask)
    services.accept_amendment(amendment=amendment, actor=AdminFactory())
    agreements.accept_agreement(application=application, actor=manager)
    assert application.payments.live().total() == money("700")
