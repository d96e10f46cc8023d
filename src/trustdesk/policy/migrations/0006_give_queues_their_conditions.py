"""Queues got conditions of their own: those a desk has already get what the pack in force says of them."""

from django.db import migrations


def give(apps, schema_editor):
    from trustdesk.kernel.work.rules.conditions import overlap, written
    from trustdesk.policy.packs import parse_pack

    settings = apps.get_model("policy", "SettingsVersion").objects.order_by("-number").first()
    pack = parse_pack(settings.text)[0] if settings else None
    taken = []
    for queue in pack.queues if pack else ():
        rows = apps.get_model("work", "Queue").objects.filter(code=queue.code)
        if queue.fallback:
            rows.update(fallback=True)
        elif queue.condition and not any(overlap(queue.condition, other) for other in taken):
            taken.append(queue.condition)
            rows.update(condition=written(queue.condition))


class Migration(migrations.Migration):
    dependencies = [("policy", "0005_part_measures"), ("work", "0005_conditions_people_and_late_work")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
