"""What the demo's applications are about: invented projects, programme by programme. « {place} » is a municipality."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Project:
    """One project: its name, what it is, and the need that it answers."""

    title: str
    description: str
    need: str
    # The keys of the form's audiences.
    audiences: tuple[str, ...] = ("jeunes", "familles")


ACTIVE = [
    Project(
        "Patins et casques à prêter à {place}",
        "Nous achetons 40 paires de patins et 40 casques, prêtés gratuitement au chalet de la patinoire, du mardi au "
        "dimanche.",
        "Une famille sur trois n’a pas l’équipement : les enfants regardent les autres patiner.",
    ),
    Project(
        "Un parcours d’hébertisme dans le boisé de {place}",
        "Douze stations en bois rond, des panneaux et un sol en copeaux, le long du sentier existant.",
        "Rien n’est offert aux jeunes de 8 à 14 ans entre le terrain de jeu et l’aréna.",
    ),
    Project(
        "Raquettes au clair de lune",
        "Cinq soirées guidées de janvier à mars, avec raquettes prêtées, feu et chocolat chaud.",
        "L’hiver, l’offre se limite à l’aréna; plusieurs familles n’ont pas d’équipement.",
        ("familles", "adultes"),
    ),
    Project(
        "Vélos adaptés et tandems en libre service",
        "Trois tandems et deux tricycles, réservés par téléphone et prêtés au centre communautaire de {place}.",
        "Les personnes qui ne peuvent pas rouler seules n’ont aucun accès à la piste cyclable.",
        ("adultes", "aines", "handicap"),
    ),
    Project(
        "Bouger à tout âge : ateliers du mardi",
        "Trente ateliers de marche, d’étirements et de jeux de ballon, animés par une kinésiologue.",
        "Les personnes aînées de {place} demandent une activité de jour, gratuite et près de chez elles.",
        ("aines",),
    ),
    Project(
        "Relâche active à {place}",
        "Une semaine d’essais : escalade, escrime, ski de fond et water-polo, avec transport depuis l’école.",
        "Pendant la relâche, rien n’est organisé à moins de 40 km.",
        ("jeunes", "ados"),
    ),
    Project(
        "Filets, buts et ballons pour le terrain multisport",
        "Le terrain reçoit des buts mobiles, des filets de volleyball et un coffre de ballons en libre service.",
        "Le terrain, refait l’an dernier, est resté sans équipement.",
        ("jeunes", "ados", "familles"),
    ),
    Project(
        "Camp de jour : sorties en plein air",
        "Huit sorties d’une journée : canot, randonnée et géocachette, avec deux accompagnatrices de plus.",
        "Le camp de jour de {place} n’a pas les moyens de sortir du village.",
        ("jeunes",),
    ),
    Project(
        "École de cirque d’été",
        "Deux semaines de jonglerie, d’acrobatie et de trapèze, puis un spectacle au parc.",
        "Les enfants qui n’aiment pas les sports d’équipe n’ont pas d’activité.",
        ("jeunes", "ados"),
    ),
    Project(
        "Relève des entraîneurs bénévoles",
        "Quatre fins de semaine de formation et un mentor pour chaque nouvelle personne.",
        "La moitié de nos entraîneurs partent d’ici deux ans.",
        ("ados", "adultes"),
    ),
    Project(
        "Une surface de pétanque accessible",
        "Deux allées en poussière de pierre, un sentier plat et des bancs à l’ombre, au parc de {place}.",
        "Les allées actuelles ne se rejoignent que par un escalier.",
        ("aines", "handicap"),
    ),
    Project(
        "Découvrir le canot sur la rivière",
        "Six canots, vingt vestes et dix matinées d’initiation avec des moniteurs reconnus.",
        "La rivière traverse {place}, et presque personne n’y navigue.",
        ("familles", "ados"),
    ),
]
LEISURE = [
    Project(
        "Fête de la famille de {place}",
        "Une journée de jeux, de musique et d’ateliers, avec les organismes du village.",
        "La dernière fête date de trois ans.",
        ("familles",),
    ),
    Project(
        "Atelier de théâtre des jeunes",
        "Dix samedis d’ateliers et une pièce écrite par les jeunes, jouée deux soirs.",
        "Aucune activité culturelle n’est offerte aux adolescents.",
        ("ados",),
    ),
    Project(
        "Exposition des artistes d’ici",
        "Trente artistes amateurs, trois jours, et des visites pour les écoles.",
        "Les artistes de {place} n’ont pas de lieu où se montrer.",
        ("adultes", "aines"),
    ),
    Project(
        "Soirées de contes au jardin",
        "Quatre soirées de contes et de musique traditionnelle, en plein air et gratuites.",
        "Nous voulons réunir les nouveaux arrivants et les familles de longue date.",
        ("familles", "arrivants"),
    ),
    Project(
        "Concours de courts métrages",
        "Dix équipes tournent un film en 48 heures, avec du matériel prêté, puis le montrent au public.",
        "Les jeunes filment déjà : il leur manque du matériel et un public.",
        ("ados", "adultes"),
    ),
    Project(
        "Chorale intergénérationnelle",
        "Une chorale de 40 voix, de 8 à 80 ans, qui donne un concert à {place}.",
        "Les aînés et les enfants se croisent peu.",
        ("jeunes", "aines"),
    ),
    Project(
        "Ateliers de cuisine du monde",
        "Huit ateliers animés par des familles nouvellement arrivées, suivis d’un repas.",
        "Trente familles se sont établies ici depuis deux ans.",
        ("arrivants", "familles"),
    ),
    Project(
        "Marché de Noël et patinoire en musique",
        "Une fin de semaine d’artisanat, de chant et de patin libre.",
        "Le cœur de {place} est désert en décembre.",
        ("familles",),
    ),
]
INCLUSIVE = [
    Project(
        "Accompagnement au camp de jour de {place}",
        "Trois accompagnatrices pour six enfants, sept semaines, avec une formation commune en juin.",
        "Six familles ont été refusées l’été dernier, faute d’accompagnement.",
    ),
    Project(
        "Natation adaptée, du bassin au vestiaire",
        "Un lève-personne, des vestes de flottaison et une séance par semaine avec deux moniteurs formés.",
        "Douze nageurs attendent une place dans un bassin accessible.",
    ),
    Project(
        "Hockey-luge pour tous",
        "Huit luges, des bâtons et dix séances d’essai ouvertes aux frères et sœurs.",
        "Aucune équipe n’existe dans la région.",
    ),
    Project(
        "Sorties en nature avec chaises tout-terrain",
        "Deux chaises tout-terrain et le transport adapté pour huit sorties guidées.",
        "Les sentiers sont ouverts, mais personne en fauteuil ne s’y rend.",
    ),
    Project(
        "Danse inclusive du vendredi",
        "Trente ateliers de danse avec une interprète et une accompagnatrice.",
        "Les ateliers ordinaires sont trop bruyants et trop rapides.",
    ),
    Project(
        "Quilles et boccia adaptés",
        "Des rampes, des ballons légers et une ligue d’hiver à {place}.",
        "Les participants demandent une activité de jour, toute l’année.",
    ),
]
OUTDOORS = [
    Project(
        "Sentier des Rapides : passerelle et belvédère",
        "Une passerelle de 18 m, un belvédère et 900 m de sentier refaits.",
        "La passerelle est fermée depuis la crue du printemps.",
    ),
    Project(
        "Boucle de vélo de montagne pour débutants",
        "Quatre kilomètres de sentier facile, avec balises et stationnement.",
        "Le réseau de {place} n’a que des sentiers difficiles.",
    ),
    Project(
        "Accès au lac : quai et mise à l’eau",
        "Un quai flottant accessible et une descente pour embarcations légères.",
        "Le public n’a plus d’accès au lac depuis deux ans.",
    ),
    Project(
        "Signalisation du réseau de raquette",
        "Cent vingt balises, dix cartes et deux refuges réparés.",
        "Trois sauvetages l’hiver dernier : les gens se perdent.",
    ),
    Project(
        "Sentier riverain accessible",
        "Un kilomètre et demi en poussière de pierre, sans marche, avec bancs et halte.",
        "Le sentier s’érode et ne convient plus aux poussettes ni aux fauteuils.",
    ),
]
PROJECTS = {
    "soutien-initiatives": ACTIVE,
    "encouragement-loisir": LEISURE,
    "activite-physique-plein-air": ACTIVE,
    "loisir-sport-inclusifs": INCLUSIVE,
    "sentiers-sites-plein-air": OUTDOORS,
}
# The main fiche's own, by programme.
SWIMMING = {
    "soutien-initiatives": Project(
        "Couloirs et plots de départ pour la relève",
        "Huit lignes de couloir et quatre plots de départ, prêtés aussi aux écoles de Victoriaville.",
        "Les lignes actuelles ont 15 ans; trois sont réparées avec de la corde.",
        ("jeunes", "ados"),
    ),
    "encouragement-loisir": Project(
        "Nuit du water-polo",
        "Une soirée de matchs, de musique et d’initiation, ouverte aux familles de toute la MRC.",
        "Le bassin est fermé au public le samedi soir.",
        ("ados", "familles"),
    ),
    "activite-physique-plein-air": Project(
        "Nager en eau libre au lac",
        "Des bouées, une embarcation de sûreté et douze matinées d’initiation.",
        "Nos nageurs apprennent à la piscine, et se baignent au lac sans savoir comment.",
        ("jeunes", "ados", "adultes"),
    ),
    "loisir-sport-inclusifs": INCLUSIVE[1],
}
LONG_ANSWERS = {
    "partenaires": "La municipalité prête la salle, l’école diffuse l’invitation, et une entreprise d’ici offre le "
    "transport.",
    "suite": "L’équipement reste à {place} et sert chaque année; deux bénévoles formés prennent la suite.",
    "antecedents": "La Sûreté du Québec vérifie les antécédents de chaque personne avant son arrivée.",
    "provenance": "De {place} et des municipalités voisines.",
    "inclusion": "L’activité est gratuite, le lieu est de plain-pied, et l’équipement est prêté.",
    "securite": "Deux adultes formés en premiers soins sont présents; le matériel est vérifié avant chaque séance.",
    "perennite": "Un comité de cinq bénévoles prend la suite, et la municipalité entretient l’équipement.",
    "formation": "Deux jours : accueil, communication, premiers soins.",
    "retombees": "Des personnes qui ne sortaient pas participent chaque semaine, et leurs familles aussi.",
    "entretien": "Une équipe de huit bénévoles, deux fois par année, avec 1 200 $ au budget de la municipalité.",
    "resume": "Tout a eu lieu comme prévu. Les participants sont revenus, et dix bénévoles de plus se sont ajoutés.",
    "ecarts": "La livraison a tardé d’un mois : la première activité a été reportée d’autant.",
    "mentions": "Sur les affiches, dans la page du site et au journal municipal.",
}
