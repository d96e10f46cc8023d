"""Tables of policies, and the triggers that keep a checked version, a ruleset and its ground as they are."""

import django.contrib.postgres.fields
import django.db.models.deletion
import trustdesk.kernel.base.ids
from django.db import migrations, models

# A draft may be changed and thrown away. After that only its state, its approver and its times move on.
_VERSIONS = {"policy_policyversion": ", translations, policy_id", "policy_wordlistversion": ", word_list_id"}
_FROZEN = ("policy_settingsversion", "policy_taxonomyversion", "policy_label", "policy_ruleset")

FORWARD = """
CREATE FUNCTION policy_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions do not change: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION policy_refuse();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION policy_refuse();
"""
    for table in _FROZEN
) + "".join(
    f"""
CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND (
        (OLD.id, OLD.number, OLD.base, OLD.text, OLD.sha256, OLD.author, OLD.made_at{"".join(f", OLD.{name.strip()}" for name in extra.split(",") if name.strip())})
        IS DISTINCT FROM
        (NEW.id, NEW.number, NEW.base, NEW.text, NEW.sha256, NEW.author, NEW.made_at{"".join(f", NEW.{name.strip()}" for name in extra.split(",") if name.strip())})
        OR NEW.state = 'draft'
        OR (OLD.approver <> '' AND NEW.approver <> OLD.approver)))
    EXECUTE FUNCTION policy_refuse();
CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW
    WHEN (OLD.state <> 'draft') EXECUTE FUNCTION policy_refuse();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION policy_refuse();
"""
    for table, extra in _VERSIONS.items()
)

BACKWARD = "DROP FUNCTION policy_refuse() CASCADE;"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=60, unique=True)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SettingsVersion',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(unique=True)),
                ('pack', models.CharField(max_length=60)),
                ('text', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=120)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TaxonomyVersion',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(unique=True)),
                ('text', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=120)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WordList',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, unique=True)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('checked', 'Checked'), ('approved', 'Approved'), ('live', 'Live'), ('superseded', 'Superseded'), ('rolled_back', 'Rolled Back')], max_length=12)),
                ('base', models.PositiveIntegerField(default=0)),
                ('author', models.CharField(max_length=120)),
                ('approver', models.CharField(blank=True, max_length=120)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('checked_at', models.DateTimeField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('translations', models.JSONField(default=dict)),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='policy.policy')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'changed_at'], name='policy_version_waiting')],
                'constraints': [models.UniqueConstraint(fields=('policy', 'number'), name='policy_version_number_once'), models.UniqueConstraint(condition=models.Q(('state', 'live')), fields=('policy',), name='policy_version_one_live'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'checked', 'approved', 'live', 'superseded', 'rolled_back'])), name='policy_version_state'), models.CheckConstraint(condition=models.Q(models.Q(('approver', ''), ('state__in', ['draft', 'checked'])), models.Q(('state__in', ['approved', 'live', 'superseded', 'rolled_back']), models.Q(('approver', ''), _negated=True), models.Q(('approver', models.F('author')), _negated=True)), models.Q(('approver', ''), ('author', 'system:desk')), _connector='OR'), name='policy_version_two_people'), models.CheckConstraint(condition=models.Q(('number__gt', models.F('base'))), name='policy_version_after_its_base')],
            },
        ),
        migrations.CreateModel(
            name='Ruleset',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField(unique=True)),
                ('hash', models.CharField(max_length=64)),
                ('policies', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('lists', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=120)),
                ('settings', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.settingsversion')),
                ('taxonomy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.taxonomyversion')),
            ],
            options={
                'indexes': [models.Index(fields=['hash'], name='ruleset_by_hash')],
            },
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=80)),
                ('family', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=60)),
                ('severity', models.PositiveSmallIntegerField()),
                ('dsa_category', models.CharField(blank=True, max_length=120)),
                ('taxonomy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labels', to='policy.taxonomyversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('taxonomy', 'code'), name='label_once'), models.CheckConstraint(condition=models.Q(('severity__gte', 1), ('severity__lte', 5)), name='label_severity')],
            },
        ),
        migrations.CreateModel(
            name='WordListVersion',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('checked', 'Checked'), ('approved', 'Approved'), ('live', 'Live'), ('superseded', 'Superseded'), ('rolled_back', 'Rolled Back')], max_length=12)),
                ('base', models.PositiveIntegerField(default=0)),
                ('author', models.CharField(max_length=120)),
                ('approver', models.CharField(blank=True, max_length=120)),
                ('made_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('checked_at', models.DateTimeField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('word_list', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='policy.wordlist')),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'changed_at'], name='list_version_waiting')],
                'constraints': [models.UniqueConstraint(fields=('word_list', 'number'), name='list_version_number_once'), models.UniqueConstraint(condition=models.Q(('state', 'live')), fields=('word_list',), name='list_version_one_live'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'checked', 'approved', 'live', 'superseded', 'rolled_back'])), name='list_version_state'), models.CheckConstraint(condition=models.Q(models.Q(('approver', ''), ('state__in', ['draft', 'checked'])), models.Q(('state__in', ['approved', 'live', 'superseded', 'rolled_back']), models.Q(('approver', ''), _negated=True), models.Q(('approver', models.F('author')), _negated=True)), models.Q(('approver', ''), ('author', 'system:desk')), _connector='OR'), name='list_version_two_people'), models.CheckConstraint(condition=models.Q(('number__gt', models.F('base'))), name='list_version_after_its_base')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
