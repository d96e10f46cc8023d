"""What a replay reads of a version: market, language and address as they were posted; and the trigger that keeps versions."""

from django.db import migrations, models

# Rows from before take their item's: the best that is known of them.
FILL = """
UPDATE content_itemversion v SET market = i.market, language = i.language, url = i.url
FROM content_item i WHERE i.id = v.item_id;
"""
FORWARD = """
CREATE FUNCTION content_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions do not change: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER content_itemversion_frozen BEFORE UPDATE ON content_itemversion
    FOR EACH ROW EXECUTE FUNCTION content_refuse();
"""
BACKWARD = "DROP FUNCTION content_refuse() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("content", "0001_initial")]

    operations = [
        migrations.AddField("itemversion", "market", models.CharField(max_length=12, default=""), preserve_default=False),
        migrations.AddField(
            "itemversion", "language", models.CharField(blank=True, max_length=12, default=""), preserve_default=False
        ),
        migrations.AddField(
            "itemversion", "url", models.CharField(blank=True, max_length=2000, default=""), preserve_default=False
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
