"""Reading what other systems send: bounded, strict about names, forgiving about broken characters in text.

`Text` repairs NUL and lone surrogates to U+FFFD and notes the field; `Code` (ids, keys, names of things) refuses them.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, MutableSet
from typing import Annotated, Any, TypeVar, get_args, get_origin

import orjson
from django.http import HttpRequest
from django.utils.translation import gettext
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError
from rapidfuzz import process

from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.web.problems import Malformed, TooDeep, TooLarge

MIB = 2**20
DEEPEST = 32  # containers inside containers
_BROKEN = re.compile("[\0\ud800-\udfff]")
M = TypeVar("M", bound=BaseModel)


class In(BaseModel):
    """Base of everything a call sends: a field we do not know is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


def _repaired(value: Any, info: ValidationInfo) -> Any:
    if isinstance(value, str) and _BROKEN.search(value):
        _note(info, info.field_name or "")
        return _BROKEN.sub("\ufffd", value)
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, str) and _BROKEN.search(value):
        raise PydanticCustomError("broken_text", "Must not contain NUL or lone surrogates.")
    return value


def _repaired_tree(value: Any, info: ValidationInfo) -> Any:
    return _mend(value, lambda: _note(info, info.field_name or ""))


def _mend(value: Any, noted: Callable[[], None]) -> Any:
    if isinstance(value, str):
        if _BROKEN.search(value):
            noted()
            return _BROKEN.sub("\ufffd", value)
        return value
    if isinstance(value, list):
        return [_mend(inner, noted) for inner in value]
    if isinstance(value, dict):
        for name in value:
            if _BROKEN.search(name):
                raise PydanticCustomError("broken_text", "Field names must not contain NUL or lone surrogates.")
        return {name: _mend(inner, noted) for name, inner in value.items()}
    return value


def _note(info: ValidationInfo, name: str) -> None:
    context = info.context or {}
    repairs = context.get("repairs")
    if repairs is None:
        repairs = getattr(context.get("request"), "repairs", None)
    if repairs is not None:
        repairs.add(name)


# Words of people: broken characters are repaired, and the answer says so (`warnings`).
Text = Annotated[str, BeforeValidator(_repaired)]
# Ids, keys and names of things: broken characters are refused.
Code = Annotated[str, BeforeValidator(_whole)]
# Platform-defined fields: any JSON object; text inside is repaired, names are not.
Fields = Annotated[dict[str, Any], BeforeValidator(_repaired_tree)]


def bounded(least: int, most: int) -> AfterValidator:
    """Length of a Text or Code in code points: `Annotated[Code, bounded(1, 200)]`."""

    def check(value: str) -> str:
        if len(value) < least:
            raise PydanticCustomError("too_short", "Must not be empty." if least == 1 else f"Give at least {least}.")
        if len(value) > most:
            raise PydanticCustomError("too_long", f"Must be at most {most} characters; it has {len(value)}.")
        return value

    return AfterValidator(check)


def warnings(repairs: MutableSet[str] | set[str]) -> list[str]:
    """The answer's `warnings` member."""
    return ["repaired_text"] if repairs else []


def body(request: HttpRequest, *, limit: int) -> bytes:
    """The request's body, at most `limit` bytes. Raises TooLarge, before reading when the length is announced."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge(gettext("The body may be at most %(n)s MiB.") % {"n": limit // MIB}, limit=limit)
    if hasattr(request, "_body"):
        return request.body
    data: bytes = request.read(limit + 1)
    if len(data) > limit:
        raise TooLarge(gettext("The body may be at most %(n)s MiB.") % {"n": limit // MIB}, limit=limit)
    request._body = data
    return data


def parse(data: bytes) -> Any:
    """JSON as Python values. Raises Malformed (with line and column), TooDeep."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        value = _parse_slowly(data)
    _check_tree(value)
    return value


def _parse_slowly(data: bytes) -> Any:
    # orjson refuses lone surrogates, which we repair further on, and says less about what is wrong.
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise Malformed(gettext("The body is not UTF-8 (byte %(start)s).") % {"start": error.start}) from None
    except RecursionError:
        raise TooDeep(gettext("At most %(n)s levels of nesting are read.") % {"n": DEEPEST}) from None
    except json.JSONDecodeError as error:
        raise Malformed(
            gettext("The body is not valid JSON: %(why)s at line %(lineno)s, column %(colno)s.")
            % {"why": error.msg.lower(), "lineno": error.lineno, "colno": error.colno},
            line=error.lineno,
            column=error.colno,
        ) from None
    except ValueError:  # a number with thousands of digits
        raise Malformed("The body holds a number that is too long.") from None


def _refuse_constant(name: str) -> Any:
    raise Malformed(gettext("The body is not valid JSON: %(name)s is not a number of JSON.") % {"name": name})


