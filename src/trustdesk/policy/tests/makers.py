"""Makes a small pack in a folder, and the people who write and approve: Dewi owns policies, Jonas leads, Sari reviews."""

from datetime import datetime
from pathlib import Path

from trustdesk.kernel.people.actions import add_staff
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.policy import actions

PACK = """\
code: bazaar
name: Bazaar
version: 0.1
markets:
  - {code: ID, name: Indonesia, time_zone: Asia/Jakarta, currency: IDR, languages: [id, en]}
  - {code: NO, name: Norway, time_zone: Europe/Oslo, currency: NOK, languages: [en]}
sources:
  - {code: bazaar, name: Bazaar, kinds: [listing, message], public_url: https://bazaar.example}
kinds:
  listing:
    names: {en: listing, id: iklan}
    publish: before
    patience: 15 minutes
    fields:
      type: object
      properties:
        condition: {type: string, enum: [new, used]}
        deposit: {type: number, minimum: 0}
  message:
    names: {en: message, id: pesan}
    publish: after
    patience: 5 minutes
schema:
  account:
    type: object
    properties:
      kind: {type: string, enum: [private, business]}
queues:
  - {code: escalations, name: Escalations, families: [goods]}
  - {code: listings, name: Listings, kinds: [listing], except: {families: [goods]}, target: 90 minutes}
  - {code: unscreened, name: Unscreened, fallback: true}
lanes: {life: 0, severe: 3, rest: 5}
targets: {life: 15 minutes, rest: 1 day}
constants:
  ID: {least_rent: 300000}
  NO: {least_rent: 500}
"""

LABELS = """\
{"surfaces": {"L": "listing"}, "labels": [
 {"l1": "fraud", "l2": "off_platform_payment", "code": "fraud.off_platform_payment", "surfaces": "L", "severity": 2},
 {"l1": "goods", "l2": "weapons", "code": "goods.weapons", "surfaces": "L", "severity": 5}]}
"""

LISTS = {
    "contact-words": "# Words that ask somebody to get in touch.\ncall me\nwrite to me\n# lang: id\nhubungi\n",
    "weapons": "# Names that mean little else.\nrevolver\nshotgun\n# lang: id\nsenapan\n",
}

CONTACT = """\
---
code: contact
title: Contact details in listings
labels: [fraud.off_platform_payment]
applies_to: [listing]
strikes: 1
reason:
  en: Your {kind} shows {matched}. Please keep contact here.
  id: "{kind} Anda memuat {matched}. Mohon tetap di sini."
rules:
  - name: phone-number
    clause: "1.1"
    when: >-
      phones(item.text) and account.age < days(30)
      and has_any(item.text, list("contact-words"))
    then: reject
examples:
  - text: "Sofa, call me on +62 812 3456 7890"
    account: {age: 2 days}
    expect: reject
    rule: phone-number
  - text: "Pick-up only, write to me here"
    expect: approve
---
## 1 What is not allowed

### 1.1 Phone numbers, however written

A number that a buyer could call does not belong in the text. *Part numbers are fine.*

### 1.2 Chat links

Links that open a chat elsewhere.

## 2 Hard cases

- *A plumber wants to be called.* Use the call button.
- *A serial number.* Leave it.
"""

CONTACT_ID = """\
---
translation_of: contact
language: id
title: Kontak pribadi di iklan
---
## 1 Yang tidak diperbolehkan

### 1.1 Nomor telepon

Jangan menaruh nomor ponsel.
"""

WEAPONS = """\
---
code: weapons
title: Weapons
labels: [goods.weapons]
applies_to: [listing, message]
gravity: 5
strikes: 2
ground: law
legal_ground: Weapons law of the market
reason: Your {kind} offers a weapon ({matched}).
rules:
  - name: named
    clause: "1"
    when: has_any(item.text, list("weapons")) and not has(item.text, "toy")
    then: review(lane="severe")
examples:
  - text: "Old revolver, works"
    expect: review
  - text: "Toy revolver, tin"
    expect: approve
---
## 1 Firearms

None, licence or not.
"""

POLICIES = {"contact.md": CONTACT, "contact.id.md": CONTACT_ID, "weapons.md": WEAPONS}


def make_folder(
    path: Path,
    *,
    pack: str = PACK,
    labels: str = LABELS,
    policies: dict[str, str] | None = None,
    lists: dict[str, str] | None = None,
) -> Path:
    """Write a pack; what is given is added to the two policies and two lists it always has."""
    for folder in ("policies", "lists"):
        (path / folder).mkdir(parents=True, exist_ok=True)
    (path / "pack.yaml").write_text(pack)
    (path / "labels.json").write_text(labels)
    for name, text in (POLICIES | (policies or {})).items():
        (path / "policies" / name).write_text(text)
    for name, text in (LISTS | (lists or {})).items():
        (path / "lists" / f"{name}.txt").write_text(text)
    return path


def publish_pack(path: Path, now: datetime) -> actions.Published:
    """The small pack, in force."""
    made = actions.import_pack(actor=SYSTEM, path=make_folder(path), now=now)
    assert made is not None
    return made


def make_person(name: str, *roles: str, now: datetime) -> Actor:
    """A member of staff with roles; the roles come with the pack."""
    staff = add_staff(
        actor=SYSTEM, email=f"{name.lower()}@desk.example", name=name, password=None, now=now, roles=roles
    )
    actor = actor_by_id(staff)
    assert actor is not None
    return actor
