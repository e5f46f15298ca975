"""What was done about a reported error."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0005_fiche_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="errorreport",
            name="note",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="note"),
        ),
        migrations.AddIndex(
            model_name="errorreport",
            index=models.Index(fields=["state", "-created_at"], name="report_queue"),
        ),
        migrations.AddConstraint(
            model_name="errorreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "open")),
                    models.Q(models.Q(("state", "open"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="report_closed_at_with_state",
            ),
        ),
    ]
