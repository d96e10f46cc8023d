"""The law that import-linter has no words for: doors and rooms, read from the syntax tree. Lists findings in words."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Ground everyone stands on, and what is no slice.
GROUND = {"kernel", "web", "engine", "pictures", "config", "packs", "sample", "bench", "client"}
DOORS = {"facts", "actions", "queries"}
# Of the kernel's slices everyone may also know the models (foreign keys, joins) …
KERNEL_DOORS = DOORS | {"models"}
# … and these, which are the kernel's vocabulary.
KERNEL_WORDS = {"people.actor", "people.rules", "work.guards", "work.rules", "ledger.reacting", "ledger.outbox"}
# Rooms of a slice from the innermost outwards: a room knows only rooms before its own.
ROOMS = ("facts", "rules", "models", "queries", "actions")
MOUTHS = {"reactors", "jobs", "forms", "pages", "api", "urls"}
PLAIN_MOUTHS = {"pages", "api"}


@dataclass(frozen=True)
class Import:
    """One import of ours: where it stands, what it names (`policy.queries.plans`)."""

    path: str
    line: int
    module: str  # the importing module, below `trustdesk.`
    names: str  # what is imported, below `trustdesk.`


def imports(root: Path) -> Iterator[Import]:
    """Every import of our own modules under `root` (the folder that holds `trustdesk`), tests excepted."""
    for path in sorted((root / "trustdesk").rglob("*.py")):
        parts = path.relative_to(root / "trustdesk").with_suffix("").parts
        if "tests" in parts or "migrations" in parts:
            continue
        module = ".".join(part for part in parts if part != "__init__")
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for name in _names(node, package):
                yield Import(str(path.relative_to(root)), getattr(node, "lineno", 0), module, name)


def _names(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.startswith("trustdesk."):
                yield alias.name.removeprefix("trustdesk.")
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join(["trustdesk", *above, *([base] if base else [])])
        if base == "trustdesk" or base.startswith("trustdesk."):
            for alias in node.names:
                yield f"{base}.{alias.name}".removeprefix("trustdesk.")


def slice_of(module: str) -> str:
    """`kernel.people` for the kernel's slices, else the first word."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "kernel" else parts[0]


def doors(root: Path) -> list[str]:
    """Imports from another slice that come through the wall instead of a door."""
    found = []
    for one in imports(root):
        here, there = slice_of(one.module), slice_of(one.names)
        if here == there or here.split(".")[0] in {"config", "bench"}:
            continue  # config alone knows every slice; the benchmarks measure what lies behind the doors
        rest = one.names.removeprefix(there).lstrip(".").split(".")
        if there.startswith("kernel."):
            within = ".".join([there.removeprefix("kernel."), rest[0]])
            allowed = there == "kernel.base" or rest[0] in KERNEL_DOORS or within in KERNEL_WORDS
        else:
            allowed = there in GROUND or rest[0] in DOORS
        if not allowed:
            found.append(
                f"{one.path}:{one.line}: {here} reaches into {one.names}; its doors are facts, actions, queries"
            )
    return found


def rooms(root: Path) -> list[str]:
    """Imports inside a slice from a room further out."""
    found = []
    for one in imports(root):
        here, there = slice_of(one.module), slice_of(one.names)
        room = one.module.removeprefix(here).lstrip(".").split(".")[0]
        if room in PLAIN_MOUTHS and ".models" in f".{one.names}.".replace(".models.", ".models"):
            found.append(f"{one.path}:{one.line}: {room} asks {one.names}; pages and API know actions and queries")
        if here != there:
            continue
        other = one.names.removeprefix(there).lstrip(".").split(".")[0]
        outward = (room in ROOMS and other in ROOMS and ROOMS.index(other) > ROOMS.index(room)) or (
            room in ROOMS and other in MOUTHS
        )
        if outward:
            found.append(f"{one.path}:{one.line}: {room} knows {other}, a room further out")
    return found
