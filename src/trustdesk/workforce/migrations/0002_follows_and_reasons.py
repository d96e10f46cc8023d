"""No gaps between the intervals of a person, and the reasons for being away that a desk starts with."""

from django.db import migrations

from trustdesk.kernel.base.ids import uuid7

# code, English, Indonesian, paid, productive, longest minutes, needs a note
REASONS = [
    ("break", "Break", "Rehat", True, False, 15, False),
    ("lunch", "Lunch", "Makan siang", False, False, 60, False),
    ("meeting", "Meeting", "Rapat", True, True, None, False),
    ("training", "Training", "Pelatihan", True, True, None, False),
    ("coaching", "Coaching", "Bimbingan", True, True, 60, False),
    ("technical", "Technical problem", "Masalah teknis", True, False, None, True),
    ("other", "Other work", "Pekerjaan lain", True, True, None, True),
]


def reasons(apps, schema_editor):
    made = apps.get_model("workforce", "AuxCode")
    made.objects.bulk_create(
        made(
            id=uuid7(),
            code=code,
            labels={"en": english, "id": indonesian},
            paid=paid,
            productive=productive,
            longest_minutes=longest,
            needs_note=note,
            place=10 * place,
        )
        for place, (code, english, indonesian, paid, productive, longest, note) in enumerate(REASONS, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("workforce", "0001_start")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE workforce_interval ADD CONSTRAINT interval_follows_the_one_before "
            "FOREIGN KEY (presence_id, follows_at) REFERENCES workforce_interval (presence_id, ended_at)",
            "ALTER TABLE workforce_interval DROP CONSTRAINT interval_follows_the_one_before",
        ),
        migrations.RunPython(reasons, migrations.RunPython.noop),
    ]
