from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0010_directory_facets"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="member_until",
            field=models.DateField(blank=True, null=True, verbose_name="membre jusqu’au"),
        ),
    ]
