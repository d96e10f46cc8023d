"""Numbers that people can say; a merged case takes no messages, and a note stays a note, whoever writes to the table."""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE support_case_number START WITH 1001;

CREATE FUNCTION support_message_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM support_case WHERE id = NEW.case_id AND merged_into_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a merged case takes no messages' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.direction = 'note' AND NEW.direction <> 'note' THEN
        RAISE EXCEPTION 'a note stays a note' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER support_message_guard BEFORE INSERT OR UPDATE ON support_message
    FOR EACH ROW EXECUTE FUNCTION support_message_guard();
"""
BACKWARD = """
DROP TRIGGER support_message_guard ON support_message;
DROP FUNCTION support_message_guard();
DROP SEQUENCE support_case_number;
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
