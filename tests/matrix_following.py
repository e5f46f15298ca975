"""The rows of the role matrix about what follows a decision on an application, and what they are about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.utils import timezone

from guichet.funding.enums import AmendmentSubject, ApplicationStatus, PaymentMethod, PaymentStatus
from guichet.funding.models import Amendment, Payment, Recovery, Report, ReportFile
from guichet.funding.tests.factories import SubmittedFactory
from guichet.funding.tests.test_reports import report_form

# An agent reads everything; only who runs the programme acts.
RUN = "in 403 403 403 403 403 ok"
DAY = "2030-01-15"
PAY = {"method": "cheque", "paid_on": "2026-01-15", "first_reference": "1"}


def following_rows(get: Callable, post: Callable, *, of_fiche: str, by_manager: str, staff: str) -> list:
    """Who gets what."""
    return [
        get("funding:following", of_fiche, "fiche followed"),
        get("funding:ask_amendment", by_manager, "fiche followed"),
        post("funding:ask_amendment", by_manager, "fiche followed", subject="project", text="Autre lieu."),
        post("funding:withdraw_amendment", by_manager, "fiche followed amendment"),
        get("funding:report", of_fiche, "fiche followed"),
        get("funding:report_section", of_fiche, "fiche followed report_section"),
        post("funding:report_section", of_fiche, "fiche followed report_section", **{"q-nom": "Patins"}),
        post("funding:report_send", of_fiche, "fiche followed"),
        get("funding:report_submit", by_manager, "fiche followed"),
        post("funding:report_submit", by_manager, "fiche followed"),
        get("funding:report_give_back", by_manager, "fiche followed"),
        post("funding:report_give_back", by_manager, "fiche followed", remark="Une facture."),
        get("funding:report_file", of_fiche, "fiche reported report_file"),
        get("funding:report_file", "in 403 404 404 404 404 404", "fiche followed report_file"),
        get("staff_followings", staff),
        get("staff_followings_results", staff),
        get("staff_following", staff, "followed"),
        post("staff_payments_plan", RUN, "reported"),
        get("staff_report_extend", RUN, "followed"),
        post("staff_report_extend", RUN, "followed", due_on=DAY, reason="Inondation."),
        get("staff_application_close", RUN, "reported"),
        post("staff_application_close", RUN, "reported"),
        get("staff_payments", staff),
        get("staff_payments_results", staff),
        get("staff_payments_export", staff, "extension"),
        get("staff_payments_pay", staff, id="@ready_payment"),
        post("staff_payments_pay", staff, **PAY),
        get("staff_payment", RUN, "planned_payment"),
        post("staff_payment", RUN, "planned_payment", amount="10", condition="", due_on=DAY),
        post("staff_payment_ready", RUN, "planned_payment"),
        post("staff_payment_hold", RUN, "ready_payment"),
        get("staff_payment_cancel", RUN, "planned_payment"),
        post("staff_payment_cancel", RUN, "planned_payment", reason="Non."),
        get("staff_payment_take_back", RUN, "paid_payment"),
        post("staff_payment_take_back", RUN, "paid_payment", reason="Chèque revenu."),
        get("staff_amendment", staff, "amendment"),
        post("staff_amendment", RUN, "amendment"),
        get("staff_amendment_refuse", RUN, "amendment"),
        post("staff_amendment_refuse", RUN, "amendment", answer="Non."),
        get("staff_final_report", staff, "reported"),
        get("staff_report_file", staff, "reported report_file"),
        get("staff_report_return", RUN, "reported"),
        post("staff_report_return", RUN, "reported", text="Une facture.", due_on=DAY),
        get("staff_recovery_ask", RUN, "reported"),
        post("staff_recovery_ask", RUN, "reported", amount="1", due_on=DAY, reason="Reste."),
        get("staff_recovery_receive", RUN, "reported"),
        post("staff_recovery_receive", RUN, "reported", received_on="2026-01-15", reference="1"),
        get("staff_recovery_drop", RUN, "reported"),
        post("staff_recovery_drop", RUN, "reported", reason="Petit montant."),
    ]


def add_following(world: SimpleNamespace) -> None:
    """An application that is paid, one whose report came."""
    now, today = timezone.now(), timezone.localdate()
    granted = {"organization": world.fiche, "granted": Decimal("1000.00"), "announced_at": now}
    world.followed = SubmittedFactory(
        call__report_form=report_form(),
        status=ApplicationStatus.REPORT_DUE,
        report_due_on=today + dt.timedelta(days=30),
        **granted,
    )
    world.reported = SubmittedFactory(
        call__report_form=report_form(), status=ApplicationStatus.REPORT_SUBMITTED, **granted
    )
    payments = {"application": world.followed, "amount": Decimal("100.00")}
    world.planned_payment = Payment.objects.create(number=1, **payments)
    world.ready_payment = Payment.objects.create(number=2, status=PaymentStatus.READY, **payments)
    world.paid_payment = Payment.objects.create(
        number=3,
        status=PaymentStatus.PAID,
        method=PaymentMethod.CHEQUE,
        reference="1",
        paid_on=today,
        **payments,
    )
    world.amendment = Amendment.objects.create(
        application=world.followed, subject=AmendmentSubject.PROJECT, text="Un autre lieu."
    )
    report = Report.objects.create(
        application=world.reported,
        form_version=world.reported.call.report_form.versions.get(),
        submitted_at=now,
        answers={},
    )
    world.report_file = ReportFile(
        report=report, question="devis", name="facture.pdf", content_type="application/pdf", size=1
    )
    world.report_file.file.save("facture.pdf", ContentFile(b"%PDF-"))
    Recovery.objects.create(application=world.reported, amount=Decimal("10.00"), reason="Reste.", due_on=today)
    world.report_section = "projet"
