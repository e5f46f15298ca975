"""Letters: fields, unknown fields, text that stays text, who may read them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import SiteSettings
from guichet.funding.enums import Outcome
from guichet.funding.models import DecisionReason, Letter, LetterTemplate
from guichet.funding.services import letters
from guichet.funding.starting import load_reasons
from guichet.organizations.tests.factories import ManagerFactory

from .deciding import ACCEPTED, REFUSED, InReviewFactory, ReasonFactory, announced, call_with, prepare
from .factories import ProgramFactory

pytestmark = pytest.mark.django_db
EASY = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NASTY = st.text(alphabet="#*_[]{}$@<>`~\\\"'/=-+éà \n(),;:.!%x1", max_size=80)


def test_letter_has_the_words_of_the_decision():
    application, _manager = announced(amount="750")
    letter = Letter.objects.get()
    assert application.number in letter.title
    assert "750,00\xa0$" in letter.text
    assert letter.recipient.startswith(application.organization.name)
    assert "{" not in letter.text
    # No condition was set: its paragraph is not there.
    assert "Conditions" not in letter.text


def test_refusal_gives_its_reasons_and_what_could_be_done():
    call, officer = call_with()
    decision = prepare(
        InReviewFactory(call=call), officer, REFUSED, reasons=(ReasonFactory(text="Trop tard."),), next_step="Revenez."
    )
    text = letters.write_letter(decision).text
    assert "–\xa0Trop tard." in text
    assert "Pour la suite" in text
    assert "Revenez." in text


def test_letter_that_was_announced_does_not_change_with_its_template():
    application, _manager = announced()
    before = Letter.objects.get().text
    letters.save_template(
        program=application.call.program,
        outcome=ACCEPTED,
        title="Neuf",
        text="Bonjour {organisme}.",
        actor=application.call.program.officers.get(),
    )
    assert Letter.objects.get().text == before


def test_programme_has_its_own_letter():
    call, officer = call_with()
    letters.save_template(
        program=call.program, outcome=ACCEPTED, title="Bravo {organisme}", text="{montant} pour vous.", actor=officer
    )
    letter = letters.write_letter(prepare(InReviewFactory(call=call), officer))
    assert letter.title == f"Bravo {letter.decision.application.organization.name}"
    assert letter.text == "1\xa0000,00\xa0$ pour vous."


def test_signature_comes_from_the_settings():
    body = SiteSettings.load()
    body.signatory, body.signatory_title = "Zoé Roy", "Directrice générale"
    body.save()
    announced()
    assert Letter.objects.get().signatory == "Zoé Roy\nDirectrice générale"


@pytest.mark.parametrize(
    ("text", "says"),
    [("{organime}", "{organime}"), ("{ }", "n’existe pas"), ("Oui {", "accolade"), ("} non", "accolade")],
)
def test_unknown_field_is_refused(text, says):
    call, officer = call_with()
    with pytest.raises(InvalidState, match=says):
        letters.save_template(program=call.program, outcome=ACCEPTED, title="T", text=text, actor=officer)
    assert not LetterTemplate.objects.exists()


def test_what_a_field_says_is_no_field():
    call, officer = call_with()
    decision = prepare(InReviewFactory(call=call, title="{montant} #panic()"), officer)
    assert "« {montant} #panic() »" in letters.write_letter(decision).text.replace("\xa0", " ")


@EASY
@given(NASTY, NASTY, NASTY)
def test_nothing_that_people_write_is_markup(title, words, conditions):
    call, officer = call_with()
    application = InReviewFactory(call=call, title=title)
    application.organization.name = f"Club {words}"[:120]
    application.organization.save()
    decision = prepare(application, officer, conditions=conditions)
    letter = letters.write_letter(decision)
    assert letters.letter_pdf(letter).startswith(b"%PDF-")
    if conditions.strip():
        assert conditions.strip() in letter.text


@EASY
@given(NASTY)
def test_any_template_is_refused_or_makes_a_letter(text):
    call, officer = call_with()
    if letters.problems_of(text):
        return
    LetterTemplate.objects.create(program=call.program, outcome=ACCEPTED, title="T", text=text)
    letter = letters.write_letter(prepare(InReviewFactory(call=call), officer))
    assert letters.letter_pdf(letter).startswith(b"%PDF-")


def test_every_starting_letter_is_sound():
    program = ProgramFactory()
    for outcome in Outcome:
        template = letters.template_of(program, outcome)
        assert letters.problems_of(template.title) == letters.problems_of(template.text) == []
        assert letters.letter_pdf(letters.sample_letter(program, outcome)).startswith(b"%PDF-")


def test_new_portal_starts_with_reasons_and_keeps_what_staff_made_of_them():
    call_command("setup_site", verbosity=0)
    assert DecisionReason.objects.count() == 8
    DecisionReason.objects.exclude(pk=DecisionReason.objects.first().pk).delete()
    assert load_reasons() == 0


def test_only_who_runs_the_programme_changes_a_letter(client_for):
    program = ProgramFactory()
    with pytest.raises(PermissionDenied):
        letters.save_template(program=program, outcome=ACCEPTED, title="T", text="x", actor=AgentFactory())
    address = reverse("staff_letter_text", args=[program.pk, "accepted"])
    assert client_for(AgentFactory()).get(address).status_code == 403


def test_staff_edit_a_letter_with_the_fields_beside(client_for):
    call, officer = call_with()
    client, address = client_for(officer), reverse("staff_letter_text", args=[call.program_id, "refused"])
    assert "{personne-ressource}" in client.get(address).content.decode()
    refused = client.post(address, {"title": "T", "text": "Cher {organime}"}).content.decode()
    assert "Le champ {organime}" in refused
    assert "Cher {organime}" in refused
    client.post(address, {"title": "T", "text": "Cher {organisme}"})
    assert LetterTemplate.objects.get().text == "Cher {organisme}"
    sample = reverse("staff_letter_sample", args=[call.program_id, "refused"])
    assert client.get(sample).content.startswith(b"%PDF-")
    assert client.get(reverse("staff_letter_text", args=[call.program_id, "nothing"])).status_code == 404


def test_letter_is_for_its_fiche_and_staff_alone(client_for):
    application, manager = announced()
    letter = Letter.objects.get()
    address = reverse("funding:letter", args=[application.organization_id, application.pk, letter.pk])
    client = client_for(manager)
    assert client.get(address).status_code == 404
    page = client.get(reverse("funding:decision", args=[application.organization_id, application.pk]))
    assert "en préparation" in page.content.decode()
    letters.make_letters()
    answer = client.get(address)
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    other = ManagerFactory()
    assert client_for(other.user).get(address).status_code == 404
    elsewhere = reverse("funding:letter", args=[other.organization_id, application.pk, letter.pk])
    assert client_for(other.user).get(elsewhere).status_code == 404
    staff = client_for(AgentFactory()).get(reverse("staff_letter", args=[letter.pk]))
    assert b"".join(staff.streaming_content).startswith(b"%PDF-")
