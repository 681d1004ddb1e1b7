// Loaded by mocha. Property tests explore anew on every run of a developer; in CI they repeat, so that a change is
// judged by what it changed. RETORT_SEED repeats a run elsewhere.
import fc from "fast-check";

const CI_SEED = "20260101";
const seed = process.env.RETORT_SEED ?? (process.env.CI === undefined ? undefined : CI_SEED);
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
