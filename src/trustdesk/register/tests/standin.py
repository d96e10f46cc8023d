"""A stand-in of the register: its API on this machine's loopback, judging by facts in the form of its published schema.

Written apart from `register.rules`, so that the two can be held against each other. It takes a batch whole or not at all, knows
every identifier it ever took, and can be told to fail.
"""

import json
import re
import threading
import uuid
from collections.abc import Mapping
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from trustdesk.register import schema

TOKEN = "1|of-the-stand-in"

_GROUNDS = {
    "ILLEGAL": ["illegal_content_legal_ground", "illegal_content_explanation"],
    "INCOMPATIBLE": ["incompatible_content_ground", "incompatible_content_explanation"],
}


def facts() -> dict[str, Any]:
    """What `register.schema` restates, in the form of the register's schema."""
    return {
        "enums": {name: list(values) for name, values in schema.ENUMS.items()},
        "required_always": list(schema.REQUIRED),
        "at_least_one_of": list(schema.ONE_OF),
        "arrays": list(schema.ARRAYS),
        "conditional_required": [
            {
                "if": "DECISION_VISIBILITY_OTHER in decision_visibility",
                "then_required": ["decision_visibility_other"],
                "else_dropped": ["decision_visibility_other"],
            },
            {
                "if": "decision_monetary == DECISION_MONETARY_OTHER",
                "then_required": ["decision_monetary_other"],
                "else_dropped": ["decision_monetary_other"],
            },
            {
                "if": "CONTENT_TYPE_OTHER in content_type",
                "then_required": ["content_type_other"],
                "else_dropped": ["content_type_other"],
            },
            {
                "if": "decision_ground == DECISION_GROUND_ILLEGAL_CONTENT",
                "then_required": _GROUNDS["ILLEGAL"],
                "else_dropped": _GROUNDS["ILLEGAL"],
            },
            {
                "if": "decision_ground == DECISION_GROUND_INCOMPATIBLE_CONTENT",
                "then_required": _GROUNDS["INCOMPATIBLE"],
                "else_dropped": [*_GROUNDS["INCOMPATIBLE"], "incompatible_content_illegal"],
            },
            {"if": "source_type == SOURCE_VOLUNTARY", "then_dropped": ["source_identity"]},
            {
                "if": "KEYWORD_OTHER in category_specification",
                "then_optional": ["category_specification_other"],
            },
        ],
        "max_len": dict(schema.LONGEST),
        "dates": {
            "format": "YYYY-MM-DD",
            "content_date": list(schema.DATES["content_date"]),
            "application_date": list(schema.DATES["application_date"]),
            "end_date_*": list(schema.DATES["end_date_account_restriction"]),
        },
    }


def refuses(facts: Mapping[str, Any], statement: Mapping[str, Any]) -> set[str]:
    """The fields of a statement that the register would name."""
    told = {name: value for name, value in statement.items() if value is not None and str(value).strip()}
    wrong: set[str] = set()
    for rule in facts["conditional_required"]:
        holds = _holds(rule["if"], told)
        gone = rule.get("then_dropped", []) if holds else rule.get("else_dropped", [])
        for name in gone:
            told.pop(name, None)
        wrong |= {name for name in rule.get("then_required", []) if holds and name not in told}
    wrong |= {name for name in facts["required_always"] if told.get(name) in (None, [])}
    if not any(told.get(name) for name in facts["at_least_one_of"]):
        wrong |= set(facts["at_least_one_of"])
    enums = {"category_addition": facts["enums"]["category"], **facts["enums"]}
    for name, value in told.items():
        listed = name in facts["arrays"]
        if name in enums and listed:
            if not isinstance(value, list) or any(one not in enums[name] for one in value):
                wrong.add(name)
        elif name in enums and value not in enums[name]:
            wrong.add(name)
        if len(str(value)) > facts["max_len"].get(name, 10**9):
            wrong.add(name)
        bounds = facts["dates"].get("end_date_*" if name.startswith("end_date_") else name)
        if bounds and not _is_day(value, *bounds):
            wrong.add(name)
    if "puid" in told and not re.match(r"^[a-zA-Z0-9-_]+\Z", str(told["puid"])):
        wrong.add("puid")
    # Its validator asks for a web address here, which its published facts do not say.
    if "decision_ground_reference_url" in told and "://" not in str(told["decision_ground_reference_url"]):
        wrong.add("decision_ground_reference_url")
    if "content_id" in told and not re.match(r"^[0-9]{13}\Z", str(told["content_id"].get("EAN-13", ""))):
        wrong.add("content_id")
    return wrong


def _holds(condition: str, told: Mapping[str, Any]) -> bool:
    if " in " in condition:
        what, where = condition.split(" in ")
        return what in (told.get(where) or [])
    where, what = condition.split(" == ")
    return told.get(where) == what


def _is_day(value: Any, earliest: str | None, latest: str) -> bool:
    try:
        day = datetime.strptime(value, "%Y-%m-%d")
    except (TypeError, ValueError):
        return False
    if day.strftime("%Y-%m-%d") != value:
        return False
    return value <= latest and (earliest is None or value >= earliest)


class Register:
    """What the stand-in keeps: `taken` by identifier, every call as (method, path), answers to give before its own."""

    def __init__(self) -> None:
        self.facts = facts()
        self.taken: dict[str, dict[str, Any]] = {}
        self.calls: list[tuple[str, str]] = []
        self.before: list[int | str] = []  # status codes; "lost": taken, but the answer never arrives
        self.url = ""

    def post(self, payload: Any) -> tuple[int, Any]:
        statements = payload.get("statements")
        if not isinstance(statements, list) or not 1 <= len(statements) <= 100:
            return 422, {"message": "statements", "errors": {"statements": ["between 1 and 100"]}}
        errors = {
            f"statement_{at}": {name: [f"The {name} field is invalid."] for name in sorted(found)}
            for at, one in enumerate(statements)
            if (found := refuses(self.facts, one))
        }
        if errors:
            return 422, {"errors": errors}
        names = [one["puid"] for one in statements]
        known = sorted({name for name in names if name in self.taken or names.count(name) > 1})
        if known:
            return 422, {"errors": {"puid": ["used already"], "existing_puids": known}}
        made = [{**one, "uuid": str(uuid.uuid4())} for one in statements]
        self.taken |= {one["puid"]: one for one in made}
        return 201, {"statements": made}


@contextmanager
def running() -> Any:
    """A register that listens on a free port of the loopback until the block ends."""
    register = Register()

    class Mouth(BaseHTTPRequestHandler):
        def log_message(self, *words: Any) -> None:
            """Say nothing."""

        def answer(self, status: int, body: Any, **headers: str) -> None:
            told = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(told)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told)

        def refused(self) -> bool:
            register.calls.append((self.command, self.path))
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                self.answer(401, {"message": "Unauthenticated."})
                return True
            if register.before and isinstance(register.before[0], int):
                self.answer(register.before.pop(0), {"message": "later"})  # type: ignore[arg-type]
                return True
            return False

        def do_GET(self) -> None:
            if not self.refused():
                known = register.taken.get(self.path.removeprefix("/api/v1/statement/existing-puid/"))
                if known is None:
                    self.answer(404, {"message": "not found"})
                else:
                    self.answer(302, known, Location=f"/api/v1/statement/{known['uuid']}")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.refused():
                return
            status, told = register.post(body) if self.path == "/api/v1/statements" else (404, {})
            if register.before == ["lost"]:
                register.before.clear()
                self.close_connection = True
                return
            self.answer(status, told)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Mouth)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    register.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield register
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
