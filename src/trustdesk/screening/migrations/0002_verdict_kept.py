"""A verdict that is final never changes its words: only that a newer one overtook it, or that its signal came back."""

from django.db import migrations

_KEPT = "item_id, version_id, version_no, outcome, ruleset, plan, hits, undecided, inputs, made_at, decided_at"
_OLD, _NEW = (", ".join(f"{row}.{name.strip()}" for name in _KEPT.split(",")) for row in ("OLD", "NEW"))
FORWARD = f"""
CREATE FUNCTION screening_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a final verdict does not change: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER screening_verdict_kept BEFORE UPDATE ON screening_verdict FOR EACH ROW
    WHEN (OLD.state <> 'pending' AND (({_OLD}) IS DISTINCT FROM ({_NEW}) OR NEW.state = 'pending'))
    EXECUTE FUNCTION screening_refuse();
"""
BACKWARD = "DROP FUNCTION screening_refuse() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
