from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("funding", "0010_comment_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="members_only",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text=(
                    "Son adhésion compte le jour où la demande est commencée, puis le jour où elle est transmise."
                ),
                verbose_name="l’organisme doit être membre",
            ),
        ),
    ]
