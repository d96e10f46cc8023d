
import django.db.models.deletion
import trustdesk.kernel.base.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('work', '0005_conditions_people_and_late_work'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Severity',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('code', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=60)),
                ('rank', models.PositiveSmallIntegerField(unique=True)),
                ('accept_minutes', models.PositiveIntegerField()),
                ('answer_minutes', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('accept_minutes__gt', 0), ('answer_minutes__gte', models.F('accept_minutes'))), name='severity_accept_before_answer')],
            },
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('subject', models.CharField(max_length=200)),
                ('gathered', models.JSONField(default=list)),
                ('link', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('accepted', 'Accepted'), ('answered', 'Answered'), ('returned', 'Returned'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], default='waiting', max_length=9)),
                ('opened_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('about', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='work.workitem')),
                ('holder', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.escalation')),
                ('requester', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('work', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='work.workitem')),
                ('severity', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='escalations.severity')),
            ],
        ),
        migrations.CreateModel(
            name='Saying',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('asked', 'Asked'), ('answered', 'Answered'), ('returned', 'Returned'), ('followed_up', 'Followed Up'), ('noted', 'Noted'), ('cancelled', 'Cancelled')], max_length=11)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('escalation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sayings', to='escalations.escalation')),
                ('staff', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['escalation', 'id'], name='saying_of_escalation')],
            },
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(fields=['team', '-opened_at', '-id'], name='escalation_of_team'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(fields=['requester', '-opened_at', '-id'], name='escalation_by_requester'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(fields=['about'], name='escalation_about'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('about',), name='escalation_one_open'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state__in', ['closed', 'cancelled'])), models.Q(models.Q(('state__in', ['closed', 'cancelled']), _negated=True), ('ended_at', None)), _connector='OR'), name='escalation_ends'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('holder__isnull', False), _connector='OR'), name='escalation_accepted_by'),
        ),
    ]
