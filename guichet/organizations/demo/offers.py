"""What some of the demo's fiches offer, said through the services; and what somebody proposes to change."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from guichet.accounts.models import User

from .. import services
from ..models import AccessFeature, Activity, Clientele, Organization
from .fiches import MAIN_FICHE, SECOND_FICHE, SIMILAR_FICHE
from .moments import DAY, HOUR, happened

YOUNG, TEENS, ADULTS, ELDERS, FAMILIES = "Jeunes", "Adolescents", "Adultes", "Aînés", "Familles"
DISABLED = "Personnes handicapées"
# The fiche, its activities, for whom, when, in a few words.
Offer = tuple[str, list[str], list[str], list[str], str]
OFFERS: list[Offer] = [
    (
        MAIN_FICHE,
        ["Natation", "Sauvetage sportif", "Water-polo"],
        [YOUNG, TEENS, ADULTS],
        ["autumn", "winter", "spring"],
        "Cours, entraînement et compétitions pour les 6 ans et plus, du débutant au niveau provincial.",
    ),
    (
        SECOND_FICHE,
        ["Camp de jour", "Fêtes et évènements", "Patinage libre"],
        [FAMILIES, YOUNG],
        ["winter", "summer"],
        "La fête du village, la patinoire et le camp de jour : une trentaine de bénévoles y voient.",
    ),
    (
        SIMILAR_FICHE,
        ["Patinage artistique", "Patinage libre"],
        [YOUNG, TEENS],
        ["autumn", "winter"],
        "De l’initiation aux tests de Patinage Canada, et un spectacle au printemps.",
    ),
    (
        "Service des loisirs de Princeville",
        ["Baignade libre", "Camp de jour", "Hockey", "Soccer"],
        [FAMILIES, YOUNG, ELDERS],
        ["winter", "spring", "summer", "autumn"],
        "La programmation municipale, l’aréna, la piscine et les parcs.",
    ),
    (
        "Club de hockey mineur Les Harfangs de Plessisville",
        ["Hockey"],
        [YOUNG, TEENS],
        ["autumn", "winter"],
        "Hockey récréatif et compétitif, de la maternelle aux juniors.",
    ),
    (
        "Club de soccer L’Envol de Drummondville",
        ["Soccer"],
        [YOUNG, TEENS, ADULTS],
        ["spring", "summer"],
        "Plus de 80 équipes, filles et garçons, et une ligue pour adultes.",
    ),
    (
        "Club de gymnastique La Vrille",
        ["Gymnastique", "Parkour"],
        ["Petite enfance", YOUNG, TEENS],
        ["autumn", "winter", "spring"],
        "Éveil, récréatif et compétition, dans un gymnase tout équipé.",
    ),
    ("Club de judo Nicolet-Yamaska", ["Judo"], [YOUNG, ADULTS], ["autumn", "winter"], "Judo pour les 5 ans et plus."),
    (
        "Club de ski de fond Les Sentiers du Mont-Bleu",
        ["Ski de fond", "Raquette à neige"],
        [FAMILIES, ADULTS],
        ["winter"],
        "Vingt-cinq kilomètres de sentiers tracés, location et relais chauffé.",
    ),
    (
        "Club de canot-kayak de la Bécancour",
        ["Canot et kayak", "Planche à pagaie"],
        [ADULTS, FAMILIES],
        ["summer"],
        "Sorties guidées sur la rivière et cours d’initiation.",
    ),
    (
        "Club de pétanque L’Âge d’or de Daveluyville",
        ["Pétanque", "Échecs et jeux de société"],
        [ELDERS],
        ["summer", "winter"],
        "Pétanque l’été, cartes l’hiver : on vient pour jouer et pour se voir.",
    ),
    (
        "Club de marche Les Pas pressés",
        ["Marche et randonnée"],
        [ADULTS, ELDERS],
        ["spring", "summer", "autumn"],
        "Trois sorties par semaine, à trois rythmes.",
    ),
    (
        "Camp de jour Les Lutins de Saint-Guillaume",
        ["Camp de jour"],
        [YOUNG],
        ["summer"],
        "Huit semaines de jeux et de sorties, avec accompagnement pour les enfants qui en ont besoin.",
    ),
    (
        "Maison des jeunes La Traverse",
        ["Maison des jeunes", "Cuisine", "Musique"],
        [TEENS],
        ["winter", "spring", "summer", "autumn"],
        "Un lieu pour les 12 à 17 ans, ouvert quatre soirs par semaine.",
    ),
    (
        "Cercle de danse folklorique de Saint-François-du-Lac",
        ["Danse", "Patrimoine et généalogie"],
        [ADULTS, FAMILIES],
        ["autumn", "winter"],
        "Gigues, quadrilles et soirées avec musiciens.",
    ),
    (
        "Loisirs adaptés Le Tandem",
        ["Baignade libre", "Arts visuels", "Quilles"],
        [DISABLED],
        ["winter", "spring", "summer", "autumn"],
        "Des loisirs pour les personnes handicapées, avec un accompagnement pour chacune.",
    ),
    (
        "Base de plein air La Clairière",
        ["Camp de vacances", "Escalade", "Ski de fond"],
        [YOUNG, FAMILIES],
        ["winter", "summer"],
        "Classes nature, camp de vacances et chalets en forêt.",
    ),
]
# They have an offer and have not agreed to the directory.
UNLISTED = {"Club de judo Nicolet-Yamaska", "Base de plein air La Clairière"}
ACCESSIBLE = {"Loisirs adaptés Le Tandem", "Service des loisirs de Princeville", MAIN_FICHE}


def tell_offers(*, accounts: dict[str, User], organizations: dict[str, Organization]) -> None:
    """The offers, written down by the team; confirmed by nobody but the main fiche's gestionnaire."""
    chosen: dict[str, dict[str, int]] = {
        "activities": dict(Activity.objects.values_list("name", "pk")),
        "clienteles": dict(Clientele.objects.values_list("name", "pk")),
    }
    measures = sorted(AccessFeature.objects.values_list("pk", flat=True))[:3]
    for name, activities, clienteles, seasons, description in OFFERS:
        values: dict[str, Any] = {
            "description": description,
            "seasons": seasons,
            # A portal whose staff changed the lists has the demo all the same.
            "activities": sorted(chosen["activities"][one] for one in activities if one in chosen["activities"]),
            "clienteles": sorted(chosen["clienteles"][one] for one in clienteles if one in chosen["clienteles"]),
            "is_listed": name not in UNLISTED,
        }
        if name in ACCESSIBLE:
            values["access_features"] = measures
        with happened(30 * DAY):
            services.update_organization(
                organization=organizations[name], values=values, base={}, actor=accounts["agent"]
            )
    main = organizations[MAIN_FICHE]
    with happened(10 * DAY):
        services.confirm_content(organization=main, actor=accounts["gestionnaire"])
    type(main).objects.filter(pk=main.pk).update(content_confirmed_at=timezone.now() - 10 * DAY)
    with happened(5 * HOUR):
        services.save_section(
            organization=main,
            values={
                "name": f"{MAIN_FICHE} inc.",
                "description": "Cours, entraînement et compétitions dès 5 ans, et un groupe de maîtres le soir.",
            },
            base={},
            actor=accounts["collaborateur"],
        )
    main.changes.waiting().update(proposed_at=timezone.now() - 5 * HOUR)
