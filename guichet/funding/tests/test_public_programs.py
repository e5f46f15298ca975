"""The programmes for visitors: which ones, with which calls; the closing for one's calendar; search engines."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from guichet.accounts.tests.factories import AgentFactory
from guichet.core.ics import Deadline, calendar_file
from guichet.funding.enums import CallStatus
from guichet.organizations.tests.factories import ManagerFactory

from .factories import CallFactory, ProgramFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def said(response) -> str:
    return re.sub(r"[\s\u00a0]+", " ", BeautifulSoup(response.content, "html.parser").get_text(" "))


@pytest.fixture
def program():
    return ProgramFactory(name="Plein air", slug="plein-air", who_may_apply="<p>Les écoles.</p>", contact_name="Zoé")


def call(program, opens: int, closes: int, **fields):
    now = timezone.now()
    return CallFactory(program=program, opens_at=now + opens * DAY, closes_at=now + closes * DAY, **fields)


def test_list_has_the_open_programs_on_top(client, program):
    ProgramFactory(name="Caché", is_published=False)
    quiet = ProgramFactory(name="Art")
    coming = ProgramFactory(name="Zoo")
    call(coming, 2, 20)
    call(program, -2, 20)
    call(quiet, -2, 20, status=CallStatus.DRAFT)
    page = client.get("/programmes/")
    titles = [title.get_text(strip=True) for title in BeautifulSoup(page.content, "html.parser").select("main h2")]
    assert titles == ["Plein air", "Zoo", "Art"]


def test_page_tells_that_a_call_is_for_members(client, program):
    call(program, -2, 20, name="pour tous")
    assert "Être membre de LSCQ" not in said(client.get("/programmes/plein-air/"))
    call(program, -2, 30, name="pour les membres", members_only=True)
    assert said(client.get("/programmes/plein-air/")).count("Adhésion Être membre de LSCQ") == 1


def test_page_tells_the_calls_that_people_may_know_of(client, program):
    call(program, -2, 20, name="ouvert", kinds=["school"])
    call(program, 5, 20, name="à venir")
    call(program, -20, -2, name="passé")
    call(program, -2, 20, name="secret", status=CallStatus.DRAFT)
    call(program, -2, 20, name="annulé", status=CallStatus.WITHDRAWN)
    page = client.get("/programmes/plein-air/")
    text = said(page)
    for words in ("ouvert", "à venir", "passé", "Les écoles.", "Zoé", "Milieux admissibles Scolaire", "5 000,00 $"):
        assert words in text
    assert "secret" not in text
    assert "annulé" not in text
    assert text.count("Présenter une demande") == 1
    html = BeautifulSoup(page.content, "html.parser")
    assert html.find("meta", {"name": "description"})["content"] == program.summary
    assert len(html.find_all("h1")) == 1


def test_program_that_is_not_in_the_site_is_shown_to_staff_alone(client):
    ProgramFactory(slug="cache", is_published=False)
    assert client.get("/programmes/cache/").status_code == 404
    client.force_login(ManagerFactory().user)
    assert client.get("/programmes/cache/").status_code == 404
    client.force_login(AgentFactory())
    assert "seule l’équipe voit cette page" in said(client.get("/programmes/cache/"))


def test_who_has_one_fiche_goes_straight_to_the_call(client, program):
    shown, manager = call(program, -2, 20), ManagerFactory()
    area, straight = reverse("organizations:area"), reverse("funding:call", args=[manager.organization_id, shown.pk])

    def leads_to() -> str:
        page = BeautifulSoup(client.get("/programmes/plein-air/").content, "html.parser")
        return page.find("a", string="Présenter une demande")["href"]

    assert leads_to() == area
    client.force_login(manager.user)
    assert leads_to() == straight
    ManagerFactory(user=manager.user)
    assert leads_to() == area


def unfolded(response) -> list[str]:
    text = response.content.decode()
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")


def test_closing_is_taken_into_a_calendar(client, program):
    shown = call(program, -2, 20)
    shown.name = "hiver; été, à l’école du village de Notre-Dame-du-Bon-Conseil"
    shown.closes_at = dt.datetime(2099, 11, 1, 16, 0, tzinfo=dt.UTC)
    shown.save()
    response = client.get(reverse("programs:closing", args=["plein-air", shown.pk]))
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = unfolded(response)
    assert "DTSTART:20991101T160000Z" in lines
    assert (
        "SUMMARY:Clôture\u00a0: Plein air\\, hiver\\; été\\, à l’école du village de Notre-Dame-du-Bon-Conseil"
        in lines
    )
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("a" * 300, "a" * 300),
        ("é" * 300, "é" * 300),
        ("𝄞" * 100, "𝄞" * 100),
        ("un\\; deux\r\ntrois, " * 20, ("un\\\\\\; deux\\ntrois\\, " * 20)),
        ("", ""),
    ],
)
def test_lines_of_a_calendar_fold_between_characters(words, written):
    deadline = Deadline(uid="x", title=words, at=timezone.now())
    assert f"SUMMARY:{written}" in unfolded(calendar_file([deadline], name="x", file_name="x"))


def test_site_leads_to_the_programs(client, program):
    call(program, -2, 20)
    call_command("setup_site", verbosity=0)
    page = client.get("/assistance-financiere/")
    assert "/programmes/plein-air/" in page.content.decode()
    ProgramFactory(slug="cache", is_published=False)
    sitemap = client.get("/sitemap.xml").content.decode()
    assert "/programmes/plein-air/</loc>" in sitemap
    assert "/programmes/</loc>" in sitemap
    assert "/programmes/cache/" not in sitemap
