"""What happens to a person, in words."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "accounts.email_confirmed": _("{person} a confirmé l’adresse {email}."),
    "accounts.email_changed": _("{person} a changé son adresse courriel : {old} est devenue {new}."),
    "accounts.profile_changed": _("{person} a modifié son profil : {fields}."),
    "accounts.password_changed": _("{person} a changé son mot de passe."),
    "accounts.staff_granted": _("{actor} a donné à {person} l’accès à la gestion, comme {role}."),
    "accounts.staff_withdrawn": _("{actor} a retiré à {person} l’accès à la gestion."),
}
