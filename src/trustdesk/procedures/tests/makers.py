"""Procedures on cases."""

from trustdesk.kernel.people.queries import actor_for
from trustdesk.procedures import actions, queries
from trustdesk.support.tests.makers import asked
from trustdesk.web.tests import makers

SHORT = """code: short
title: {en: "Short", id: "Singkat"}
about: {en: "For tests", id: "Untuk uji"}
never: [{en: "Their password", id: "Kata sandi"}]
keep_days: 7
steps:
  - {code: look, title: {en: "Look", id: "Lihat"}, agent: {en: "Look.", id: "Lihat."}, check: {en: "Looked", id: "Dilihat"}}
  - {code: more, required: false, title: {en: "More", id: "Lagi"}, agent: {en: "More.", id: "Lagi."}}
  - {code: paper, kind: proof, title: {en: "Paper", id: "Kertas"}, agent: {en: "Ask.", id: "Minta."},
     requester: {en: "Send it. Never send a password.", id: "Kirimkan."}}
  - {code: fits, kind: ask, title: {en: "Fits?", id: "Cocok?"}, agent: {en: "?", id: "?"}, yes: good, no: bad}
  - {code: good, kind: end, outcome: proven, title: {en: "Good", id: "Baik"}, agent: {en: ".", id: "."}}
  - {code: bad, kind: end, outcome: not_proven, title: {en: "Bad", id: "Buruk"}, agent: {en: ".", id: "."}}
"""


def person(role="reviewer", name="Sari"):
    return actor_for(makers.staff(role, name=name))


def started(by, now, source=SHORT, **given):
    """(case, run) of a procedure that has just begun."""
    if not any(one.code == "short" for one in queries.listed()):
        actions.keep(actor=person("lead", "Jonas"), source=source, number=0, now=now)
    case = asked(now, **given)
    return case.id, actions.start(actor=by, case_id=case.id, code="short", now=now)


def tick(by, run, now, answer="done", **given):
    """The step to do now."""
    found = queries.run(run)
    told = {"step": found.step.code, "seen": found.version} | given
    return actions.tick(actor=by, run_id=run, answer=answer, now=now, **told)
