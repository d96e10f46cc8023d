// What may stand where the cursor is: pure functions of the text, so that they can be tried without a page.
const KEY = /^(\s*)(- +)?([a-z_]+):(?: +|$)/;
const EMPTY = { options: [], from: 0, to: 0, signature: "" };

/** Suggestions at an offset: {from, to, options, signature, auto}; `auto`: worth showing without being asked. */
export function suggest(text, at, words, asked = false) {
  const front = frontMatter(text);
  if (!front || at < front.start || at > front.end) return EMPTY;
  const place = placeOf(text, at, front.start);
  const found = optionsAt(place, text, words);
  if (!found) return EMPTY;
  const prefix = found.prefix ?? "";
  const options = rank(found.options, prefix, words);
  const only = options.length === 1 && (options[0].name === prefix || options[0].insert === prefix);
  const auto = !only && (prefix.length > 0 || Boolean(found.eager));
  return { from: at - prefix.length, to: at, options: asked || !only ? options : [], signature: found.signature ?? "", auto };
}

export function frontMatter(text) {
  const opening = /^---[ \t]*\n/.exec(text);
  if (!opening) return null;
  const closing = /\n---[ \t]*(\n|$)/.exec(text.slice(opening[0].length - 1));
  return { start: opening[0].length, end: closing ? opening[0].length - 1 + closing.index : text.length };
}

/** Where a line belongs: its section, its key, and what of the value stands before the cursor. */
function placeOf(text, at, start) {
  const lines = text.slice(start, at).split("\n");
  const line = lines.at(-1);
  const own = KEY.exec(line);
  const section = lines.findLast((one) => /^[a-z_]+:/.test(one))?.match(/^[a-z_]+/)[0] ?? "";
  if (own) return { section, key: own[3], value: line.slice(own[0].length), indent: own[1].length, line };
  const indent = /^\s*/.exec(line)[0].length;
  const value = [line];
  for (let n = lines.length - 2; n >= 0; n -= 1) {
    const above = lines[n];
    if (!above.trim()) {
      value.unshift(above);
      continue;
    }
    const key = KEY.exec(above);
    const depth = /^\s*/.exec(above)[0].length;
    const rest = key ? above.slice(key[0].length) : "";
    // A line further in goes on with its key when that has a folded or literal value, or a list under it.
    if (key && depth < indent && (/^[>|][-+0-9]*\s*$/.test(rest) || (!rest && key[3] !== "rules" && key[3] !== "examples"))) {
      return { section, key: key[3], value: value.join("\n"), indent: depth, line, inside: true };
    }
    if (key && depth < indent + (/^\s*- /.test(line) ? 1 : 0) && !rest && /^\s*- /.test(line)) {
      return { section, key: key[3], value: line.replace(/^\s*- /, ""), indent: depth, line, inside: true };
    }
    if (key || depth < indent) break;
    value.unshift(above);
  }
  return { section, key: "", value: line, indent, line };
}

