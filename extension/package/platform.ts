/** A platform that a package is made for, under VS Code's name for it. */
export interface Platform {
  target: string;
  os: NodeJS.Platform;
  cpu: string;
  /** As npm and zeromq name it. */
  libc: "glibc" | "libc" | "msvc";
}

const PLATFORMS: readonly Platform[] = [
  { target: "linux-x64", os: "linux", cpu: "x64", libc: "glibc" },
  { target: "linux-arm64", os: "linux", cpu: "arm64", libc: "glibc" },
  { target: "darwin-x64", os: "darwin", cpu: "x64", libc: "libc" },
  { target: "darwin-arm64", os: "darwin", cpu: "arm64", libc: "libc" },
  { target: "win32-x64", os: "win32", cpu: "x64", libc: "msvc" },
  { target: "win32-arm64", os: "win32", cpu: "arm64", libc: "msvc" },
];

/** The platform with that name, by default the one that this runs on. Throws on a name that is none of ours. */
export function platformOf(target = `${process.platform}-${process.arch}`): Platform {
  const platform = PLATFORMS.find((one) => one.target === target);
  if (platform === undefined) throw new Error(`There is no package for ${target}. Targets: ${PLATFORMS.map((one) => one.target).join(", ")}.`);
  return platform;
}
