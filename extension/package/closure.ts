import type { Platform } from "./platform.ts";

/** The part of package-lock.json's entries that matters here. */
export interface LockedPackage {
  version?: string;
  dependencies?: Readonly<Record<string, string>>;
  optionalDependencies?: Readonly<Record<string, string>>;
  os?: readonly string[];
  cpu?: readonly string[];
  libc?: readonly string[];
  dev?: boolean;
}

/** package-lock.json's `packages`: by location, such as `node_modules/a/node_modules/b`. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

export interface NeededPackage {
  name: string;
  version: string;
  /** Where it stands in the tree; it has to stand at the same place in the package. */
  location: string;
}

/**
 * The packages that `roots` need when they run on `platform`, themselves included, sorted by location: what node's own
 * search finds for each dependency, and the optional ones that are made for the platform. `isLeftOut` ends the search
 * at packages that are of no use there. Throws on a dependency that the lock file does not have.
 */
export function packageClosure(lock: LockedPackages, roots: readonly string[], platform: Platform, isLeftOut: (name: string, platform: Platform) => boolean): NeededPackage[] {
  const found = new Map<string, NeededPackage>();
  const visit = (name: string, from: string, optional: boolean): void => {
    if (isLeftOut(name, platform)) return;
    const location = locate(lock, name, from);
    const entry = location === undefined ? undefined : lock[location];
    if (location === undefined || entry?.version === undefined) {
      if (optional) return;
      throw new Error(`${from === "" ? "The extension" : from} needs ${name}, which package-lock.json does not have.`);
    }
    if (found.has(location) || !runsOn(entry, platform)) return;
    found.set(location, { name, version: entry.version, location });
    for (const dependency of Object.keys(entry.dependencies ?? {})) visit(dependency, location, false);
    for (const dependency of Object.keys(entry.optionalDependencies ?? {})) visit(dependency, location, true);
  };
  for (const root of roots) visit(root, "", false);
  return [...found.values()].sort((a, b) => (a.location < b.location ? -1 : 1));
}

/** Node looks into the `node_modules` of the asking package, then of each folder above. */
function locate(lock: LockedPackages, name: string, from: string): string | undefined {
  for (let base = from; ; base = base.slice(0, Math.max(base.lastIndexOf("/node_modules/"), 0))) {
    const candidate = `${base === "" ? "" : `${base}/`}node_modules/${name}`;
    if (candidate in lock) return candidate;
    if (base === "") return undefined;
  }
}

function runsOn({ os, cpu, libc }: LockedPackage, platform: Platform): boolean {
  const allows = (list: readonly string[] | undefined, value: string): boolean => list === undefined || list.includes(value);
  return allows(os, platform.os) && allows(cpu, platform.cpu) && (platform.os !== "linux" || allows(libc, platform.libc));
}
