from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0011_filters_of_every_list"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="member_until",
            field=models.DateField(blank=True, null=True, verbose_name="membre jusqu’au"),
        ),
    ]
