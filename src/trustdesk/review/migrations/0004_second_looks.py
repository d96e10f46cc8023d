
import django.contrib.postgres.fields
import django.db.models.deletion
import trustdesk.kernel.base.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0002_version_places'),
        ('review', '0003_ahead'),
        ('work', '0004_dealt_ahead_and_harm'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Golden',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('version_no', models.PositiveIntegerField()),
                ('decision', models.UUIDField(unique=True)),
                ('content', models.JSONField()),
                ('hits', models.JSONField(default=list)),
                ('screened_at', models.DateTimeField()),
                ('queue', models.SlugField()),
                ('outcome', models.CharField(max_length=10)),
                ('policy', models.CharField(blank=True, max_length=60)),
                ('clause', models.CharField(blank=True, max_length=20)),
                ('explanation', models.CharField(max_length=1000)),
                ('judges', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('made_at', models.DateTimeField()),
                ('dealt_at', models.DateTimeField(null=True)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='GoldenAnswer',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('outcome', models.CharField(max_length=10)),
                ('clauses', models.JSONField(default=list)),
                ('fits', models.BooleanField()),
                ('clause_fits', models.BooleanField()),
                ('told', models.BooleanField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('effective_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='GoldenShare',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('queue', models.SlugField(unique=True)),
                ('share', models.FloatField()),
            ],
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.UUIDField(default=trustdesk.kernel.base.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('no', models.PositiveSmallIntegerField()),
                ('version_no', models.PositiveIntegerField()),
                ('outcome', models.CharField(max_length=10)),
                ('clauses', models.JSONField(default=list)),
                ('labels', models.JSONField(default=list)),
                ('author_note', models.CharField(blank=True, max_length=1000)),
                ('rationale', models.CharField(blank=True, max_length=4000)),
                ('decision', models.UUIDField(null=True)),
                ('fact', models.UUIDField()),
                ('made_at', models.DateTimeField()),
                ('effective_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='review',
            name='review_one_open_per_item',
        ),
        migrations.AddField(
            model_name='golden',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.item'),
        ),
        migrations.AddField(
            model_name='golden',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='review',
            name='golden',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='review.golden'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('golden', None), ('state', 'open')), fields=('item',), name='review_one_open_per_item'),
        ),
        migrations.AddField(
            model_name='goldenanswer',
            name='golden',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='review.golden'),
        ),
        migrations.AddField(
            model_name='goldenanswer',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='review.review'),
        ),
        migrations.AddField(
            model_name='goldenanswer',
            name='staff',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='goldenshare',
            constraint=models.CheckConstraint(condition=models.Q(('share__gte', 0), ('share__lte', 0.2)), name='golden_share_small'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='review',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='review.review'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='staff',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='golden',
            index=models.Index(condition=models.Q(('retired_at', None)), fields=['queue', 'dealt_at'], name='golden_next'),
        ),
        migrations.AddIndex(
            model_name='golden',
            index=models.Index(fields=['-made_at', '-id'], name='golden_list'),
        ),
        migrations.AddIndex(
            model_name='goldenanswer',
            index=models.Index(fields=['staff', '-made_at'], name='golden_answer_of_person'),
        ),
        migrations.AddConstraint(
            model_name='goldenanswer',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('review',), name='golden_answer_once'),
        ),
        migrations.AddIndex(
            model_name='judgement',
            index=models.Index(fields=['staff', '-effective_at'], name='judgement_undo'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('review', 'staff'), name='judgement_once_a_person'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('review', 'no'), name='judgement_number_once'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(('no__in', [1, 2, 3])), name='judgement_at_most_three'),
        ),
    ]