def _check_tree(value: Any) -> None:
    level, layer = 0, [value]
    while layer:
        if level > DEEPEST:
            raise TooDeep(gettext("At most %(n)s levels of nesting are read.") % {"n": DEEPEST})
        below: list[Any] = []
        for node in layer:
            if isinstance(node, dict):
                for name in node:
                    if (not name.isascii() and _BROKEN.search(name)) or "\0" in name:
                        raise Malformed("A field name contains NUL or a lone surrogate.")
                below.extend(node.values())
            elif isinstance(node, list):
                below.extend(node)
            elif isinstance(node, float) and not math.isfinite(node):
                raise Malformed("The body holds a number that is too large.")
        layer = below
        level += 1


def entries(data: bytes, *, most: int) -> list[Any]:
    """A batch: a JSON array, or NDJSON (one value a line; empty lines are skipped).

    Each entry is its value, or the Refusal that stands for it, so one bad line costs no other. Raises Invalid, Malformed.
    """
    text = data.lstrip()
    found = parse(data) if text.startswith(b"[") else [_entry(line) for line in text.splitlines() if line.strip()]
    if not found:
        raise Invalid("The batch is empty.")
    if len(found) > most:
        raise Invalid(
            gettext("A batch holds at most %(n)s entries; this one has %(has)s.")
            % {"n": f"{most:,}", "has": f"{len(found):,}"}
        )
    return list(found)


def _entry(line: bytes) -> Any:
    try:
        return parse(line)
    except Refusal as refusal:
        return refusal


def checked(model: type[M], value: Any, *, repairs: set[str] | None = None) -> M:
    """`value` as `model`, or Invalid naming every field: for batch entries. Repaired fields are added to `repairs`."""
    try:
        return model.model_validate(value, context={"repairs": repairs if repairs is not None else set()})
    except ValidationError as error:
        raise Invalid(fields=told(error.errors(include_url=False, include_input=False), model)) from None


def told(errors: list[Any], model: type[BaseModel]) -> dict[str, str]:
    """pydantic's errors as {"account.external_id": "This field is needed."}, each with its remedy."""
    fields: dict[str, str] = {}
    for error in errors:
        loc = tuple(part for part in error["loc"] if part != "__root__")
        fields.setdefault(".".join(map(str, loc)) or "body", _remedy(error, loc, model))
    return fields


_REMEDIES: dict[str, str] = {
    "missing": "This field is needed.",
    "string_type": "Must be text.",
    "string_unicode": "Must not contain lone surrogates.",
    "int_type": "Must be a whole number.",
    "int_parsing": "Must be a whole number.",
    "int_from_float": "Must be a whole number.",
    "float_type": "Must be a number.",
    "float_parsing": "Must be a number.",
    "decimal_type": "Must be a number.",
    "decimal_parsing": "Must be a number.",
    "finite_number": "Must be a finite number.",
    "bool_type": "Must be true or false.",
    "bool_parsing": "Must be true or false.",
    "list_type": "Must be a list.",
    "dict_type": "Must be an object.",
    "model_type": "Must be an object.",
    "model_attributes_type": "Must be an object.",
    "uuid_type": "Must be a UUID.",
    "uuid_parsing": "Must be a UUID.",
    "datetime_type": "Must be a time such as 2026-03-10T09:00:00Z.",
    "datetime_parsing": "Must be a time such as 2026-03-10T09:00:00Z.",
    "datetime_from_date_parsing": "Must be a time such as 2026-03-10T09:00:00Z.",
    "timezone_aware": "Must say its zone, such as 2026-03-10T09:00:00Z.",
    "url_parsing": "Must be an address such as https://example.com/a.",
}


def _remedy(error: Any, loc: tuple[Any, ...], model: type[BaseModel]) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown_field(str(loc[-1]), _fields_at(model, loc[:-1]))
    if kind in _REMEDIES:
        return _REMEDIES[kind]
    if kind in {"literal_error", "enum"}:
        return f"Must be one of: {error['ctx']['expected']}."
    words = str(error["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return words.replace("Input should", "Must") if words.startswith("Input should") else words


def _unknown_field(name: str, known: list[str]) -> str:
    near = process.extractOne(name, known, score_cutoff=70)
    if near:
        return f"There is no such field. Did you mean “{near[0]}”?"
    return "There is no such field." + (f" There are: {', '.join(known)}." if known else "")


def _fields_at(model: Any, loc: tuple[Any, ...]) -> list[str]:
    for part in loc:
        fields = getattr(model, "model_fields", {})
        if isinstance(part, str) and part in fields:
            model = next(_models_in(fields[part].annotation), None)
    return sorted(getattr(model, "model_fields", {}))


def _models_in(annotation: Any) -> Iterator[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is not None:
        for inner in get_args(annotation):
            yield from _models_in(inner)
