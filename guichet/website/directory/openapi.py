"""The description of the open data (OpenAPI 3.1), in French as the data are."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from guichet.organizations.enums import Kind, Season

_TEXT = {"type": ["string", "null"]}
_ADDRESS = {"type": ["string", "null"], "format": "uri"}
_LIST = {"type": "array", "items": {"type": "string"}}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}
# In the order of the columns. What is not public is null, or an empty list, as what was never written.
FIELDS: dict[str, dict[str, Any]] = {
    "id": {"type": "integer", "description": "Le numéro de l’organisme; il ne change pas."},
    "url": {"type": "string", "format": "uri", "description": "Sa page dans le répertoire."},
    "name": {"type": "string", "description": "Le nom officiel."},
    "usual_name": {**_TEXT, "description": "Le nom usuel."},
    "initials": {**_TEXT, "description": "Le sigle."},
    "kind": {"type": "string", "enum": Kind.values, "description": "Le milieu, par son code."},
    "kind_label": {"type": "string", "description": "Le milieu, en mots."},
    "neq": {**_TEXT, "description": "Le numéro d’entreprise du Québec."},
    "founded_year": {"type": ["integer", "null"], "description": "L’année de fondation."},
    "federation": {**_TEXT, "description": "La fédération ou le regroupement."},
    "description": {**_TEXT, "description": "Ce que l’organisme dit de lui-même."},
    "activities": {**_LIST, "description": "Les activités."},
    "clienteles": {**_LIST, "description": "Les clientèles."},
    "seasons": {
        "type": "array",
        "items": {"type": "string", "enum": Season.values},
        "description": "Les saisons, par leur code.",
    },
    "season_note": {**_TEXT, "description": "Des précisions sur les saisons."},
    "territory": {**_TEXT, "description": "Le territoire desservi."},
    "members_count": {"type": ["integer", "null"], "description": "Le nombre de membres."},
    "volunteers_count": {"type": ["integer", "null"], "description": "Le nombre de bénévoles."},
    "access_features": {**_LIST, "description": "Les mesures d’accessibilité."},
    "access_note": {**_TEXT, "description": "Des précisions sur l’accessibilité."},
    "phone": {**_TEXT, "description": "Le téléphone."},
    "other_phone": {**_TEXT, "description": "Un autre téléphone."},
    "email": {**_TEXT, "format": "email", "description": "Le courriel."},
    "website": {**_ADDRESS, "description": "Le site web."},
    "facebook": {**_ADDRESS, "description": "La page Facebook."},
    "instagram": {**_ADDRESS, "description": "Le compte Instagram."},
    "other_network": {**_ADDRESS, "description": "Un autre réseau social."},
    "municipality": {**_TEXT, "description": "La municipalité."},
    "mrc": {**_TEXT, "description": "La MRC."},
    "address": {**_TEXT, "description": "L’adresse."},
    "postal_code": {**_TEXT, "description": "Le code postal."},
    "confirmed_at": {**_MOMENT, "description": "La dernière fois que l’organisme a dit que tout est vrai."},
    "updated_at": {"type": "string", "format": "date-time", "description": "La dernière mise à jour."},
}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(properties), "properties": properties}


def document() -> dict[str, Any]:
    """The whole description."""
    page = {
        "count": {"type": "integer", "description": "Le nombre d’organismes en tout."},
        "page": {"type": "integer", "minimum": 1},
        "pages": {"type": "integer", "minimum": 1},
        "next": _ADDRESS,
        "previous": _ADDRESS,
        "results": {"type": "array", "items": {"$ref": "#/components/schemas/Organisme"}},
    }
    trouble = {"application/json": {"schema": {"$ref": "#/components/schemas/Refus"}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Répertoire des organismes",
            "version": "1",
            "description": "Les renseignements que les organismes ont choisi de rendre publics, et eux seuls.",
        },
        "servers": [{"url": settings.BASE_URL}],
        "paths": {
            reverse("website:directory_json"): {
                "get": {
                    "operationId": "repertoireJson",
                    "summary": "Une page du répertoire.",
                    "parameters": [
                        {
                            "name": "page",
                            "in": "query",
                            "required": False,
                            "schema": {"type": "integer", "minimum": 1, "default": 1},
                        }
                    ],
                    "responses": {
                        "200": {
                            "description": "Cent organismes au plus.",
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}},
                        },
                        "404": {"description": "Cette page n’existe pas.", "content": trouble},
                        "429": {"description": "Trop de demandes en peu de temps.", "content": trouble},
                    },
                }
            },
            reverse("website:directory_csv"): {
                "get": {
                    "operationId": "repertoireCsv",
                    "summary": (
                        "Tout le répertoire : UTF-8, virgules; les listes sont séparées par des points-virgules, et "
                        "une apostrophe précède ce qu’un tableur prendrait pour une formule."
                    ),
                    "responses": {
                        "200": {
                            "description": "Les colonnes portent les noms des champs de « Organisme ».",
                            "content": {"text/csv": {"schema": {"type": "string"}}},
                        },
                        "429": {"description": "Trop de demandes en peu de temps.", "content": trouble},
                    },
                }
            },
        },
        "components": {
            "schemas": {
                "Organisme": _object(FIELDS),
                "Page": _object(page),
                "Refus": _object({"detail": {"type": "string"}}),
            }
        },
    }
