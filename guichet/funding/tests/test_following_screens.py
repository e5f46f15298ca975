"""The screens after the decision: paying in a batch, exporting, answering, reporting."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.funding import services
from guichet.funding.enums import AmendmentSubject, ApplicationStatus, PaymentStatus
from guichet.funding.models import Amendment, Payment, Report, ReportFile
from guichet.funding.staff.paying import following_number
from guichet.organizations.tests.factories import AccessFactory, ManagerFactory, OrganizationFactory

from .factories import SubmittedFactory
from .test_reports import report_form

pytestmark = pytest.mark.django_db
S = ApplicationStatus


@pytest.fixture
def admin():
    return AdminFactory()


@pytest.fixture
def staff(client_for, admin):
    return client_for(admin)


@pytest.fixture
def application():
    return SubmittedFactory(
        call__report_form=report_form(),
        status=S.REPORT_DUE,
        granted=Decimal("1000.00"),
        announced_at=timezone.now(),
        report_due_on=timezone.localdate(),
    )


def ready(application, count=1, amount="100.00"):
    return [
        Payment.objects.create(
            application=application, number=number, amount=Decimal(amount), status=PaymentStatus.READY
        )
        for number in range(1, count + 1)
    ]


# --- Paying ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "number", "expected"),
    [("1200", 1, "1201"), ("0099", 1, "0100"), ("VIR", 1, "VIR-2"), ("A-9", 2, "A-11"), ("7", 0, "7")],
)
def test_following_numbers(first, number, expected):
    assert following_number(first, number) == expected


def pay_address(payments):
    return f"{reverse('staff_payments_pay')}?" + "&".join(f"id={one.pk}" for one in payments)


FORM = {"method": "cheque", "paid_on": "2026-01-15", "first_reference": "1200"}


def confirmed(payments, **extra):
    values = {"confirm": "1", **FORM}
    for number, payment in enumerate(payments):
        values |= {f"amount-{payment.pk}": "100,00 $", f"reference-{payment.pk}": str(1200 + number)}
    return {**values, **extra}


def test_batch_is_shown_before_anything_is_noted(staff, application):
    payments = ready(application, 2)
    page = staff.post(pay_address(payments), FORM).content.decode()
    assert 'value="1200"' in page
    assert 'value="1201"' in page
    assert not Payment.objects.paid().exists()


def test_batch_is_noted_and_twice_is_once(staff, application):
    payments = ready(application, 2)
    for _time in range(2):
        assert staff.post(pay_address(payments), confirmed(payments)).status_code == 200
    assert list(Payment.objects.paid().order_by("number").values_list("reference", flat=True)) == ["1200", "1201"]


def test_one_number_for_two_lines_is_told_and_nothing_is_noted(staff, application):
    payments = ready(application, 2)
    sent = confirmed(payments, **{f"reference-{payments[1].pk}": "1200"})
    page = staff.post(pay_address(payments), sent).content.decode()
    assert "Ce numéro est déjà celui d’une autre ligne." in page
    assert not Payment.objects.paid().exists()


def test_amount_that_changed_meanwhile_is_not_paid(staff, application):
    payments = ready(application, 1)
    Payment.objects.update(amount=Decimal("90.00"))
    page = staff.post(pay_address(payments), confirmed(payments)).content.decode()
    assert "Le montant a changé" in page
    for rubbish in ("abc", "", "1e9"):
        staff.post(pay_address(payments), confirmed(payments, **{f"amount-{payments[0].pk}": rubbish}))
    assert not Payment.objects.paid().exists()


def test_agent_pays_only_for_the_programmes_that_are_theirs(client_for, application):
    agent = AgentFactory()
    own = SubmittedFactory(status=S.ACCEPTED, granted=Decimal(1000))
    own.call.program.officers.add(agent)
    payments = [*ready(application), *ready(own)]
    page = client_for(agent).post(pay_address(payments), confirmed(payments)).content.decode()
    assert "Vous n’êtes pas chargé de ce programme." in page
    assert [one.application for one in Payment.objects.paid()] == [own]


def test_nothing_to_pay_leads_back(staff, application):
    assert staff.get(reverse("staff_payments_pay")).status_code == 302
    assert staff.get(f"{reverse('staff_payments_pay')}?id=x&id=99999999999999999999").status_code == 302


def test_all_that_the_filter_shows_is_paid(staff, application):
    ready(application, 2)
    other = ready(SubmittedFactory(status=S.ACCEPTED, granted=Decimal(1000)))
    address = f"{reverse('staff_payments_pay')}?id=all&program={application.call.program_id}"
    page = staff.get(address).content.decode()
    assert page.count(application.number) == 2
    assert other[0].application.number not in page


# --- Lists and exports ----------------------------------------------------------------------------


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_accountant_gets_what_the_list_shows(staff, admin, extension):
    organization = OrganizationFactory(name="=Club d’échecs", neq="1140000000")
    application = SubmittedFactory(organization=organization, status=S.ACCEPTED, granted=Decimal(1000))
    paid = ready(application, 2, "1234.50")[0]
    application.granted = Decimal(5000)
    application.save()
    services.pay(
        payment=paid,
        amount=paid.amount,
        method="cheque",
        reference="=1+1",
        paid_on=timezone.localdate(),
        actor=admin,
    )
    answer = staff.get(reverse("staff_payments_export", args=[extension]) + "?status=paid")
    content = answer.getvalue()
    if extension == "csv":
        heads, row = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
        assert row[7] == "1234,50"
    else:
        heads, row = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        assert row[7] == 1234.5
    assert heads[1] == "Fiche"
    assert row[1].lstrip("'").startswith("=Club")
    assert row[1] != "=Club d’échecs"
    assert row[9] != "=1+1"


def test_list_of_what_follows_finds_and_filters(staff, application):
    closed = SubmittedFactory(status=S.CLOSED, title="Glissades", granted=Decimal(10))
    SubmittedFactory(status=S.IN_REVIEW, title="Encore en évaluation")
    address = reverse("staff_followings")
    page = staff.get(address).content.decode()
    assert application.number in page
    assert "Encore en évaluation" not in page
    assert closed.number in staff.get(f"{address}?q=glissades").content.decode()
    assert closed.number not in staff.get(f"{address}?status=report_due").content.decode()
    for to_do in ("plan", "pay", "change", "late", "check", "recover"):
        assert staff.get(f"{address}?to_do={to_do}").status_code == 200
    assert application.number in staff.get(f"{address}?to_do=plan").content.decode()


def test_embargo_no_page_follows_what_is_not_announced(staff):
    application = SubmittedFactory(status=S.IN_REVIEW)
    assert staff.get(reverse("staff_following", args=[application.pk])).status_code == 404


# --- Changes --------------------------------------------------------------------------------------


def test_refused_answer_keeps_what_was_typed(staff, application):
    amendment = Amendment.objects.create(
        application=application, subject=AmendmentSubject.AMOUNT, amount=Decimal(900), text="Moins cher."
    )
    page = staff.post(reverse("staff_amendment", args=[amendment.pk]), {"amount": "1 000,001", "answer": "Oui."})
    assert "Oui." in page.content.decode()
    amendment.refresh_from_db()
    assert amendment.is_waiting


def test_gestionnaire_asks_on_a_page_that_says_what_is_missing(client_for, application):
    manager = ManagerFactory(organization=application.organization)
    address = reverse("funding:ask_amendment", args=[application.organization_id, application.pk])
    client = client_for(manager.user)
    page = client.post(address, {"subject": "amount", "text": "Le prix a baissé."}).content.decode()
    assert "Inscrivez le montant" in page
    assert "Le prix a baissé." in page
    assert client.post(address, {"subject": "amount", "text": "x", "amount": "800"}).status_code == 302
    page = client.post(address, {"subject": "project", "text": "Autre lieu."}).content.decode()
    assert "attend déjà une réponse" in page


# --- The report -----------------------------------------------------------------------------------


@pytest.fixture
def writer(client_for, application):
    return client_for(AccessFactory(organization=application.organization).user)


def section(application, key="projet"):
    return reverse("funding:report_section", args=[application.organization_id, application.pk, key])


def test_report_is_written_section_by_section_and_sent(writer, client_for, application):
    client = client_for(ManagerFactory(organization=application.organization).user)
    overview = reverse("funding:report", args=[application.organization_id, application.pk])
    answers = {"q-nom": "Patins", "q-resume": "Trente enfants.", "q-jeunes": "no", "go": "next"}
    assert writer.post(section(application), answers)["Location"] == section(application, "budget")
    base = section(application, "budget")
    page = writer.get(base).content.decode()
    assert "1\u00a0500,00\u00a0$" in page
    token = page.partition('name="base" value="')[2].partition('"')[0].replace("&quot;", '"')
    budget = {
        "base": token,
        "q-budget-rows": ["planned", "real"],
        "q-budget-lscq-real": "1000",
        "q-budget-mise-real": "500",
        "q-budget-materiel-real": "1500",
    }
    assert writer.post(base, budget)["Location"] == overview
    assert "Remettre aux gestionnaires" in writer.get(overview).content.decode()
    assert writer.post(overview + "remettre/").status_code == 302
    assert "pas encore transmise" in client.get(overview).content.decode()
    assert "Trente enfants." in client.get(overview + "transmettre/").content.decode()
    client.post(overview + "transmettre/")
    application.refresh_from_db()
    assert application.status == S.REPORT_SUBMITTED
    assert "Trente enfants." in client.get(overview).content.decode()


def test_wrong_file_is_told_and_the_rest_is_kept(writer, application):
    bad = SimpleUploadedFile("devis.pdf", b"rien")
    page = writer.post(section(application), {"q-nom": "Patins", "q-devis": bad})
    assert "devis.pdf" in page.content.decode()
    assert Report.objects.get().answers["nom"] == "Patins"


def test_file_is_added_and_taken_away(writer, application):
    writer.post(section(application), {"q-devis": SimpleUploadedFile("facture.pdf", b"%PDF-1.4 x"), "go": "stay"})
    file = ReportFile.objects.get()
    assert "facture.pdf" in writer.get(section(application)).content.decode()
    address = reverse("funding:report_file", args=[application.organization_id, application.pk, file.pk])
    assert writer.get(address).getvalue() == b"%PDF-1.4 x"
    writer.post(section(application), {"q-devis-remove": str(file.pk)})
    assert Report.objects.get().answers["devis"] == []


def test_locked_report_keeps_what_was_typed_on_screen(writer, application):
    report = services.report_of(application)
    report.awaiting_manager = True
    report.save()
    page = writer.post(section(application), {"q-nom": "Un nom neuf"})
    assert page.status_code == 409
    assert "Un nom neuf" in page.content.decode()


def test_unknown_section_and_report_that_is_not_due_are_not_found(writer, application):
    assert writer.get(section(application, "autre")).status_code == 404
    application.status = S.ACCEPTED
    application.save()
    assert writer.get(section(application)).status_code == 404


def test_staff_read_a_report_only_once_it_came(staff, application):
    address = reverse("staff_final_report", args=[application.pk])
    services.save_report(
        application=application, section_key="projet", answers={"nom": "x"}, base={}, actor=AdminFactory()
    )
    assert staff.get(address).status_code == 404
    Report.objects.update(submitted_at=timezone.now())
    application.status = S.REPORT_SUBMITTED
    application.save()
    assert staff.get(address).status_code == 200
