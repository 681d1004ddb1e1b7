import { RetortError } from "../errors.ts";
import { printable } from "../inference/printable.ts";
import { nearest } from "../nearest.ts";
import type { DocumentedRoute } from "./docs/route-doc.ts";

/** Which paths exist and with which methods: to say what is wrong with a request that matches none, and to describe them. */
export class RouteTable {
  readonly #methods = new Map<string, Set<string>>();
  readonly #documented: DocumentedRoute[] = [];

  /** `config`: what the route says of itself. */
  add(methods: readonly string[], url: string, { doc, isPublic = false }: Partial<Pick<DocumentedRoute, "doc" | "isPublic">> = {}): void {
    const known = this.#methods.get(url) ?? new Set();
    for (const method of methods) known.add(method);
    this.#methods.set(url, known);
    if (doc !== undefined) this.#documented.push(...methods.map((method) => ({ method, path: url, isPublic, doc })));
  }

  /** The routes that describe themselves, in the order in which they were made. */
  documented(): readonly DocumentedRoute[] {
    return this.#documented;
  }

  /** The error for a request without a route: 405 where only the method is wrong, else 404. */
  refusal(method: string, url: string): RetortError {
    const path = url.split("?")[0] ?? url;
    for (const [pattern, methods] of this.#methods) {
      if (!matches(pattern, path)) continue;
      const allowed = [...methods].join(", ");
      return new RetortError({ code: "method_not_allowed", message: `${method} is not possible here; ${allowed} is.`, hint: `Use ${allowed}.`, status: 405 });
    }
    const meant = nearest(path, this.#methods.keys());
    return new RetortError({
      code: "not_found",
      message: `There is no ${printable(path)}.`,
      hint: meant === undefined ? "OpenAI's routes are under /v1, Retort's own under /retort." : `Did you mean ${meant}?`,
      status: 404,
    });
  }
}

/** A pattern's `:name` stands for one part of a path. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  return wanted.length === given.length && wanted.every((part, i) => part.startsWith(":") || part === given[i]);
}
