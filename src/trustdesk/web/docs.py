"""The API's own documentation page, rendered here from its OpenAPI: no scripts, no other host."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trustdesk.kernel.people.rules import SCOPES
from trustdesk.web.api import api

PREFIX = "/api/v1"
DEEPEST = 3  # objects inside objects, as the page shows them


@dataclass(frozen=True)
class Field:
    """One field of a body or parameter of a call."""

    name: str
    kind: str
    needed: bool
    about: str
    level: int


@dataclass(frozen=True)
class Call:
    """One endpoint as the page shows it."""

    method: str
    path: str
    anchor: str
    summary: str
    about: str
    scopes: tuple[str, ...]
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[tuple[str, tuple[Field, ...]], ...]


def calls() -> dict[str, list[Call]]:
    """All endpoints by tag, in the order they were hung."""
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix=PREFIX)
    parts = schema.get("components", {}).get("schemas", {})
    rights = _rights()
    found: dict[str, list[Call]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            call = _call(method.upper(), path, operation, rights.get((method.upper(), path), "-"), parts)
            found.setdefault((operation.get("tags") or ["desk"])[0], []).append(call)
    return found


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "web/docs.html", {"groups": list(calls().items()), "prefix": PREFIX})


page.right = "public"  # type: ignore[attr-defined]


def _rights() -> dict[tuple[str, str], str]:
    return {
        (method, "/".join(f"{PREFIX}{bound.prefix}{path}".replace("//", "/").split("/"))): getattr(
            operation.view_func, "right", "-"
        )
        for bound in api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }


def _call(method: str, path: str, operation: dict[str, Any], right: str, parts: dict[str, Any]) -> Call:
    parameters = tuple(
        Field(
            name=given["name"],
            kind=_kind(given.get("schema", {})),
            needed=bool(given.get("required")),
            about=given.get("description", ""),
            level=0,
        )
        for given in operation.get("parameters", [])
    )
    content = operation.get("requestBody", {}).get("content", {})
    sent = next((tuple(_fields(given.get("schema", {}), parts)) for given in content.values()), ())
    answers = []
    for status, answer in operation.get("responses", {}).items():
        shape = answer.get("content", {}).get("application/json", {}).get("schema", {})
        answers.append((str(status), tuple(_fields(shape, parts))))
    return Call(
        method=method,
        path=path,
        anchor=f"{method}{path}".replace("/", "-").replace("{", "").replace("}", "").lower(),
        summary=operation.get("summary", ""),
        about=operation.get("description", ""),
        scopes=tuple(scope for scope, opened in SCOPES.items() if right == "-" or right in opened),
        parameters=parameters,
        body=sent,
        answers=tuple(answers),
    )


def _fields(shape: dict[str, Any], parts: dict[str, Any], level: int = 0) -> Iterator[Field]:
    shape = _open(shape, parts)
    if shape.get("type") == "array":
        shape = _open(shape.get("items", {}), parts)
    needed = set(shape.get("required", []))
    for name, given in shape.get("properties", {}).items():
        yield Field(
            name=name, kind=_kind(given), needed=name in needed, about=given.get("description", ""), level=level
        )
        inner = _inner(given, parts)
        if inner and level < DEEPEST:
            yield from _fields(inner, parts, level + 1)


def _open(shape: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in shape:
        found: dict[str, Any] = parts.get(shape["$ref"].rsplit("/", 1)[-1], {})
        return found
    return shape


def _inner(given: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    for one in (given, given.get("items", {}), *given.get("anyOf", []), *given.get("allOf", [])):
        opened = _open(one, parts)
        if opened.get("type") == "array":
            opened = _open(opened.get("items", {}), parts)
        if opened.get("properties"):
            return opened
    return {}


def _kind(given: dict[str, Any]) -> str:
    if "$ref" in given:
        return "object"
    if "enum" in given:
        return " | ".join(str(value) for value in given["enum"])
    if "const" in given:
        return str(given["const"])
    if options := given.get("anyOf") or given.get("allOf"):
        return " | ".join(dict.fromkeys(_kind(option) for option in options))
    if given.get("type") == "array":
        return f"[{_kind(given.get('items', {}))}]"
    return str(given.get("format") or given.get("type") or "any")
