"""What followed the demo's grants: agreements, payments, final reports, closing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from guichet.accounts.models import User
from guichet.organizations.demo.files import PDF
from guichet.organizations.demo.moments import DAY, HOUR

from ..enums import PaymentMethod, PaymentStatus
from ..models import Agreement, Decision, FormVersion, Payment, Report, ReportFile
from ..schema import Question, QuestionType, Schema, evaluate, format_amount, parse_schema
from ..schema.planned import planned_on
from ..services.agreements import fingerprint, statement_of
from .answers import with_real
from .applications import SHA256, Shelf, Timeline, Told
from .plans import DECLINED, GRANTS, S

GIVEN_UP = "Une entreprise d’ici paie tout le projet."
REPORTED = (S.REPORT_SUBMITTED, S.CLOSED)


@dataclass
class Ledger:
    """What is agreed, paid and reported, to be written together."""

    timeline: Timeline
    agent: User
    report_version: FormVersion
    agreements: list[Agreement] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    files: list[ReportFile] = field(default_factory=list)
    shelf: Shelf = field(default_factory=Shelf)
    transfers: int = 4000

    def __post_init__(self) -> None:
        self.schema = parse_schema(self.report_version.schema)
        self.budgets: dict[int, Question] = {}

    def follow(self, told: Told, decision: Decision) -> None:
        """From the agreement to the end, as far as it has come."""
        fate = told.plan.fate
        if fate not in GRANTS or fate == S.ACCEPTED:
            return
        self._agree(told, decision)
        if fate == DECLINED:
            told.row.granted = Decimal("0.00")
            return
        call = told.plan.call
        told.row.report_due_on = call.project_until + call.report_days * DAY
        self._pay(told, decision)
        if told.plan.status in REPORTED:
            self._report(told)

    def _agree(self, told: Told, decision: Decision) -> None:
        is_accepted = told.plan.fate != DECLINED
        agreement = Agreement(
            decision=decision,
            is_accepted=is_accepted,
            statement=statement_of(decision),
            reason="" if is_accepted else GIVEN_UP,
            by=told.manager,
            by_name=str(told.manager),
            at=told.plan.after(30),
        )
        agreement.fingerprint = fingerprint(agreement)
        self.agreements.append(agreement)
        verb = "agreement_accepted" if is_accepted else "agreement_declined"
        amount = format_amount(decision.amount)
        self.timeline.add(verb, told.row, agreement.at, told.manager, reason=agreement.reason, amount=amount)
        if is_accepted:
            self.timeline.add("payments_planned", told.row, agreement.at, None, amount=amount)

    def _pay(self, told: Told, decision: Decision) -> None:
        """The first instalment was paid, or is to be for one in five; the others come with the report's end."""
        parts = [part for part in decision.instalments if Decimal(part["amount"])]
        is_closed = told.plan.status == S.CLOSED
        for number, part in enumerate(parts, start=1):
            payment = Payment(
                application=told.row,
                number=number,
                amount=Decimal(part["amount"]),
                condition=part["condition"],
                due_on=timezone.localdate(told.plan.after(36)) if number == 1 else told.row.report_due_on,
            )
            self.payments.append(payment)
            if is_closed:
                self._note_paid(told, payment, self._reported_at(told) if number > 1 else told.plan.after(36))
            elif number == 1 and told.plan.status == S.REPORT_DUE and len(self.payments) % 5 == 0:
                payment.status = PaymentStatus.READY
            elif number == 1:
                self._note_paid(told, payment, told.plan.after(36))

    def _note_paid(self, told: Told, payment: Payment, at: dt.datetime) -> None:
        self.transfers += 1
        payment.status, payment.method = PaymentStatus.PAID, PaymentMethod.TRANSFER
        payment.reference, payment.paid_on = f"V-{self.transfers}", timezone.localdate(at)
        payment.paid_by = self.agent
        self.timeline.add(
            "payment_paid",
            told.row,
            at,
            self.agent,
            number=payment.number,
            amount=format_amount(payment.amount),
            reference=payment.reference,
        )

    # --- Reports ------------------------------------------------------------------------------------

    def _reported_at(self, told: Told) -> dt.datetime:
        """Some days after the projects' end, or lately for who finished early."""
        ends = told.plan.base + (told.plan.call.project_until - timezone.localdate(told.plan.call.closes_at))
        return min(ends + 20 * DAY, timezone.now() - 3 * DAY)

    def _report(self, told: Told) -> None:
        at = self._reported_at(told)
        report = Report(
            application=told.row,
            form_version=self.report_version,
            saved_at=at - HOUR,
            submitted_at=at,
            submitted_by=told.manager,
            submitted_by_name=str(told.manager),
        )
        report.answers = told.pen.answers(self.schema)
        budget, version = budget_of(self.schema), told.row.form_version
        if version.pk not in self.budgets:
            self.budgets[version.pk] = budget_of(parse_schema(version.schema))
        # The hours of volunteers are no money.
        spent = told.verdict.budget.cash
        planned = planned_on(budget, self.budgets[version.pk], told.row.answers["budget"])
        report.answers[budget.key] = with_real(planned, budget.expenses, spent=spent, own=spent - told.row.granted)
        shows = evaluate(self.schema, report.answers, column="real").visible
        report.answers = {key: answer for key, answer in report.answers.items() if key in shows}
        self.reports.append(report)
        self.timeline.add("report_submitted", told.row, at, told.manager)
        is_closed = told.plan.status == S.CLOSED
        invoices = ReportFile(
            report=report,
            question="factures",
            name="factures.pdf",
            content_type="application/pdf",
            size=len(PDF),
            sha256=SHA256,
            uploaded_by=told.manager,
            uploaded_at=at - HOUR,
        )
        self.shelf.put(invoices, is_final=is_closed)
        self.files.append(invoices)
        if is_closed:
            self.timeline.add("application_closed", told.row, at + DAY, self.agent)

    def write(self) -> None:
        """Write it all."""
        Agreement.objects.bulk_create(self.agreements)
        Payment.objects.bulk_create(self.payments)
        Report.objects.bulk_create(self.reports)
        ReportFile.objects.bulk_create(self.files)
        for file in self.files:
            file.report.answers[file.question] = [file.pk]
        Report.objects.bulk_update(self.reports, ["answers"])


def budget_of(schema: Schema) -> Question:
    """The only budget of a form of the demo."""
    [budget] = [question for _section, question in schema if question.type == QuestionType.BUDGET]
    return budget
