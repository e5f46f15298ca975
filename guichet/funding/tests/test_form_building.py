"""Forms built by staff: what their blocks become, what keeps them from being published, which drafts follow."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from guichet.accounts.tests.factories import AdminFactory, AgentFactory
from guichet.core.errors import InvalidState
from guichet.core.models import Event
from guichet.funding import perms, services
from guichet.funding.blocks import SectionQuestionsBlock
from guichet.funding.enums import ApplicationStatus, FormPurpose
from guichet.funding.models import Form, FormVersion, QuestionSet
from guichet.funding.schema import check_schema
from guichet.funding.services.forms import schema_of

from .factories import ANSWERS, ApplicationFactory, CallFactory, SubmittedFactory
from .form_blocks import asking, block, budget, form_with, section

pytestmark = pytest.mark.django_db


def questions_of(form: Form) -> list[dict]:
    return [question for part in schema_of(form)["sections"] for question in part["questions"]]


def test_everything_that_a_question_is_made_of_can_be_typed():
    for name, question in SectionQuestionsBlock().child_blocks.items():
        if parts := getattr(question, "child_blocks", {}):
            layout = question.meta.form_layout
            assert {*layout.children, *layout.settings} == set(parts), name


def test_every_type_of_question_becomes_a_schema_that_checks():
    form = form_with(
        section(
            block("note", "intro", label="", help="Bienvenue."),
            block("text", "nom", label="Nom du projet", reference="nom", max_length=80),
            block("long_text", "resume", label="Résumé", max_length=500),
            block("number", "jeunes", label="Nombre de jeunes", minimum="0", unit="jeunes"),
            block("amount", "prix", label="Prix", maximum="5000.00"),
            block("date", "debut", label="Début", earliest="2027-04-01"),
            block("choice", "portee", label="Portée", options=[("locale", "Locale"), ("region", "Régionale")]),
            block("choices", "saisons", label="Saisons", options=[("ete", "Été")], minimum=1, maximum=1),
            block("yes_no", "mineurs", label="Des mineurs?"),
            block("file", "devis", label="Devis", extensions=["pdf"], max_files=2),
            block("table", "activites", label="Activités", columns=[("titre", "Titre", "text")]),
            budget(),
            block("declaration", "vrai", label="Tout est vrai."),
            block("from_fiche", "neq", field="neq"),
        )
    )
    schema = schema_of(form)
    assert services.problems_of(form) == check_schema(schema) == []
    kinds = {question["key"]: question["type"] for question in questions_of(form)}
    assert len(set(kinds.values())) == len(kinds) == 14
    found = {question["key"]: question for question in questions_of(form)}
    assert found["prix"]["maximum"] == "5000.00"
    assert found["debut"]["earliest"] == "2027-04-01"
    assert found["portee"]["options"] == [
        {"key": "locale", "label": "Locale"},
        {"key": "region", "label": "Régionale"},
    ]
    assert found["neq"]["label"] == "NEQ"
    assert found["budget"]["revenues"][0] == {"key": "lscq", "label": "Montant demandé", "kind": "lscq"}


def test_keys_last_when_the_words_change():
    form = form_with(section(block("text", "nom", label="Nom")))
    form.body[0].value["questions"][0].value["label"] = "Nom du projet"
    form.save()
    question = questions_of(Form.objects.get(pk=form.pk))[0]
    assert (question["key"], question["label"]) == ("nom", "Nom du projet")


@pytest.mark.parametrize(
    ("asked", "words", "value"),
    [
        (block("yes_no", "a", label="A", reference="a"), "Oui", "yes"),
        (block("yes_no", "a", label="A", reference="a"), " non ", "no"),
        (block("choice", "a", label="A", reference="a", options=[("k1", "École")]), "école", "k1"),
        (block("number", "a", label="A", reference="a"), "12", "12"),
    ],
)
def test_condition_says_the_answer_in_words(asked, words, value):
    form = form_with(section(asked, block("text", "b", label="B", condition=asking("a", "is", words)), condition=None))
    assert services.problems_of(form) == []
    test = questions_of(form)[1]["condition"]
    assert test == {"match": "all", "tests": [{"question": "a", "test": "is", "value": value}]}


@pytest.mark.parametrize(
    ("blocks", "problem"),
    [
        pytest.param(
            [
                block("text", "a", label="A", reference="a", condition=asking("b", "filled")),
                block("text", "b", label="B", reference="b", condition=asking("a", "filled")),
            ],
            "Ces questions dépendent l’une de l’autre, en boucle",
            id="loop of conditions",
        ),
        pytest.param(
            [block("text", "a", label="A", condition=asking("rien", "filled"))],
            "nomme «\u00a0rien\u00a0»\u00a0: aucune question n’a ce repère",
            id="unknown reference",
        ),
        pytest.param(
            [block("text", "a", label="A", reference="x"), block("text", "b", label="B", reference="x")],
            "Deux questions ont le repère «\u00a0x\u00a0»",
            id="reference twice",
        ),
        pytest.param([budget(revenues=[("mise", "Mise de fonds", "own")])], "l’aide demandée", id="no requested line"),
        pytest.param([block("text", "a", label="")], "n’a pas de libellé", id="no label"),
        pytest.param(
            [
                block("yes_no", "a", label="A", reference="a"),
                block("text", "b", label="B", condition=asking("a", "is", "peut-être")),
            ],
            "une réponse impossible",
            id="impossible answer",
        ),
    ],
)
def test_form_with_something_wrong_is_not_published(blocks, problem):
    form = form_with(section(*blocks))
    with pytest.raises(services.Unpublishable) as refusal:
        services.publish_form(form=form, actor=AdminFactory())
    assert any(problem in sentence for sentence in refusal.value.problems), refusal.value.problems
    assert not FormVersion.objects.exists()


def test_report_needs_no_line_for_what_is_asked():
    form = form_with(section(budget(revenues=[("mise", "Mise de fonds", "own")])), purpose=FormPurpose.REPORT)
    assert services.problems_of(form) == []


def test_reusable_block_is_copied_at_publication():
    contact = QuestionSet.objects.create(name="Contact", body=[block("text", "tel", label="Téléphone")])
    form = form_with(
        section(block("text", "nom", label="Nom"), {"type": "question_set", "value": contact.pk, "id": "q"})
    )
    actor = AdminFactory()
    version = services.publish_form(form=form, actor=actor)
    contact.body = [block("text", "tel", label="Cellulaire")]
    contact.save()
    version.refresh_from_db()
    assert [one["label"] for one in version.schema["sections"][0]["questions"]] == ["Nom", "Téléphone"]
    again = services.publish_form(form=form, actor=actor)
    assert (again.number, again.schema["sections"][0]["questions"][1]["label"]) == (2, "Cellulaire")
    assert services.forms_with(contact) == [form]


def test_reusable_block_is_there_once_and_not_deleted():
    contact = QuestionSet.objects.create(name="Contact", body=[block("text", "tel", label="Téléphone")])
    twice = [{"type": "question_set", "value": contact.pk, "id": name} for name in ("q1", "q2")]
    form = form_with(section(*twice))
    assert "deux fois" in services.problems_of(form)[0]
    contact.delete()
    form = Form.objects.get(pk=form.pk)
    assert "a été supprimé" in services.problems_of(form)[0]


def test_same_form_makes_no_new_version():
    form, actor = form_with(section(block("text", "nom", label="Nom"))), AdminFactory()
    first = services.publish_form(form=form, actor=actor)
    assert services.publish_form(form=form, actor=actor) == first
    assert Event.objects.filter(verb="funding.form_published").count() == 1


def test_drafts_follow_to_the_new_version_and_others_keep_theirs():
    form, actor = form_with(section(block("text", "nom", label="Nom"))), AdminFactory()
    first = services.publish_form(form=form, actor=actor)
    call = CallFactory(form=form)
    draft = ApplicationFactory(call=call)
    waiting = ApplicationFactory(call=call, status=ApplicationStatus.AWAITING_MANAGER)
    submitted = SubmittedFactory(call=call)
    elsewhere = ApplicationFactory()
    form.body = [section(block("text", "nom", label="Nom du projet"))]
    form.save()
    second = services.publish_form(form=form, actor=actor)
    for application in (draft, waiting, submitted, elsewhere):
        application.refresh_from_db()
    assert draft.form_version == second
    assert draft.answers == ANSWERS
    assert waiting.form_version == submitted.form_version == first
    assert elsewhere.form_version.form != form


def test_form_that_somebody_else_saved_is_not_replaced_silently():
    form, actor = form_with(section(block("text", "nom", label="Nom"))), AdminFactory()
    opened = Form.objects.get(pk=form.pk).updated_at
    services.save_form(form=Form.objects.get(pk=form.pk), opened=opened, actor=actor)
    mine = Form.objects.get(pk=form.pk)
    mine.name = "Le mien"
    with pytest.raises(services.EditedMeanwhile):
        services.save_form(form=mine, opened=opened, actor=actor)
    assert not Form.objects.filter(name="Le mien").exists()


def test_form_in_use_is_not_deleted():
    form, actor = form_with(section(block("text", "nom", label="Nom"))), AdminFactory()
    services.publish_form(form=form, actor=actor)
    call = CallFactory(form=form)
    with pytest.raises(InvalidState):
        services.delete_form(form=form, actor=actor)
    call.delete()
    services.delete_form(form=form, actor=actor)
    assert not Form.objects.filter(pk=form.pk).exists()


def test_copy_keeps_the_keys_of_the_questions():
    form = form_with(section(block("text", "nom", label="Nom")))
    copy = services.copy_form(form=form, actor=AdminFactory())
    assert schema_of(Form.objects.get(pk=copy.pk)) == schema_of(form)
    assert copy.pk != form.pk


def test_form_is_changed_by_whoever_has_all_its_programs():
    form = form_with(section(block("text", "nom", label="Nom")))
    agent, other = AgentFactory(), AgentFactory()
    assert not perms.can_build_forms(agent)
    first, second = CallFactory(form=form), CallFactory(report_form=form)
    first.program.officers.add(agent)
    second.program.officers.add(other)
    assert perms.can_build_forms(agent)
    assert not perms.can_edit_form(agent, form)
    second.program.officers.add(agent)
    assert perms.can_edit_form(agent, form)
    assert perms.can_edit_form(AdminFactory(), form)
    with pytest.raises(PermissionDenied):
        services.publish_form(form=form, actor=other)
