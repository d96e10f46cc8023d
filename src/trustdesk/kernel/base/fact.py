"""What a fact is: a frozen dataclass that knows its sentence and its personal fields.

    @dataclass(frozen=True, kw_only=True)
    class ReviewSkipped(
        Fact, kind="review.skipped", subject="review", says="{actor} skipped the review: {reason}", personal=()
    ):
        review: UUID
        reason: str

`subject` names the field that holds the subject's id. `says` may use {actor} and any field. Fields named in
`personal` hold text about a person: the ledger keeps their value apart, where it can be erased, and writes a seal.
"""

import re
from typing import Any, ClassVar

_PLACEHOLDER = re.compile(r"{(\w+)}")
KINDS: dict[str, type["Fact"]] = {}


class BadFact(TypeError):
    """A fact kind without a sentence, without a word on privacy, or with a name already taken."""


class Fact:
    """Base of all facts. Kinds are registered at import; one without `says` or `personal` does not import."""

    kind: ClassVar[str]
    fact_version: ClassVar[int]
    subject: ClassVar[str]
    says: ClassVar[str]
    personal: ClassVar[tuple[str, ...]]

    def __init_subclass__(
        cls,
        *,
        kind: str | None = None,
        subject: str | None = None,
        says: str | None = None,
        personal: tuple[str, ...] | None = None,
        version: int = 1,
        **rest: Any,
    ) -> None:
        super().__init_subclass__(**rest)
        if kind is None or not re.fullmatch(r"[a-z_]+\.[a-z_]+", kind):
            raise BadFact(f"{cls.__qualname__}: a fact needs kind='slice.happened'")
        if subject is None or says is None or personal is None:
            raise BadFact(f"{kind}: a fact kind states its subject, its sentence (says) and its personal fields")
        fields = set(cls.__annotations__)
        for name in (subject, *personal):
            if name not in fields:
                raise BadFact(f"{kind}: no field named {name!r}")
        if taken := fields & {"kind", "fact_version", "subject", "says", "personal"}:
            raise BadFact(f"{kind}: a field may not be called {min(taken)!r}, facts use that name themselves")
        unknown = set(_PLACEHOLDER.findall(says)) - fields - {"actor"}
        if unknown:
            raise BadFact(f"{kind}: the sentence uses unknown fields {sorted(unknown)}")
        # A class made again by dataclass(slots=True) keeps its module and name; anything else is a second claim.
        other = KINDS.get(kind)
        if other is not None and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise BadFact(f"{kind}: already declared by {other.__module__}.{other.__qualname__}")
        cls.kind, cls.fact_version, cls.subject, cls.says, cls.personal = kind, version, subject, says, personal
        KINDS[kind] = cls

    def subject_id(self) -> str:
        return str(getattr(self, self.subject))

    def payload(self) -> dict[str, Any]:
        """The fields by name; the ledger makes them JSON and takes personal ones out."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}  # type: ignore[attr-defined]
