from django.db import migrations

from trustdesk.kernel.base.ids import uuid7

# Code, name, rank, minutes to accept, minutes to answer: where a desk begins; leads change them.
SEVERITIES = (
    ("urgent", "Urgent", 1, 15, 120),
    ("high", "High", 2, 60, 480),
    ("normal", "Normal", 3, 240, 1440),
    ("low", "Low", 4, 1440, 4320),
)


def begin(apps, schema_editor):
    severity = apps.get_model("escalations", "Severity")
    for code, name, rank, accept, answer in SEVERITIES:
        severity.objects.create(
            id=uuid7(), code=code, name=name, rank=rank, accept_minutes=accept, answer_minutes=answer
        )


class Migration(migrations.Migration):
    dependencies = [("escalations", "0001_initial")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
