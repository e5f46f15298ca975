"""What happened lately in the demo: told through the services, by the people who would have done it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from guichet.accounts.models import User

from .. import services
from ..enums import AccessStatus, InvitationStatus, Kind, Role
from ..models import Access, FicheMerge, Invitation, Organization
from ..services.base import start_clock
from .fiches import ARCHIVED_FICHE, MAIN_FICHE, SECOND_FICHE
from .moments import DAY, HOUR, happened
from .people import People

# Fiches by the age of a request, newest first: the last four are late, whatever the holidays.
WAITING = [
    ("Club de vélo de montagne Les Racines", 1 * HOUR),
    ("Municipalité de Tingwick – Loisirs et culture", 3 * HOUR),
    ("Maison des jeunes La Traverse", 9 * HOUR),
    ("Base de plein air La Clairière", 22 * HOUR),
    ("Centre équestre des Trois-Sapins", 26 * HOUR),
    ("Loisirs adaptés Le Tandem", 6 * DAY),
    ("École secondaire du Grand-Détour", 7 * DAY),
    ("Association régionale de volleyball des Rivières", 9 * DAY),
    ("Camp de jour Les Lutins de Saint-Guillaume", 12 * DAY),
]


class Stories:
    """The cast, and one method a story."""

    def __init__(self, *, accounts: dict[str, User], people: People, organizations: dict[str, Organization]) -> None:
        self.accounts = accounts
        self.people = people
        self.organizations = organizations
        self.agent = accounts["agent"]
        self.manager = accounts["gestionnaire"]
        self.main = organizations[MAIN_FICHE]
        self.second = organizations[SECOND_FICHE]

    def the_main_fiches(self) -> None:
        """Two fiches with their people: the gestionnaire's life before today."""
        self._member(self.manager, self.main, Role.MANAGER, ago=380 * DAY)
        self._member(self.manager, self.second, Role.MANAGER, ago=200 * DAY)
        self._member(self.accounts["collaborateur"], self.main, Role.CONTRIBUTOR, ago=250 * DAY)
        treasurer = self._member(self.accounts["desactive"], self.main, Role.CONTRIBUTOR, ago=300 * DAY)
        promoted = self._member(self.people.one(), self.main, Role.CONTRIBUTOR, ago=170 * DAY)
        self._member(self.people.one(), self.main, Role.CONTRIBUTOR, ago=35 * DAY)
        self._member(self.people.one(), self.second, Role.CONTRIBUTOR, ago=90 * DAY)
        with happened(60 * DAY):
            services.change_role(access=promoted, role=Role.MANAGER, actor=self.manager)
        with happened(21 * DAY):
            services.deactivate_access(
                access=treasurer, actor=self.manager, reason="Le mandat au conseil s’est terminé au printemps."
            )
        Access.objects.filter(pk=treasurer.pk).update(decided_at=timezone.now() - 21 * DAY)
        with happened(12 * DAY):
            services.update_organization(
                organization=self.main, values={"phone": "+18195550155"}, base={}, actor=self.agent
            )

    def waiting_requests(self) -> None:
        """Sign-ups that the body has to answer, some of them late, and one that nobody can answer yet."""
        for name, ago in WAITING:
            self._request(self.people.one(), self.organizations[name], ago=ago)
        self._request(self.accounts["en-attente"], self.organizations["Club de tennis de Bécancour"], ago=5 * HOUR)
        unconfirmed = self.people.one(confirmed=False)
        self._request(unconfirmed, self.organizations["Comité des loisirs de Villeroy"], ago=30 * HOUR)

    def questions(self) -> None:
        """One question waits for the person, the other has its answer."""
        asked = self._request(self.people.one(), self.organizations["École primaire Sur-la-Rive"], ago=30 * HOUR)
        with happened(20 * HOUR):
            services.ask_details(
                access=asked, question="Quelle est votre fonction à l’école, et depuis quand?", actor=self.agent
            )
        Access.objects.filter(pk=asked.pk).update(asked_at=timezone.now() - 20 * HOUR)
        answered = self._request(self.people.one(), self.organizations["Baseball mineur de L’Érable"], ago=24 * HOUR)
        with happened(18 * HOUR):
            services.ask_details(
                access=answered, question="Prenez-vous la relève de la présidence actuelle?", actor=self.agent
            )
        with happened(2 * HOUR):
            services.answer_details(
                access=answered,
                answer="Oui : j’ai été élue à l’assemblée générale du mois dernier.",
                actor=answered.user,
            )

    def new_fiches(self) -> None:
        """Fiches that somebody asks for: one resembles an existing fiche, one is new, one was refused."""
        self._new_fiche(
            "Club de patinage Étincelles Drummondville",
            "Drummondville",
            "Nous ne trouvons pas notre club dans la liste.",
            ago=20 * HOUR,
        )
        self._new_fiche(
            "Ligue de balle donnée de Saint-Félix-de-Kingsey",
            "Saint-Félix-de-Kingsey",
            "La ligue vient d’être fondée : 8 équipes dès l’été prochain.",
            ago=4 * HOUR,
        )
        refused = self._new_fiche(
            "Équipe de quilles du mardi", "Wickham", "Nous voulons réserver des allées.", ago=15 * DAY
        )
        with happened(14 * DAY):
            services.refuse_organization(
                access=refused,
                reason="Une fiche est celle d’un organisme constitué. Joignez-vous à votre comité des loisirs.",
                actor=self.agent,
            )

    def refusals(self) -> None:
        """Sign-ups that were refused; one of the people comes back."""
        reasons = [
            ("Club de judo Nicolet-Yamaska", 18 * DAY, "Le club nous dit ne pas vous connaître."),
            ("Service des loisirs de Warwick", 9 * DAY, "Votre adresse n’est pas celle de la Ville de Warwick."),
        ]
        for name, ago, reason in reasons:
            access = self._request(self.people.one(), self.organizations[name], ago=ago)
            with happened(ago - DAY):
                services.refuse_access(access=access, reason=reason, actor=self.agent)
            Access.objects.filter(pk=access.pk).update(decided_at=timezone.now() - ago + DAY)
        back = Access.objects.filter(status=AccessStatus.REFUSED, organization__name=reasons[-1][0]).get()
        with happened(6 * HOUR):
            services.request_access(user=back.user, organization=back.organization, actor=back.user)

    def invitations(self) -> None:
        """Invitations of every outcome; two invited people await the gestionnaires' approval."""
        accepted = self.people.some(2)
        open_addresses = ["marie-pier.lauzon@example.org", "tresorerie@example.org"]
        gone = ["ancien.entraineur@example.org", "adresse.mal.ecrite@example.org"]
        with happened(24 * DAY):
            self._invite(gone)
        expired, cancelled = (self._invitation(email) for email in gone)
        self._date(expired, ago=24 * DAY)
        services.expire_invitations()
        self._date(cancelled, ago=6 * DAY)
        with happened(5 * DAY):
            services.cancel_invitation(invitation=cancelled, actor=self.manager)
        with happened(4 * DAY):
            self._invite([user.email for user in accepted])
        for user in accepted:
            invitation = self._invitation(user.email)
            self._date(invitation, ago=4 * DAY)
            with happened(8 * HOUR):
                access = services.accept_invitation(invitation=invitation, actor=user)
            self._date_request(access, ago=8 * HOUR)
        with happened(13 * DAY):
            self._invite(open_addresses[1:])
        self._date(self._invitation(open_addresses[1]), ago=13 * DAY)
        with happened(2 * DAY):
            self._invite(open_addresses[:1], word="Bienvenue dans l’équipe! Tu pourras suivre nos demandes avec moi.")
        self._date(self._invitation(open_addresses[0]), ago=2 * DAY)

    def archives(self) -> None:
        """A fiche out of service."""
        with happened(40 * DAY):
            services.archive_organization(
                organization=self.organizations[ARCHIVED_FICHE],
                actor=self.accounts["admin"],
                reason="La ligue a cessé ses activités.",
            )

    def duplicates(self) -> None:
        """A fiche that was one too many, merged three days ago; and what the night's search finds."""
        kept = self.organizations["Club de tennis de Bécancour"]
        twin = Organization(name="Tennis Bécancour inc.", kind=kept.kind, municipality=kept.municipality)
        with happened(100 * DAY):
            services.create_organization(organization=twin, actor=self.accounts["admin"])
        Access.objects.create(
            user=self.people.one(),
            organization=twin,
            role=Role.CONTRIBUTOR,
            status=AccessStatus.ACTIVE,
            decided_at=timezone.now() - 90 * DAY,
            decided_by=self.agent,
        )
        with happened(3 * DAY):
            merge = services.merge_fiches(source=twin, target=kept, choices=services.Choices(), actor=self.agent)
        FicheMerge.objects.filter(pk=merge.pk).update(merged_at=timezone.now() - 3 * DAY)
        services.search_duplicates()

    def recent_decisions(self) -> None:
        """The examples of the e-mails of an approval: the last thing that the agent did."""
        access = self._request(self.people.one(), self.organizations["Club de gymnastique La Vrille"], ago=10 * HOUR)
        with happened(HOUR):
            services.approve_access(access=access, role=Role.CONTRIBUTOR, actor=self.agent)

    def _member(self, user: User, organization: Organization, role: Role, *, ago: dt.timedelta) -> Access:
        access = self._request(user, organization, ago=ago)
        with happened(ago - 20 * HOUR):
            access = services.approve_access(access=access, role=role, actor=self.agent)
        access.decided_at = timezone.now() - ago + 20 * HOUR
        access.last_used_at = timezone.now() - 2 * DAY
        access.save(update_fields=["decided_at", "last_used_at"])
        return access

    def _request(self, user: User, organization: Organization, *, ago: dt.timedelta) -> Access:
        with happened(ago):
            access = services.request_access(user=user, organization=organization, actor=user)
        return self._date_request(access, ago=ago)

    def _date_request(self, access: Access, *, ago: dt.timedelta) -> Access:
        access.requested_at = timezone.now() - ago
        if access.due_at is not None:
            start_clock(access, now=access.requested_at)
        access.save(update_fields=["requested_at", "due_at", "time_left"])
        return access

    def _new_fiche(self, name: str, place: str, reason: str, *, ago: dt.timedelta) -> Access:
        user = self.people.one()
        municipality = next(
            (o.municipality for o in self.organizations.values() if o.municipality.name == place), None
        )
        with happened(ago):
            access = services.request_organization(
                user=user, name=name, kind=Kind.ASSOCIATION, municipality=municipality, reason=reason, actor=user
            )
        return self._date_request(access, ago=ago)

    def _invite(self, emails: list[str], word: str = "") -> None:
        services.invite(organization=self.main, emails=emails, actor=self.manager, word=word)

    def _invitation(self, email: str) -> Invitation:
        return Invitation.objects.get(organization=self.main, email=email, status=InvitationStatus.SENT)

    def _date(self, invitation: Invitation, *, ago: dt.timedelta) -> None:
        validity = invitation.expires_at - invitation.sent_at
        invitation.created_at = invitation.sent_at = timezone.now() - ago
        invitation.expires_at = invitation.sent_at + validity
        invitation.save(update_fields=["created_at", "sent_at", "expires_at"])


def tell_stories(*, accounts: dict[str, User], people: People, organizations: dict[str, Organization]) -> None:
    """Tell them all, the oldest first."""
    stories = Stories(accounts=accounts, people=people, organizations=organizations)
    stories.the_main_fiches()
    stories.archives()
    stories.refusals()
    stories.new_fiches()
    stories.waiting_requests()
    stories.questions()
    stories.recent_decisions()
    stories.invitations()
    stories.duplicates()
