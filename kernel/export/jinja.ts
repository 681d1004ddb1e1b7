import type { Converted } from "./converted.ts";
import { splitOutside, type Token, tokenize } from "./template-tokens.ts";

/** Filters that both have, by our name; Jinja's name where it differs. */
const FILTERS: Readonly<Record<string, string>> = {
  upper: "upper", upcase: "upper", lower: "lower", downcase: "lower", trim: "trim", strip: "trim", length: "length", size: "length", join: "join", tojson: "tojson",
  json: "tojson", default: "default", replace: "replace", first: "first", last: "last", capitalize: "capitalize", sort: "sort", abs: "abs", round: "round",
  reverse: "reverse", uniq: "unique", sum: "sum", map: "map",
};
const FROM_JINJA: Readonly<Record<string, string>> = { ...Object.fromEntries(Object.entries(FILTERS).map(([ours, theirs]) => [theirs, ours])), upper: "upper", lower: "lower", trim: "trim", length: "length", tojson: "tojson", count: "length", unique: "uniq", d: "default" };

const LOOP: ReadonlyArray<[ours: string, theirs: string]> = [
  ["forloop.index0", "loop.index0"], ["forloop.index", "loop.index"], ["forloop.rindex0", "loop.revindex0"], ["forloop.rindex", "loop.revindex"],
  ["forloop.first", "loop.first"], ["forloop.last", "loop.last"], ["forloop.length", "loop.length"],
];

/** A template of a cell for Jinja. What has no counterpart stays as it is and is listed. */
export function liquidToJinja(template: string): Converted<string> {
  const losses: string[] = [];
  const value = tokenize(template, "liquid").map((token) => toJinja(token, losses)).join("");
  return { value, losses };
}

function toJinja(token: Token, losses: string[]): string {
  switch (token.kind) {
    // A brace and a hash begin a comment there.
    case "text": return token.text.replaceAll("{#", '{{ "{#" }}');
    case "raw": return `{% raw %}${token.text}{% endraw %}`;
    case "comment": return `{#${token.text}#}`;
    case "output": return wrap(token, "{{", filtersToJinja(token.body, losses), "}}");
    case "tag": {
      const body = tagToJinja(token.body, losses);
      if (body === null) losses.push(`\`{% ${token.body} %}\` has no counterpart in Jinja; it stands as it was written.`);
      return wrap(token, "{%", body ?? token.body, "%}");
    }
  }
}

