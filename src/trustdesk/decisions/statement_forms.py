"""A statement's data as plain text and as HTML: what is stored is what is sent. Pure."""

import hashlib
import html
import json
from collections.abc import Mapping
from typing import Any


def as_text(data: Mapping[str, Any]) -> str:
    """Plain text that reads well in any mail program."""
    heads = data["headings"]
    parts: list[str] = [data["subject"], data["named"], *data["intro"]]
    if data["author_note"]:
        parts.append(data["author_note"])
    if data["seen"]:
        parts.append(heads["seen"] + "\n" + "\n".join(f"  {_plain(piece)}" for piece in data["seen"]))
    parts.append(
        heads["why"]
        + "\n"
        + "\n".join(
            f"  {c['title']}" + (f", {c['clause']} {c['clause_title']}" if c["clause"] else "") for c in data["clauses"]
        )
        + f"\n  {data['ground_text']}"
    )
    if data["means"]:
        parts.append(heads["means"] + "\n" + "\n".join(f"  {line['text']}" for line in data["means"]))
    parts.append(heads["how"] + "\n" + "\n".join(f"  {step['when']}  {step['what']}" for step in data["timeline"]))
    parts.append(heads["redress"] + "\n" + "\n".join(f"  {line}" for line in data["redress"]))
    if data["url"]:
        parts.append(data["url"])
    return "\n\n".join(parts) + "\n"


def as_html(data: Mapping[str, Any]) -> str:
    """The body of the statement as plain, class-less HTML: stored as sent, shown by the portal and the letter."""
    e = html.escape
    heads = data["headings"]
    out = [f"<h1>{e(data['subject'])}</h1>", f"<p>{e(data['named'])}</p>"]
    out += [f"<p>{e(line)}</p>" for line in data["intro"]]
    if data["author_note"]:
        out.append(f"<p>{e(data['author_note'])}</p>")
    if data["seen"]:
        out.append(f"<h2>{e(heads['seen'])}</h2>")
        lang = f' lang="{e(data["content_language"])}"' if data["content_language"] else ""
        out += [
            f"<blockquote{lang}>{e(p['before'])}<mark>{e(p['match'])}</mark>{e(p['after'])}</blockquote>"
            for p in data["seen"]
        ]
    out.append(f"<h2>{e(heads['why'])}</h2>")
    for c in data["clauses"]:
        words = f"{c['title']}, {c['clause']} {c['clause_title']}" if c["clause"] else c["title"]
        out.append(f'<p><a href="{e(c["url"])}">{e(words)}</a></p>' if c["url"] else f"<p>{e(words)}</p>")
    out.append(f"<p>{e(data['ground_text'])}</p>")
    if data["means"]:
        out.append(f"<h2>{e(heads['means'])}</h2><dl>")
        out += [f"<dt>{e(line['label'])}</dt><dd>{e(line['text'])}</dd>" for line in data["means"]]
        out.append("</dl>")
    out.append(f"<h2>{e(heads['how'])}</h2><ol>")
    out += [f"<li>{e(step['what'])} <small>{e(step['when'])}</small></li>" for step in data["timeline"]]
    out.append(f"</ol><h2>{e(heads['redress'])}</h2>")
    out += [f"<p>{e(line)}</p>" for line in data["redress"]]
    return "\n".join(out)


def digest(data: Mapping[str, Any], text: str, body: str) -> str:
    """SHA-256, hex, over the three forms as stored."""
    canonical = json.dumps([data, text, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(piece: Mapping[str, str]) -> str:
    return f"“{piece['before']}{piece['match']}{piece['after']}”"
