"""Sixty invented fiches. The municipalities are real, the organisations are not."""

from __future__ import annotations

from ..enums import Kind

# The first two are the gestionnaire's: the demo tells its stories there.
MAIN_FICHE = "Club de natation Les Torpilles des Bois-Francs"
SECOND_FICHE = "Comité des loisirs de Saint-Rosaire"
SIMILAR_FICHE = "Club de patinage artistique Les Étincelles de Drummondville"
ARCHIVED_FICHE = "Ligue de quilles amicale de Wickham"
# Names as long as the column takes, or nearly.
LONGEST_FICHE = (
    "Association régionale de soutien au développement du sport féminin et de la relève "
    "entraîneure du Centre-du-Québec inc."
)
LONG_FICHE = (
    "Regroupement pour le loisir inclusif des personnes vivant avec un handicap physique ou intellectuel de L’Érable"
)

FICHES: list[tuple[str, Kind, str]] = [
    (MAIN_FICHE, Kind.ASSOCIATION, "Victoriaville"),
    (SECOND_FICHE, Kind.ASSOCIATION, "Saint-Rosaire"),
    (SIMILAR_FICHE, Kind.ASSOCIATION, "Drummondville"),
    (ARCHIVED_FICHE, Kind.ASSOCIATION, "Wickham"),
    ("Service des loisirs de Princeville", Kind.MUNICIPAL, "Princeville"),
    ("Service des loisirs de Warwick", Kind.MUNICIPAL, "Warwick"),
    ("Service des loisirs de Kingsey Falls", Kind.MUNICIPAL, "Kingsey Falls"),
    ("Municipalité de Tingwick – Loisirs et culture", Kind.MUNICIPAL, "Tingwick"),
    ("Municipalité de Saint-Albert – Parcs et terrains de jeu", Kind.MUNICIPAL, "Saint-Albert"),
    ("Municipalité de Lyster – Aréna et camp de jour", Kind.MUNICIPAL, "Lyster"),
    ("Municipalité de Saint-Ferdinand – Plage et nautisme", Kind.MUNICIPAL, "Saint-Ferdinand"),
    ("Municipalité de Manseau – Loisirs", Kind.MUNICIPAL, "Manseau"),
    ("Ville de Nicolet – Service de la vie active", Kind.MUNICIPAL, "Nicolet"),
    ("Ville de Bécancour – Loisirs, culture et vie communautaire", Kind.MUNICIPAL, "Bécancour"),
    ("Municipalité de Saint-Germain-de-Grantham – Loisirs", Kind.MUNICIPAL, "Saint-Germain-de-Grantham"),
    ("Municipalité de Pierreville – Quai et parc riverain", Kind.MUNICIPAL, "Pierreville"),
    ("Comité jeunesse et sport d’Odanak", Kind.ASSOCIATION, "Odanak"),
    ("École primaire des Trois-Ruisseaux", Kind.SCHOOL, "Victoriaville"),
    ("École secondaire du Grand-Détour", Kind.SCHOOL, "Drummondville"),
    ("École primaire L’Envolée des Champs", Kind.SCHOOL, "Saint-Cyrille-de-Wendover"),
    ("École primaire de la Clé-d’Or", Kind.SCHOOL, "Saint-Léonard-d’Aston"),
    ("École secondaire des Érables-Rouges", Kind.SCHOOL, "Plessisville (ville)"),
    ("École primaire Sur-la-Rive", Kind.SCHOOL, "Saint-Pierre-les-Becquets"),
    ("Cégep des Deux-Rivières – Service de l’animation sportive", Kind.SCHOOL, "Drummondville"),
    ("Club de hockey mineur Les Harfangs de Plessisville", Kind.ASSOCIATION, "Plessisville (ville)"),
    ("Club de soccer L’Envol de Drummondville", Kind.ASSOCIATION, "Drummondville"),
    ("Club de gymnastique La Vrille", Kind.ASSOCIATION, "Victoriaville"),
    ("Club de judo Nicolet-Yamaska", Kind.ASSOCIATION, "Nicolet"),
    ("Club de ski de fond Les Sentiers du Mont-Bleu", Kind.ASSOCIATION, "Ham-Nord"),
    ("Club de vélo de montagne Les Racines", Kind.ASSOCIATION, "Notre-Dame-de-Ham"),
    ("Club de canot-kayak de la Bécancour", Kind.ASSOCIATION, "Inverness"),
    ("Club de tennis de Bécancour", Kind.ASSOCIATION, "Bécancour"),
    ("Club de pétanque L’Âge d’or de Daveluyville", Kind.ASSOCIATION, "Daveluyville"),
    ("Club de marche Les Pas pressés", Kind.ASSOCIATION, "Warwick"),
    ("Club d’athlétisme Élan du Centre", Kind.ASSOCIATION, "Drummondville"),
    ("Club de curling des Appalaches", Kind.ASSOCIATION, "Sainte-Hélène-de-Chester"),
    ("Club de plein air Les Quatre-Vents", Kind.ASSOCIATION, "Chesterville"),
    ("Baseball mineur de L’Érable", Kind.ASSOCIATION, "Princeville"),
    ("Association de ringuette des Bois-Francs", Kind.ASSOCIATION, "Victoriaville"),
    ("Camp de jour Les Lutins de Saint-Guillaume", Kind.ASSOCIATION, "Saint-Guillaume"),
    ("Comité des loisirs de Saint-Wenceslas", Kind.ASSOCIATION, "Saint-Wenceslas"),
    ("Comité des loisirs de Sainte-Eulalie", Kind.ASSOCIATION, "Sainte-Eulalie"),
    ("Comité des loisirs de Villeroy", Kind.ASSOCIATION, "Villeroy"),
    ("Comité patinoire et parc de Saint-Lucien", Kind.ASSOCIATION, "Saint-Lucien"),
    ("Maison des jeunes La Traverse", Kind.ASSOCIATION, "Fortierville"),
    ("Maison des familles Le Nid de la Plaine", Kind.ASSOCIATION, "Baie-du-Febvre"),
    ("Cercle de danse folklorique de Saint-François-du-Lac", Kind.ASSOCIATION, "Saint-François-du-Lac"),
    ("Groupe scout du Bas-Saint-François", Kind.ASSOCIATION, "Saint-Bonaventure"),
    ("Centre d’action bénévole des Cinq-Clochers", Kind.ASSOCIATION, "Saint-Célestin (village)"),
    ("Loisirs adaptés Le Tandem", Kind.DISABILITY, "Drummondville"),
    ("Association des personnes handicapées du Bas-des-Chutes", Kind.DISABILITY, "Victoriaville"),
    (LONG_FICHE, Kind.DISABILITY, "Plessisville (paroisse)"),
    ("Sports et loisirs sans barrières Bécancour-Nicolet", Kind.DISABILITY, "Bécancour"),
    ("Coopérative de plein air du Lac-aux-Hérons", Kind.COOPERATIVE, "Saint-Ferdinand"),
    ("Coopérative de solidarité du Centre communautaire de Lefebvre", Kind.COOPERATIVE, "Lefebvre"),
    ("Association régionale de volleyball des Rivières", Kind.FEDERATION, "Drummondville"),
    (LONGEST_FICHE, Kind.FEDERATION, "Drummondville"),
    ("Centre équestre des Trois-Sapins", Kind.PRIVATE, "Durham-Sud"),
    ("Base de plein air La Clairière", Kind.PRIVATE, "L’Avenir"),
    ("Table de concertation en saines habitudes de vie", Kind.OTHER, "Nicolet"),
]

