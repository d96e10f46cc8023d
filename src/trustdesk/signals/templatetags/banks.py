"""Words on the pages of banks."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of(names: Mapping[str, str], label: str) -> str:
    """The name behind an actor's label."""
    return names.get(label, label)


@register.filter
def owner_name(owner: str) -> str:
    """Whose content it is, without the source's id in front: “ad/4711”."""
    return owner.partition("/")[2] or owner


@register.filter
def of_file(addresses: Mapping[str, str], file: object) -> str:
    """Where a file's small picture is, "" where there is none."""
    return addresses.get(str(file), "") if file else ""
