import { posix, win32 } from "node:path";

/** What decides where Jupyter looks for kernels. */
export interface Machine {
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  /** The user's home folder. */
  home: string;
}

/** Jupyter's data folder of this user, as jupyter_core 5.9 finds it. Kernels are in its subfolder `kernels`. */
export function userDataFolder({ env, platform, home }: Machine): string {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  const platformDirs = isTrue(env.JUPYTER_PLATFORM_DIRS);
  if (platform === "darwin") return posix.join(home, "Library", ...(platformDirs ? ["Application Support", "jupyter"] : ["Jupyter"]));
  if (platform === "win32") {
    if (platformDirs) return win32.join(env.LOCALAPPDATA || win32.join(home, "AppData", "Local"), "jupyter");
    return win32.join(env.APPDATA || win32.join(home, "AppData", "Roaming"), "jupyter");
  }
  return posix.join(env.XDG_DATA_HOME || posix.join(home, ".local", "share"), "jupyter");
}

/** Jupyter's data folder of a Python environment or other prefix. */
export function prefixDataFolder(prefix: string, platform: NodeJS.Platform): string {
  return (platform === "win32" ? win32 : posix).join(prefix, "share", "jupyter");
}

/** The prefix of the active virtual or conda environment; undefined outside of one. */
export function activePrefix(env: NodeJS.ProcessEnv): string | undefined {
  return env.VIRTUAL_ENV || env.CONDA_PREFIX || undefined;
}

/** Every data folder that Jupyter searches, first found first. */
export function searchFolders(machine: Machine): string[] {
  const { env, platform } = machine;
  const prefix = activePrefix(env);
  const user = userDataFolder(machine);
  const environment = prefix === undefined ? [] : [prefixDataFolder(prefix, platform)];
  const environmentFirst = env.JUPYTER_PREFER_ENV_PATH === undefined ? prefix !== undefined : isTrue(env.JUPYTER_PREFER_ENV_PATH);
  const listed = (env.JUPYTER_PATH ?? "").split(platform === "win32" ? ";" : ":").filter((folder) => folder !== "");
  return [...new Set([...listed, ...(environmentFirst ? [...environment, user] : [user, ...environment]), ...systemFolders(machine)])];
}

function systemFolders({ env, platform }: Machine): string[] {
  if (platform !== "win32") return ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  return env.PROGRAMDATA && isTrue(env.JUPYTER_USE_PROGRAMDATA) ? [win32.join(env.PROGRAMDATA, "jupyter")] : [];
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && !["", "no", "n", "false", "off", "0", "0.0"].includes(value.toLowerCase());
}