FIRST_NAMES = [
    "Amélie", "Antoine", "Audrey", "Benoît", "Camille", "Cédric", "Chloé", "Denis", "Élodie", "Émile", "Étienne",
    "Fatima", "France", "Gabriel", "Geneviève", "Guylaine", "Hugo", "Isabelle", "Jacinthe", "Jérôme", "Karine",
    "Kevin", "Léa", "Louis-Philippe", "Lucie", "Marc-André", "Marie-Ève", "Mathieu", "Mélanie", "Mohamed",
    "Nathalie", "Noémie", "Olivier", "Pascale", "Raphaël", "Réjean", "Sabrina", "Samuel", "Sylvain", "Valérie",
]  # fmt: skip
LAST_NAMES = [
    "Allard", "Aubry", "Beaudoin", "Bélanger", "Bergeron", "Blanchette", "Boisvert", "Bourque", "Camiré", "Champagne",
    "Côté", "Courchesne", "Desrochers", "Désilets", "Dubois", "Fréchette", "Gagné", "Garneau", "Gosselin", "Hamel",
    "Houle", "Jutras", "Labrecque", "Lamothe", "Lemire", "Levasseur", "M’Benga", "Marcotte", "Nguyen", "Ouellet",
    "Pellerin", "Picard", "Provencher", "Rheault", "Rousseau", "Roy", "St-Cyr", "Thibodeau", "Vachon", "Zoubir",
]  # fmt: skip
JOB_TITLES = [
    "Présidence", "Direction générale", "Coordination loisir", "Trésorerie", "Secrétariat", "Entraîneur-chef",
    "Responsable des bénévoles", "Direction adjointe", "Administration", "Communications",
]  # fmt: skip

POSTAL_AREAS = {
    "Victoriaville": "G6P",
    "Drummondville": "J2B",
    "Bécancour": "G9H",
    "Nicolet": "J3T",
    "Plessisville (ville)": "G6L",
    "Plessisville (paroisse)": "G6L",
    "Princeville": "G6L",
    "Pierreville": "J0G",
    "Odanak": "J0G",
    "Saint-François-du-Lac": "J0G",
    "Baie-du-Febvre": "J0G",
    "Lyster": "G0S",
    "Inverness": "G0S",
    "Villeroy": "G0S",
}
POSTAL_AREA_BY_MRC = {
    "Arthabaska": "G0P",
    "Bécancour": "G0X",
    "Drummond": "J0C",
    "L’Érable": "G0N",
    "Nicolet-Yamaska": "J0C",
}
