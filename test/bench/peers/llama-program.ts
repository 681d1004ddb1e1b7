import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../runtime/entry.ts";
import { RetortError } from "../../../runtime/errors.ts";

const library = join(packageRoot(), "node_modules", "node-llama-cpp", "llama");

/** One program of llama.cpp, and what CMake is told for it. */
export interface LlamaProgram {
  name: string;
  options: readonly string[];
}

/**
 * Builds a program of the very commit that node-llama-cpp bundles, once, into the cache folder. Resolves to its path.
 * On a CPU it loads the same prebuilt kernels as node-llama-cpp, so a ratio shows what the binding costs and not two
 * compilers (GCC 12 turns ggml's AMX code into illegal instructions, for one).
 */
export function buildLlamaProgram({ name, options }: LlamaProgram, cuda: boolean, log: (text: string) => void): string {
  const { tag } = JSON.parse(readFileSync(join(library, "llama.cpp.info.json"), "utf8")) as { tag: string };
  const folder = join(packageRoot(), ".cache", name, `${tag}-${cuda ? "cuda" : "prebuilt"}`);
  const program = join(folder, "build", "bin", name);
  if (existsSync(program)) return program;

  log(`building ${name} from the source bundle (once, some minutes) …`);
  const work = `${folder}.unfinished`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const run = (command: string, args: string[]): void => {
    execFileSync(command, args, { cwd: work, stdio: ["ignore", "ignore", "inherit"] });
  };
  try {
    run("git", ["clone", "--quiet", join(library, "gitRelease.bundle"), "source"]);
    run("cmake", [
      "-S", "source", "-B", "build", "-DCMAKE_BUILD_TYPE=Release", "-DLLAMA_CURL=OFF", "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_EXAMPLES=OFF",
      // The program finds its shared libraries relative to itself, so the folder may be renamed below.
      "-DCMAKE_BUILD_RPATH_USE_ORIGIN=ON",
      ...(cuda ? ["-DGGML_NATIVE=ON", "-DBUILD_SHARED_LIBS=OFF", "-DGGML_CUDA=ON"] : ["-DGGML_NATIVE=OFF", "-DBUILD_SHARED_LIBS=ON", "-DGGML_BACKEND_DL=ON", "-DGGML_CPU=OFF"]),
      ...options,
    ]);
    run("cmake", ["--build", "build", "--target", name, "-j", String(cpus().length)]);
    if (!cuda) linkPrebuiltKernels(join(work, "build", "bin"));
  } catch (cause) {
    throw new RetortError({ code: "peer_not_built", message: `${name} could not be built.`, hint: "It needs git, cmake and a C++ compiler." }, { cause });
  }
  renameSync(work, folder);
  return program;
}

/** ggml looks for its CPU kernels, one library for each kind of processor, beside the program. */
function linkPrebuiltKernels(folder: string): void {
  const platform = `${process.platform}-${process.arch}`;
  const prebuilt = join(packageRoot(), "node_modules", "@node-llama-cpp", platform, "bins", platform);
  for (const name of readdirSync(prebuilt).filter((file) => file.startsWith("libggml-cpu"))) symlinkSync(join(prebuilt, name), join(folder, name));
}
