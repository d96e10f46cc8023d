from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("support", "0003_who_is_here"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="live",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=Q(live=False) | Q(merged_into=None), name="case_live_is_its_own"
            ),
        ),
    ]
