"""A policy pack as a folder: reading it, writing it, and finding everything that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trustdesk.engine import Problem
from trustdesk.policy.documents import PolicyDocument, language_of, parse
from trustdesk.policy.labels import Taxonomy, parse_labels
from trustdesk.policy.packs import Pack, parse_pack
from trustdesk.policy.rulesets import CompiledRuleset, Content, Entry, check_content, compile_content
from trustdesk.policy.wordlists import WordListText, parse_list

_LARGEST = 8_000_000  # bytes of one file


@dataclass(frozen=True)
class Folder:
    """What was read. `content` is None when pack.yaml or labels.json cannot be read at all."""

    path: Path
    content: Content | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def compiled(self) -> CompiledRuleset:
        """Raises PolicyError."""
        if self.content is None:
            raise ValueError("the folder could not be read")
        return compile_content(self.content)


def read_folder(path: Path, *, versions: Mapping[str, int] | None = None) -> Folder:
    """Read and check a pack. File names in problems are relative to the folder. Every version is 1 unless given."""
    problems: list[Problem] = []
    pack_text = _text(path / "pack.yaml", path, problems)
    labels_text = _text(path / "labels.json", path, problems)
    if pack_text is None or labels_text is None:
        return Folder(path, None, tuple(problems))
    pack, wrong = parse_pack(pack_text)
    problems.extend(wrong)
    taxonomy, wrong = parse_labels(labels_text)
    problems.extend(wrong)
    if pack is None:
        return Folder(path, None, tuple(problems))
    documents = _policies(path, problems)
    lists = _lists(path, problems)
    content = Content(
        pack=pack,
        taxonomy=taxonomy,
        policies=tuple(Entry(documents[code], (versions or {}).get(code, 1)) for code in sorted(documents)),
        lists=lists,
    )
    problems.extend(_queue_families(pack, taxonomy))
    if not any(problem.severity == "error" for problem in problems):
        problems.extend(check_content(content))
    return Folder(path, content, tuple(problems))


def write_folder(path: Path, content: Content) -> list[str]:
    """Write a pack's files; returns their relative names. Files of policies and lists that are no more are left alone."""
    files = {"pack.yaml": content.pack.text, "labels.json": content.taxonomy.text}
    for entry in content.policies:
        files[f"policies/{entry.code}.md"] = entry.document.text
        for language, translation in entry.document.translations.items():
            files[f"policies/{entry.code}.{language}.md"] = translation.text
    for name, each in content.lists.items():
        files[f"lists/{name}.txt"] = each.text
    for name, text in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return sorted(files)


def _policies(path: Path, problems: list[Problem]) -> dict[str, PolicyDocument]:
    texts: dict[str, str] = {}
    translations: dict[str, dict[str, str]] = {}
    for file in sorted((path / "policies").glob("*.md")):
        text = _text(file, path, problems)
        if text is None:
            continue
        language = language_of(file.name)
        if language:
            translations.setdefault(file.name.split(".")[0], {})[language] = text
        else:
            texts[file.stem] = text
    documents: dict[str, PolicyDocument] = {}
    for stem, text in texts.items():
        parsed = parse(text, file=f"policies/{stem}.md", translations=translations.pop(stem, {}))
        problems.extend(parsed.problems)
        document = parsed.document
        if document is None or not document.code:
            continue
        if document.code in documents:
            other = documents[document.code].file
            parsed.source.problems.clear()
            parsed.source.wrong(f"{other} has the code {document.code} too", document.text.find("code:"))
            problems.extend(parsed.source.problems)
        elif document.code != stem:
            parsed.source.problems.clear()
            parsed.source.wrong(
                f"the file of {document.code} must be called {document.code}.md", document.text.find("code:")
            )
            problems.extend(parsed.source.problems)
        documents.setdefault(document.code, document)
    problems.extend(
        Problem(f"there is no policy {stem} to translate", file=f"policies/{stem}.{language}.md", policy=stem)
        for stem, told in translations.items()
        for language in told
    )
    return documents


def _lists(path: Path, problems: list[Problem]) -> dict[str, WordListText]:
    lists: dict[str, WordListText] = {}
    for file in sorted((path / "lists").glob("*.txt")):
        text = _text(file, path, problems)
        if text is not None:
            lists[file.stem], wrong = parse_list(file.stem, text, file=f"lists/{file.name}")
            problems.extend(wrong)
    return lists


def _queue_families(pack: Pack, taxonomy: Taxonomy) -> list[Problem]:
    families = {label.family for label in taxonomy.labels.values()}
    return [
        Problem(f"queue {queue.code}: no label is of the family {family}", file="pack.yaml")
        for queue in pack.queues
        for family in sorted(queue.condition["family"].named if queue.condition and "family" in queue.condition else ())
        if family not in families
    ]


def _text(file: Path, root: Path, problems: list[Problem]) -> str | None:
    name = str(file.relative_to(root))
    try:
        if file.stat().st_size > _LARGEST:
            problems.append(Problem(f"larger than {_LARGEST:,} bytes", file=name))
            return None
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.append(Problem("the file is missing", file=name))
    except UnicodeDecodeError as error:
        problems.append(Problem(f"not UTF-8: byte {error.start} cannot be read", file=name))
    except OSError as error:
        problems.append(Problem(f"cannot be read: {error.strerror}", file=name))
    return None
