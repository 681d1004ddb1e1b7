import { homedir } from "node:os";
import { join } from "node:path";

/** Where Retort keeps its files. `RETORT_HOME` puts all of them under one folder, which tests and containers use. */
export interface RetortPaths {
  /** Model files and their records. Large, worth keeping. */
  models: string;
  /** Discovery file, locks, history, logs. Small, per user. */
  state: string;
  /** Settings file. */
  config: string;
}

/** Folders for this user by the platform's convention (XDG on Linux). Nothing is created. */
export function retortPaths(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform, home = homedir()): RetortPaths {
  if (env.RETORT_HOME) {
    return { models: env.RETORT_MODELS ?? join(env.RETORT_HOME, "models"), state: join(env.RETORT_HOME, "state"), config: join(env.RETORT_HOME, "config") };
  }
  const base = baseFolders(env, platform, home);
  return {
    models: env.RETORT_MODELS ?? join(base.data, "retort", "models"),
    state: join(base.state, "retort"),
    config: join(base.config, "retort"),
  };
}

function baseFolders(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): { data: string; state: string; config: string } {
  if (platform === "darwin") {
    const support = join(home, "Library", "Application Support");
    return { data: support, state: support, config: support };
  }
  if (platform === "win32") {
    const local = env.LOCALAPPDATA ?? join(home, "AppData", "Local");
    return { data: local, state: local, config: env.APPDATA ?? local };
  }
  return {
    data: env.XDG_DATA_HOME || join(home, ".local", "share"),
    state: env.XDG_STATE_HOME || join(home, ".local", "state"),
    config: env.XDG_CONFIG_HOME || join(home, ".config"),
  };
}
