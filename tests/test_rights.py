"""The rights matrix: every page as every role, every endpoint with a key of every scope, against the declared right.

It walks the addresses of the desk, so a page or endpoint is tested by existing; one that declares no right fails.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

from trustdesk.kernel.people.rules import RIGHTS, SCOPES, STARTING_ROLES
from trustdesk.web.api import api
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db

# Views that are not ours or that everyone may open, each with its reason.
EXEMPT = {
    "account_login": "signing in",
    "account_logout": "signing out",
    "account_inactive": "says that a sign-in is closed",
    "account_signup": "closed: answers 404",
    "mfa_authenticate": "the second step of signing in",
    "openapi-json": "the API's description holds no data",
    "api-docs": "the API's description holds no data",
    "api-root": "answers 404",
}


@dataclass(frozen=True)
class Page:
    """One address, ready to be called."""

    name: str
    path: str
    right: str | None
    methods: tuple[str, ...]


def pages() -> Iterator[Page]:
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns, before: str) -> Iterator[Page]:
    for pattern in patterns:
        route, made = str(pattern.pattern), before
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "api" and pattern.app_name != "ninja":
                yield from _walk(pattern.url_patterns, before + route)
            continue
        assert isinstance(pattern, URLPattern)
        for name, converter in pattern.pattern.converters.items():
            kind = next(
                key for key in ("uuid", "int", "slug", "path", "str") if f"<{key}:{name}>" in route or key == "str"
            )
            value = (
                uuid4() if isinstance(converter, UUIDConverter) else 1 if isinstance(converter, IntConverter) else "x"
            )
            route = route.replace(f"<{kind}:{name}>", str(value)).replace(f"<{name}>", str(value))
        right = getattr(pattern.callback, "right", None)
        yield Page(
            name=pattern.name or route,
            path=f"/{made}{route}",
            right=right,
            methods=getattr(pattern.callback, "methods", ("GET",)),
        )


def endpoints() -> Iterator[Page]:
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                route = f"/api/v1{bound.prefix}{path}"
                for part in [part for part in route.split("/") if part.startswith("{")]:
                    route = route.replace(part, str(uuid4()))
                right = getattr(operation.view_func, "right", None)
                yield Page(operation.view_func.__name__, route.replace("//", "/"), right, tuple(operation.methods))


def words(right: str) -> str:
    return f"This needs the right “{RIGHTS[right]}”."


def test_every_page_and_endpoint_declares_its_right():
    silent = [page for page in pages() if page.right is None and page.name not in EXEMPT]
    silent += [page for page in endpoints() if page.right is None]
    assert silent == []
    unknown = [page for page in (*pages(), *endpoints()) if page.right not in {None, "-", "public", *RIGHTS}]
    assert unknown == []


def test_every_action_names_a_right_that_exists():
    import importlib
    import pkgutil

    import trustdesk

    wrong = []
    for found in pkgutil.walk_packages(trustdesk.__path__, "trustdesk."):
        if ".tests" in found.name or not (found.name.endswith(".actions") or ".actions." in found.name):
            continue
        for name, verb in vars(importlib.import_module(found.name)).items():
            if getattr(verb, "is_action", False) and verb.right not in {"-", *RIGHTS}:
                wrong.append(f"{found.name}.{name}: {verb.right}")
    assert wrong == []


@pytest.mark.parametrize("role", sorted(STARTING_ROLES))
def test_pages_open_to_those_with_the_right_and_to_nobody_else(role):
    client = Client(raise_request_exception=False)
    client.force_login(makers.staff(role), settings.AUTHENTICATION_BACKENDS[0])
    rights = set(STARTING_ROLES[role][1])
    wrong = []
    for page in pages():
        if page.right in {None, "public"} or page.name in EXEMPT:
            continue
        for method in ("get", "post"):
            if method.upper() not in page.methods:
                continue
            answer = getattr(client, method)(page.path)
            said = answer.content.decode() if not answer.streaming else ""
            refused = page.right != "-" and answer.status_code == 403 and words(page.right) in said
            allowed = page.right == "-" or page.right in rights
            if refused == allowed or answer.status_code >= 500:
                wrong.append((method, page.path, page.right, answer.status_code))
    assert wrong == []


def test_nobody_opens_a_page_without_signing_in():
    client = Client(raise_request_exception=False)
    wrong = []
    for page in pages():
        if page.right in {None, "public"} or page.name in EXEMPT:
            continue
        method = "get" if "GET" in page.methods else "post"
        answer = getattr(client, method)(page.path)
        if answer.status_code != 302 or not answer["Location"].startswith("/account/login/"):
            wrong.append((page.path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_endpoints_answer_to_keys_with_the_scope_and_to_no_other(scope):
    client = Client(raise_request_exception=False)
    header = {"Authorization": f"Bearer {makers.key(scope)}"}
    wrong = []
    for point in endpoints():
        for method in point.methods:
            body = {} if method == "GET" else {"data": json.dumps({}), "content_type": "application/json"}
            answer = client.generic(method, point.path, **body, headers=header)
            refused = answer.status_code == 403 and answer.json().get("right") == point.right
            allowed = point.right == "-" or point.right in SCOPES[scope]
            if refused == allowed or answer.status_code >= 500:
                wrong.append((method, point.path, point.right, answer.status_code))
    assert wrong == []


def test_no_endpoint_answers_without_a_key():
    client = Client(raise_request_exception=False)
    wrong = [
        (method, point.path)
        for point in endpoints()
        for method in point.methods
        if client.generic(method, point.path).status_code != 401
    ]
    assert wrong == []
