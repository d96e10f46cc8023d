from django.db import migrations

# Cases that are there already have a status since some time: their newest fact of it says when.
FILL = """
INSERT INTO triggers_standing (id, case_id, status, since, fact, tags)
SELECT c.id, c.id, c.status, f.at, f.id, c.tags
FROM support_case c
JOIN LATERAL (
    SELECT id, at FROM ledger_fact
    WHERE subject = c.id::text AND kind IN ('case.opened', 'case.status_set')
    ORDER BY id DESC LIMIT 1
) f ON true
"""


class Migration(migrations.Migration):
    dependencies = [("triggers", "0001_start"), ("ledger", "0002_append_only")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
