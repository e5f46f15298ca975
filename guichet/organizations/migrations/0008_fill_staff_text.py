"""The words that staff search, for the fiches of before: as `staff_text` writes them, with the fields of today."""

from django.conf import settings
from django.db import migrations
from django.utils import translation
from phonenumber_field.phonenumber import to_python as to_phone

from guichet.core.templatetags.guichet import day
from guichet.organizations.text import fold

BATCH = 500
TEXTS = (
    "name usual_name initials kind neq founded_year federation description season_note territory members_count"
    " volunteers_count access_note email website facebook instagram other_network address postal_code"
    " mailing_address mailing_city mailing_postal_code year_end record_check"
)
SEASONS = {"winter": "Hiver", "spring": "Printemps", "summer": "Été", "autumn": "Automne"}


def words_of(row):
    texts = [row.external_id]
    for name in TEXTS.split():
        value = getattr(row, name)
        if value not in ("", None, 0):
            choices = dict(row._meta.get_field(name).flatchoices)
            texts.append(str(choices.get(value, value)))
    texts += [SEASONS.get(season, "") for season in row.seasons]
    for phone in (row.phone, row.other_phone):
        if phone:
            texts += [str(phone), phone.as_e164]
    for person in row.people:
        texts += [str(person.get(part, "")) for part in ("name", "function", "email")]
        if person.get("phone"):
            texts += [str(to_phone(person["phone"])), person["phone"]]
    if row.last_meeting_on:
        texts.append(day(row.last_meeting_on))
    return " ".join(dict.fromkeys(fold(" ".join(texts)).split()))


def fill(apps, schema_editor):
    """Batch after batch, each in a transaction of its own: nobody waits for the whole table."""
    fiches = apps.get_model("organizations", "Organization").objects.using(schema_editor.connection.alias)
    last = 0
    with translation.override(settings.LANGUAGE_CODE):
        while batch := list(fiches.filter(pk__gt=last).order_by("pk")[:BATCH]):
            for row in batch:
                row.staff_text = words_of(row)
            fiches.bulk_update(batch, ["staff_text"])
            last = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("organizations", "0007_saved_filters")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
