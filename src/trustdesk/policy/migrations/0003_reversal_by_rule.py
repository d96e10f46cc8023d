from django.db import migrations, models


class Migration(migrations.Migration):
    """A reversal counts against each rule the decision stood on; nothing was stored before."""

    dependencies = [("policy", "0002_probation_and_record")]

    operations = [
        migrations.DeleteModel(name="Reversal"),
        migrations.CreateModel(
            name="Reversal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("decision", models.UUIDField()),
                ("identity", models.CharField(max_length=64)),
                ("decided_at", models.DateTimeField()),
                ("reversed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["identity", "decided_at"], name="reversal_of_rule")],
                "constraints": [
                    models.UniqueConstraint(fields=("decision", "identity"), name="reversal_once")
                ],
            },
        ),
    ]