function tagToJinja(body: string, losses: string[]): string | null {
  const [, name = "", rest = ""] = /^(\w+)\s*([\s\S]*)$/.exec(body) ?? [];
  switch (name) {
    case "if": return `if ${conditionToJinja(rest)}`;
    case "elsif": return `elif ${conditionToJinja(rest)}`;
    case "unless": return `if not (${conditionToJinja(rest)})`;
    case "endunless": return "endif";
    case "else": case "endif": case "endfor": return name;
    case "for": return /^\w+\s+in\s+[\w.[\]"']+$/.test(rest) ? `for ${loopNames(rest, 0)}` : null;
    case "assign": {
      const [, variable = "", value = ""] = /^(\w+)\s*=\s*([\s\S]+)$/.exec(rest) ?? [];
      return variable === "" ? null : `set ${variable} = ${filtersToJinja(value, losses)}`;
    }
    default: return null;
  }
}

function filtersToJinja(body: string, losses: string[]): string {
  const [value = "", ...filters] = splitOutside(body, "|");
  const written = filters.map((filter) => {
    const [, name = "", args] = /^(\w+)(?:\s*:\s*([\s\S]*))?$/.exec(filter) ?? [];
    const theirs = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
    if (theirs === undefined) losses.push(`The filter \`${name || filter}\` has no counterpart in Jinja; it stands as it was written.`);
    return theirs === undefined ? filter : args === undefined ? theirs : `${theirs}(${args})`;
  });
  return [loopNames(value, 0), ...written].join(" | ");
}

function conditionToJinja(condition: string): string {
  return loopNames(condition, 0).replace(/([\w.[\]]+|"[^"]*"|'[^']*')\s+contains\s+([\w.[\]]+|"[^"]*"|'[^']*')/g, "$2 in $1").replace(/\bnil\b/g, "none");
}

/** A Jinja template for a cell. What has no counterpart stays as it is and is listed; it will not run. */
export function jinjaToLiquid(template: string): Converted<string> {
  const losses: string[] = [];
  /** For each open `if`, whether it was written as `unless`. */
  const open: boolean[] = [];
  const value = tokenize(template, "jinja").map((token) => toLiquid(token, open, losses)).join("");
  return { value, losses };
}

function toLiquid(token: Token, open: boolean[], losses: string[]): string {
  switch (token.kind) {
    case "text": return token.text;
    case "raw": return `{% raw %}${token.text}{% endraw %}`;
    case "comment": return `{% comment %}${token.text}{% endcomment %}`;
    case "output": return wrap(token, "{{", filtersToLiquid(token.body, losses), "}}");
    case "tag": {
      const body = tagToLiquid(token.body, open, losses);
      if (body === null) losses.push(`\`{% ${token.body} %}\` has no counterpart here; it stands as it was written, and the cell will not run until it is changed.`);
      return wrap(token, "{%", body ?? token.body, "%}");
    }
  }
}

function tagToLiquid(body: string, open: boolean[], losses: string[]): string | null {
  const [, name = "", rest = ""] = /^(\w+)\s*([\s\S]*)$/.exec(body) ?? [];
  switch (name) {
    case "if": {
      const [, negated] = /^not\s+\(?([\w.[\]"']+)\)?$/.exec(rest) ?? [];
      open.push(negated !== undefined);
      const condition = negated ?? conditionToLiquid(rest);
      return condition === null ? null : `${negated === undefined ? "if" : "unless"} ${negated === undefined ? condition : loopNames(negated, 1)}`;
    }
    case "elif": {
      const condition = conditionToLiquid(rest);
      return condition === null ? null : `elsif ${condition}`;
    }
    case "else": return rest === "" ? name : null;
    case "endif": return open.pop() === true ? "endunless" : "endif";
    case "for": return /^\w+\s+in\s+[\w.[\]"']+$/.test(rest) ? `for ${loopNames(rest, 1)}` : null;
    case "endfor": return name;
    case "set": {
      const [, variable = "", value = ""] = /^(\w+)\s*=\s*([\s\S]+)$/.exec(rest) ?? [];
      return variable === "" ? null : `assign ${variable} = ${filtersToLiquid(value, losses)}`;
    }
    default: return null;
  }
}

/** What an output of our templates may be: a path or a literal. */
const SIMPLE = /^(?:[A-Za-z_][\w.]*(?:\[(?:\d+|"[^"]*"|'[^']*'|[\w.]+)\][\w.]*)*|"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|true|false)$/;

function filtersToLiquid(body: string, losses: string[]): string {
  const [value = "", ...filters] = splitOutside(body, "|");
  if (!SIMPLE.test(value)) losses.push(`The expression \`${value}\` has no counterpart here; it stands as it was written, and the cell will not run until it is changed.`);
  const written = filters.map((filter) => {
    const [, name = "", args] = /^(\w+)(?:\s*\(([\s\S]*)\))?$/.exec(filter) ?? [];
    const ours = Object.hasOwn(FROM_JINJA, name) ? FROM_JINJA[name] : undefined;
    if (ours === undefined) losses.push(`The filter \`${name || filter}\` has no counterpart here; it stands as it was written, and the cell will not run until it is changed.`);
    return ours === undefined ? filter : args === undefined || args.trim() === "" ? ours : `${ours}: ${args.trim()}`;
  });
  return [loopNames(value, 1), ...written].join(" | ");
}

/** Null for conditions with calls, tests or negations inside, which Liquid has not. */
function conditionToLiquid(condition: string): string | null {
  const turned = condition.replace(/([\w.[\]]+|"[^"]*"|'[^']*')\s+in\s+([\w.[\]]+|"[^"]*"|'[^']*')/g, "$2 contains $1").replace(/\bnone\b/gi, "nil").replace(/\bTrue\b/g, "true").replace(/\bFalse\b/g, "false");
  const words = turned.replace(/"[^"]*"|'[^']*'/g, "''");
  return /\b(?:not|is|if)\b|[()~+*/%|]/.test(words) ? null : loopNames(turned, 1);
}

/** `forloop.index` and `loop.index`. `from` 0: ours to theirs, 1: theirs to ours. */
function loopNames(text: string, from: 0 | 1): string {
  return LOOP.reduce((all, pair) => all.replace(new RegExp(`(^|[^\\w.])${pair[from].replace(".", "\\.")}\\b`, "g"), `$1${pair[1 - from] as string}`), text);
}

function wrap({ left, right }: { left: string; right: string }, open: string, body: string, close: string): string {
  return `${open}${left} ${body} ${right}${close}`;
}
