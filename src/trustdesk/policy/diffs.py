"""What changes from one version to the next: in words, and line by line. Pure."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from trustdesk.policy.documents import PolicyDocument
from trustdesk.policy.guidelines import render
from trustdesk.policy.rulesets import Content
from trustdesk.policy.wordlists import WordListText

_SHOWN = 8  # words of a list told by name
_COMPARED, _LISTED = 5_000, 200  # entries compared line by line; of longer lists, entries shown that came or went


@dataclass(frozen=True)
class Line:
    """One line of a diff; `sign` is +, -, a blank for context, or @ where lines were left out."""

    sign: str
    text: str


@dataclass(frozen=True)
class Difference:
    """One policy or list. `change`: added, removed or changed; `words` say what, `lines` show it."""

    kind: str
    name: str
    change: str
    words: tuple[str, ...]
    lines: tuple[Line, ...]

    def unified(self) -> str:
        """As `diff -u` shows it."""
        return "\n".join(("@@" if line.sign == "@" else f"{line.sign}{line.text}") for line in self.lines)


def between_documents(old: PolicyDocument | None, new: PolicyDocument | None) -> Difference:
    """Raises ValueError when both are None."""
    given = new or old
    if given is None:
        raise ValueError("nothing to compare")
    change = "changed" if old and new else "added" if new else "removed"
    words = _document_words(old, new) if old and new else (f"the policy “{given.title}” is {change}",)
    lines = list(lines_between(old.text if old else "", new.text if new else ""))
    before, after = (each.translations if each else {} for each in (old, new))
    for language in sorted({*before, *after}):
        texts = [each[language].text if language in each else "" for each in (before, after)]
        if texts[0] != texts[1]:
            lines += [Line("@", f"{given.code}.{language}.md"), *lines_between(texts[0], texts[1])]
    return Difference("policy", given.code, change, tuple(words), tuple(lines))


def between_lists(old: WordListText | None, new: WordListText | None) -> Difference:
    """Raises ValueError when both are None."""
    given = new or old
    if given is None:
        raise ValueError("nothing to compare")
    before, after = (each.phrases if each else () for each in (old, new))
    words = []
    for told, these, others in (("added", after, set(before)), ("removed", before, set(after))):
        changed = [phrase for phrase in these if phrase not in others]
        if changed:
            more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
            words.append(f"{_count(len(changed), 'word')} {told}: {', '.join(changed[:_SHOWN])}{more}")
    change = "changed" if old and new else "added" if new else "removed"
    lines = _list_lines(old, new)
    return Difference("list", given.name, change, tuple(words or ["only comments or order changed"]), lines)


def _list_lines(old: WordListText | None, new: WordListText | None) -> tuple[Line, ...]:
    """Line by line, or, for a list that is too long for that, what came and what went."""
    if max(len(each.entries) if each else 0 for each in (old, new)) <= _COMPARED:
        return tuple(lines_between(old.text if old else "", new.text if new else ""))
    before, after = (each.phrases if each else () for each in (old, new))
    told: list[Line] = []
    for sign, these, others in (("-", before, set(after)), ("+", after, set(before))):
        changed = [phrase for phrase in these if phrase not in others]
        told += [Line(sign, phrase) for phrase in changed[:_LISTED]]
        if len(changed) > _LISTED:
            told.append(Line("@", f"{sign} {len(changed) - _LISTED:,}"))
    return tuple(told)


def between_contents(old: Content, new: Content) -> list[Difference]:
    """Every policy and list that differs, policies first, then settings and labels."""
    found: list[Difference] = []
    before, after = ({entry.code: entry.document for entry in each.policies} for each in (old, new))
    for code in sorted({*before, *after}):
        one, other = before.get(code), after.get(code)
        if one is None or other is None or one.sha256 != other.sha256:
            found.append(between_documents(one, other))
    found += [
        between_lists(old.lists.get(name), new.lists.get(name))
        for name in sorted({*old.lists, *new.lists})
        if old.lists.get(name) != new.lists.get(name)
    ]
    for name, texts in (
        ("pack.yaml", (old.pack.text, new.pack.text)),
        ("labels.json", (old.taxonomy.text, new.taxonomy.text)),
    ):
        if texts[0] != texts[1]:
            lines = tuple(lines_between(texts[0], texts[1]))
            found.append(Difference("settings", name, "changed", (f"{name} changed",), lines))
    return found


def lines_between(old: str, new: str, context: int = 2) -> Iterable[Line]:
    """Changed lines with a little context; `@` stands where equal lines are left out."""
    if old == new:
        return
    groups = difflib.SequenceMatcher(None, old.split("\n"), new.split("\n"), autojunk=False).get_grouped_opcodes(
        context
    )
    before, after = old.split("\n"), new.split("\n")
    for at, group in enumerate(groups):
        if at or group[0][1]:
            yield Line("@", "")
        for tag, start, end, new_start, new_end in group:
            if tag == "equal":
                yield from (Line(" ", text) for text in before[start:end])
                continue
            yield from (Line("-", text) for text in before[start:end] if tag in {"replace", "delete"})
            yield from (Line("+", text) for text in after[new_start:new_end] if tag in {"replace", "insert"})


def _document_words(old: PolicyDocument, new: PolicyDocument) -> Iterable[str]:
    plain: tuple[tuple[str, Callable[[PolicyDocument], object]], ...] = (
        ("title", lambda each: each.title),
        ("labels", lambda each: ", ".join(each.labels)),
        ("applies to", lambda each: ", ".join(each.applies_to)),
        ("markets", lambda each: ", ".join(each.markets)),
        ("gravity", lambda each: each.gravity or "that of its labels"),
        ("strikes", lambda each: each.strikes),
        ("ground", lambda each: f"{each.ground} {each.legal_ground}".strip()),
        ("review", lambda each: each.review.words()),
        ("hides what is reported", lambda each: f"{each.hide_reported / 3600:g} h" if each.hide_reported else "no"),
        ("two people", lambda each: "yes" if each.two_people else "no"),
    )
    for name, of in plain:
        if of(old) != of(new):
            yield f"{name}: {of(old)} → {of(new)}"
    yield from _mapping_words("reason", old.reasons(), new.reasons())
    before, after = ({rule.name: rule for rule in each.rules} for each in (old, new))
    for name in dict.fromkeys([*before, *after]):
        if name not in after:
            yield f"rule {name} removed"
        elif name not in before:
            yield f"rule {name} added, {after[name].then}"
        else:
            for what in ("when", "then", "clause", "if_unknown"):
                one, other = getattr(before[name], what), getattr(after[name], what)
                if one != other:
                    yield (
                        f"rule {name}: condition changed"
                        if what == "when"
                        else f"rule {name}: {what} {one or 'none'} → {other or 'none'}"
                    )
    told = [(each.words, each.expect) for each in old.examples], [(each.words, each.expect) for each in new.examples]
    added, removed = len([e for e in told[1] if e not in told[0]]), len([e for e in told[0] if e not in told[1]])
    if added or removed:
        yield ", ".join(
            f"{_count(count, 'example')} {what}" for count, what in ((added, "added"), (removed, "removed")) if count
        )
    yield from _body_words("guideline", old.body, new.body)
    for language in sorted({*old.translations, *new.translations}):
        one, other = old.translations.get(language), new.translations.get(language)
        if one is None or other is None:
            yield f"translation {language} {'added' if other else 'removed'}"
        elif one.text != other.text:
            if one.title != other.title:
                yield f"title in {language}: {one.title} → {other.title}"
            yield from _body_words(f"guideline in {language}", one.body, other.body)


def _mapping_words(name: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterable[str]:
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            yield f"{name} in {key} {'added' if key not in old else 'removed' if key not in new else 'changed'}"


def _body_words(name: str, old: str, new: str) -> Iterable[str]:
    if old == new:
        return
    before, after = ({clause.code: clause for clause in render(body).clauses} for body in (old, new))
    told = False
    for code in dict.fromkeys([*before, *after]):
        one, other = before.get(code), after.get(code)
        if one is None or other is None or (one.title, one.text) != (other.title, other.text):
            told = True
            what = "changed" if one and other else "added" if other else "removed"
            yield f"{name}: clause {code} {what}"
    if not told:
        yield f"{name}: words changed"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