function optionsAt(place, text, words) {
  const { section, key, value } = place;
  const top = place.indent === 0;
  if (!key) return keysAt(place, text, words);
  if (key === "when") return expression(value, words);
  if (key === "then") return action(value, words);
  const word = (pattern = /[\w.-]*$/) => pattern.exec(value)[0];
  const plain = { if_unknown: "unknown", expect: "outcomes", kind: "kinds", market: "markets", language: "languages", also: "effects", ground: "grounds" };
  if (top || place.inside) {
    const listed = { labels: "labels", applies_to: "kinds", markets: "markets", also: "effects" }[key];
    if (listed) {
      const taken = new Set(value.split(/[\s,[\]]+/).slice(0, -1));
      return { prefix: word(), options: words[listed].filter((one) => !taken.has(one.name)), eager: /[[,]\s*$/.test(value) || value === "" };
    }
  }
  if (key === "reason" || section === "reason") {
    const open = /{(\w*)$/.exec(value);
    return open && { prefix: open[1], eager: true, options: words.variables.map((one) => ({ ...one, insert: `${one.name}}|` })) };
  }
  if (section === "rules" && key === "clause") return { prefix: /[\d.]*$/.exec(value)[0], options: clauses(text), eager: /^["']?$/.test(value) };
  if (section === "examples" && key === "rule") return { prefix: word(), options: ruleNames(text), eager: !value };
  if (section === "examples" && (key === "account" || key === "item") && /{[^}]*$/.test(value)) {
    const own = /(?:[{,]\s*)(\w*)$/.exec(value);
    return own && { prefix: own[1], eager: !own[1], options: words.fields.filter((one) => one.name.startsWith(`${key}.`)).map((one) => ({ ...one, name: one.name.slice(key.length + 1), insert: `${one.name.slice(key.length + 1)}: |` })) };
  }
  const known = plain[key];
  return known && { prefix: word(), options: words[known], eager: !value };
}

function keysAt({ section, value, indent, line }, text, words) {
  const word = /^\s*(?:- +)?([a-z_]*)$/.exec(value);
  if (!word) return null;
  const top = indent === 0 && !line.startsWith("-");
  const known = top ? words.policy_keys : { rules: words.rule_keys, examples: words.example_keys }[section];
  if (!known) return null;
  const taken = top ? new Set([...text.matchAll(/^([a-z_]+):/gm)].map((one) => one[1])) : new Set();
  return { prefix: word[1], options: known.filter((one) => !taken.has(one.name) || one.name === word[1]) };
}

/** Is the end of the text inside quotes? Returns where they opened, or -1. */
export function quoteAt(text) {
  let open = -1;
  let raw = false;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at];
    if (open >= 0) {
      if (mark === "\\" && !raw) at += 1;
      else if (mark === text[open]) open = -1;
    } else if (mark === '"' || mark === "'") {
      open = at;
      raw = /[rR]$/.test(text.slice(0, at));
    }
  }
  return open;
}

/** The innermost call the end of the text stands in: its name, or "". */
export function callAt(text) {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    if (text[at] === ")") depth += 1;
    else if (text[at] === "(") {
      if (depth === 0) return /([a-z_]\w*)\s*$/.exec(text.slice(0, at))?.[1] ?? "";
      depth -= 1;
    }
  }
  return "";
}

function expression(value, words) {
  const told = value.replace(/^[>|][-+0-9]*\s*/, "");
  const open = quoteAt(told);
  const call = callAt(open < 0 ? told : told.slice(0, open));
  const signature = words.functions.find((one) => one.name === call);
  const said = signature ? `${signature.detail}: ${signature.help ?? ""}` : "";
  if (open >= 0) {
    const before = told.slice(0, open);
    const prefix = told.slice(open + 1);
    const names = (list) => ({ prefix, options: list.map((name) => ({ name })), eager: true, signature: said });
    if (/\blist\(\s*$/.test(before)) return { prefix, options: words.lists, eager: true, signature: said };
    const field = /([\w.]+)\s*(?:==|!=|\bin\b)\s*\[?(?:[^\]()]*,\s*)?$/.exec(before)?.[1];
    if (field && words.choices[field]) return names(words.choices[field]);
    const given = words.arguments[call];
    if (given) {
      const named = /(\w+)\s*=\s*$/.exec(before)?.[1];
      const list = named ? given[named] : Object.values(given)[0];
      if (list) return names(list);
    }
    return { options: [], signature: said };
  }
  const prefix = /[A-Za-z_][\w.]*$|$/.exec(told)[0];
  const named = (words.named[call] ?? []).map((name) => ({ name, insert: `${name}|` }));
  return { prefix, signature: said, options: [...named, ...words.fields, ...words.functions, ...words.operators] };
}

function action(value, words) {
  const told = value.replace(/^["']/, "");
  const named = /(\w+)\s*=\s*["']?([\w-]*)$/.exec(told);
  if (named && told.includes("(")) {
    const list = { lane: words.lanes, queue: words.queues, kind: words.limits }[named[1]];
    if (list) return { prefix: named[2], options: list, eager: true };
    if (named[1] === "until") return { prefix: named[2], options: words.functions.filter((one) => /^(minutes|hours|days)$/.test(one.name)), eager: true };
  }
  if (/[(,]\s*\w*$/.test(told) && told.includes("(")) {
    const shapes = { review: ['lane="|"', 'queue="|"'], hold: ["until=days(|)"], limit: ['kind="|"', "until=days(|)"] };
    const verb = /^(\w+)\s*\(/.exec(told)?.[1];
    return { prefix: /\w*$/.exec(told)[0], eager: true, options: (shapes[verb] ?? []).map((insert) => ({ name: insert.split("=")[0], insert })) };
  }
  if (told.includes("(")) return null;
  return { prefix: /\w*$/.exec(told)[0], options: words.actions, eager: !told };
}

function clauses(text) {
  return [...text.matchAll(/^#{1,6}[ \t]+(\d+(?:\.\d+){0,3})\.?[ \t]+(.+)$/gm)].map((one) => ({ name: one[1], help: one[2] }));
}

function ruleNames(text) {
  const rules = /^rules:\n([\s\S]*?)(?=^\S)/m.exec(text)?.[1] ?? "";
  return [...rules.matchAll(/^\s*- name: *([\w-]+)/gm)].map((one) => ({ name: one[1] }));
}

/** Beginnings first, then beginnings of a part (age → account.age), then letters anywhere; the shorter the sooner. */
function rank(options, prefix) {
  const typed = prefix.toLowerCase();
  const scored = options.flatMap((option) => {
    const name = option.name.toLowerCase();
    const score = !typed ? 1 : name.startsWith(typed) ? 0 : name.split(/[._-]/).some((part) => part.startsWith(typed)) ? 1 : name.includes(typed) ? 2 : -1;
    return score < 0 ? [] : [{ option, score }];
  });
  return scored.toSorted((one, other) => one.score - other.score || (typed ? one.option.name.length - other.option.name.length : 0)).map((one) => one.option).slice(0, 60);
}
