import type { SettingsCell } from "./cell.ts";
import { BENCH_LANGUAGE } from "./bench-keys.ts";
import { CHART_LANGUAGE } from "./chart-keys.ts";
import { COMPARE_LANGUAGE } from "./compare-keys.ts";
import type { KindLanguage } from "./kind-key.ts";

const LANGUAGES: Readonly<Partial<Record<SettingsCell["kind"], KindLanguage>>> = {
  bench: BENCH_LANGUAGE,
  chart: CHART_LANGUAGE,
  compare: COMPARE_LANGUAGE,
};

/** Undefined: a kind that a later version brings. */
export function kindLanguage(kind: SettingsCell["kind"]): KindLanguage | undefined {
  return LANGUAGES[kind];
}

export function isSettingsKind(kind: string): boolean {
  return Object.hasOwn(LANGUAGES, kind);
}

/** Every kind of cell that is settings only, with its language. */
export function kindLanguages(): Array<[kind: string, language: KindLanguage]> {
  return Object.entries(LANGUAGES);
}
