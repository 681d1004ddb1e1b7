import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

import { SERVE_PARAMETERS } from "../../../kernel/cli/serve-parameters.ts";
import { PRESETS } from "../../../runtime/client/presets.ts";
import { packageRoot } from "../../../runtime/entry.ts";

const root = packageRoot();
const read = (...path: string[]): string => readFileSync(join(root, ...path), "utf8");
const files = (readdirSync(join(root, "deploy"), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && !/\.pyc$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
const named = (pattern: RegExp): string[] => files.filter((file) => pattern.test(file));
const dockerfiles = named(/Dockerfile(\.cuda)?$/);
const manifest = JSON.parse(read("package.json")) as { files: string[]; bin: Record<string, string>; engines: { node: string } };

const VARIABLES = new Set([...SERVE_PARAMETERS.map(({ variable }) => variable), "RETORT_HOME", "RETORT_MODELS", "RETORT_URL"]);
const FLAGS = new Set(["help", ...SERVE_PARAMETERS.map(({ flag }) => flag)]);

/** Instructions of a Dockerfile; lines that go on are one. */
function instructions(file: string): string[] {
  return read(file).replace(/\\\n\s*/g, " ").split("\n").filter((line) => /^[A-Z]+ /.test(line));
}

describe("files for deployment", () => {
  it("are there", () => {
    for (const file of ["deploy/systemd/retort.service", "deploy/docker/Dockerfile", "deploy/docker/Dockerfile.cuda", "deploy/docker/compose.yaml", "deploy/ray/retort_serve.py", "deploy/kubernetes/rayservice.yaml"]) assert.ok(files.includes(file), file);
  });

  for (const file of [...files, "docs/deploy.md", "docs/remote.md"]) {
    it(`${file} names only variables that Retort reads`, () => {
      const unknown = [...new Set(read(file).match(/\bRETORT_[A-Z_]+\b/g) ?? [])].filter((name) => !VARIABLES.has(name));
      assert.deepEqual(unknown, []);
    });

    it(`${file} calls \`retort serve\` with flags that it has`, () => {
      const calls = [...read(file).matchAll(/retort serve((?: +--?[a-z-]+| +[^\s`|\\-][^\s`|\\]*)*)/g)].flatMap(([, words = ""]) => [...words.matchAll(/ --([a-z-]+)/g)].map(([, flag = ""]) => flag));
      assert.deepEqual(calls.filter((flag) => !FLAGS.has(flag)), []);
    });
  }

  for (const file of dockerfiles) {
    it(`${file} copies what is there, runs as an ordinary user, and can be asked how it is`, () => {
      const lines = instructions(file);
      const ignored = read(`${file}.dockerignore`).split("\n").filter((line) => line.startsWith("!")).map((line) => line.slice(1));
      for (const line of lines.filter((each) => each.startsWith("COPY "))) {
        const words = line.split(/\s+/).slice(1);
        const from = words.find((word) => word.startsWith("--from="));
        for (const source of words.filter((word) => !word.startsWith("--")).slice(0, -1)) {
          if (from === undefined) assert.ok(source === "." || ignored.some((kept) => source === kept || source.startsWith(`${kept}/`)), `${source} is kept from the build by ${file}.dockerignore`);
          const here = source.replace(/^\/src\//, "").replace(/^\/opt\/retort.*$/, ".").replace(/^\/usr\/.*$/, ".");
          assert.ok(["dist", "node_modules", "./dist", "./node_modules"].includes(here) || existsSync(join(root, here)), `${source} is not there`);
        }
      }
      for (const kept of ignored) assert.ok(existsSync(join(root, kept)), `${kept} is not there`);
      const user = lines.filter((line) => line.startsWith("USER ")).at(-1)?.slice(5);
      assert.ok(user !== undefined && !["root", "0"].includes(user), `${file} ends as ${user}`);
    });
  }

  for (const file of ["deploy/docker/Dockerfile", "deploy/docker/Dockerfile.cuda"]) {
    it(`${file} holds all that the program needs, at one port`, () => {
      const text = read(file);
      for (const part of manifest.files.filter((each) => each !== "kernel/logos")) assert.ok(text.includes(`/src/${part}`), `${part} of package.json's files is missing`);
      assert.ok(text.includes(`/opt/retort/${manifest.bin.retort}`), "the program has another place");
      assert.match(text, /^HEALTHCHECK .*\n? +CMD .*127\.0\.0\.1:8000\/health/m);
      assert.match(text, /RETORT_PORT=8000/);
      assert.match(text, /^EXPOSE 8000$/m);
      const major = Number(/^FROM node:(\d+)/m.exec(text)?.[1]);
      assert.ok(major >= Number(/\d+/.exec(manifest.engines.node)?.[0]), `Node ${major}`);
      assert.ok(!/RETORT_API_KEY=|ARG .*KEY/.test(text), "a key in an image can be read by whoever has the image");
    });
  }

  it("the compose file joins them: names, ports, volumes, and no port that others can reach", () => {
    interface Service { build?: { context: string; dockerfile: string }; ports: string[]; environment: Record<string, string>; volumes: string[]; depends_on?: Record<string, { condition: string }>; stop_grace_period?: string }
    const { services, volumes } = parse(read("deploy/docker/compose.yaml")) as { services: Record<string, Service>; volumes: Record<string, unknown> };
    const retort = services.retort ?? assert.fail();
    const webui = services["open-webui"] ?? assert.fail();
    assert.ok(existsSync(join(root, "deploy/docker", retort.build?.context ?? "", retort.build?.dockerfile ?? "")));
    assert.equal(webui.environment.OPENAI_API_BASE_URL, "http://retort:8000/v1");
    assert.equal(retort.environment.RETORT_ALLOW_HOST, "retort");
    assert.deepEqual(webui.depends_on, { retort: { condition: "service_healthy" } });
    for (const port of [...retort.ports, ...webui.ports]) assert.match(port, /^127\.0\.0\.1:\d+:\d+$/);
    const image = read("deploy/docker/Dockerfile");
    for (const volume of retort.volumes) {
      const [name = "", place = ""] = volume.replace(/\$\{[^}]*\{[^}]*\}[^}]*\}|\$\{[^}]*\}/g, "host").split(":");
      assert.ok(image.includes(place), `${place} is no place in the image`);
      if (/^\w+$/.test(name) && name !== "host") assert.ok(name in volumes, `${name} is no volume`);
    }
    const drain = Number(/RETORT_DRAIN_S=(\d+)/.exec(image)?.[1]);
    assert.ok(Number.parseInt(retort.stop_grace_period ?? "") > drain);
    const { services: cuda } = parse(read("deploy/docker/compose.cuda.yaml")) as { services: Record<string, { build: { dockerfile: string } }> };
    assert.ok(existsSync(join(root, cuda.retort?.build.dockerfile ?? "?")));
  });

  it("the unit waits longer for its end than running answers may take, and keeps the engine until then", () => {
    const unit = read("deploy/systemd/retort.service");
    assert.ok(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]) > Number(/RETORT_DRAIN_S=(\d+)/.exec(unit)?.[1]));
    assert.match(unit, /^KillMode=mixed$/m);
    assert.match(unit, /RETORT_HOST=127\.0\.0\.1/);
    assert.match(unit, /^ExecStart=\/usr\/local\/bin\/retort serve$/m);
  });
});

describe("files for a cluster", () => {
  const known = [.../^DEFAULTS = \{(.*?)^\}/ms.exec(read("deploy/ray/retort_serve.py"))?.[1]?.matchAll(/^ {4}"(\w+)":/gm) ?? []].map(([, name]) => name);
  const version = /^ray\[serve\]==(\S+)$/m.exec(read("deploy/ray/requirements.txt"))?.[1] ?? assert.fail();
  interface Application { import_path: string; args: Record<string, unknown> }
  interface ServeConfig { http_options: { host: string; port: number }; applications: Application[] }
  const config = parse(read("deploy/ray/serve.yaml")) as ServeConfig;
  const documents = parseAllDocuments(read("deploy/kubernetes/rayservice.yaml")).map((document) => document.toJS() as { kind: string; spec: Record<string, unknown> });
  const service = (documents.find(({ kind }) => kind === "RayService") ?? assert.fail()).spec as { serveConfigV2: string; rayClusterConfig: { rayVersion: string } };
  const inKubernetes = parse(service.serveConfigV2) as ServeConfig;

  it("the application knows every argument that it is given", () => {
    assert.ok(known.length > 10);
    for (const { import_path: path, args } of [...config.applications, ...inKubernetes.applications]) {
      assert.equal(path, "retort_serve:build");
      assert.deepEqual(Object.keys(args).filter((name) => !known.includes(name)), []);
    }
  });

  it("one version of Ray in all of them", () => {
    assert.equal(service.rayClusterConfig.rayVersion, version);
    assert.match(read("deploy/ray/Dockerfile"), new RegExp(`^FROM rayproject/ray:${version.replaceAll(".", "\\.")}-`, "m"));
    assert.match(read("deploy/ray/vllm-deepseek-r1-1.5b.yaml"), new RegExp(`==${version.replaceAll(".", "\\.")}"`));
  });

  it("only this machine reaches it, unless it is a cluster behind a key and a policy", () => {
    assert.equal(config.http_options.host, "127.0.0.1");
    assert.equal((parse(read("deploy/ray/vllm-deepseek-r1-1.5b.yaml")) as ServeConfig).http_options.host, "127.0.0.1");
    assert.equal(`http://127.0.0.1:${config.http_options.port}`, PRESETS.ray.url);
    assert.deepEqual(documents.map(({ kind }) => kind), ["RayService", "PersistentVolumeClaim", "NetworkPolicy"]);
    assert.match(read("deploy/kubernetes/rayservice.yaml"), /name: RETORT_API_KEY\n\s+valueFrom:\n\s+secretKeyRef/);
  });

  it("the head's service has the ports that KubeRay and the workers call it at, and pods live longer than their drain", () => {
    interface Container { ports?: Array<{ containerPort: number; name: string }> }
    interface Group { template: { spec: { terminationGracePeriodSeconds?: number; securityContext: { runAsNonRoot: boolean }; containers: Container[] } } }
    const { headGroupSpec: head, workerGroupSpecs: workers } = service.rayClusterConfig as unknown as { headGroupSpec: Group; workerGroupSpecs: Group[] };
    const ports = Object.fromEntries((head.template.spec.containers[0]?.ports ?? []).map(({ name, containerPort }) => [name, containerPort]));
    assert.deepEqual(ports, { "gcs-server": 6379, dashboard: 8265, serve: inKubernetes.http_options.port });
    const drain = Number(inKubernetes.applications[0]?.args.drain_s ?? /^ {4}"drain_s": (\d+),$/m.exec(read("deploy/ray/retort_serve.py"))?.[1]);
    assert.ok(drain > 0);
    for (const { template } of workers) assert.ok((template.spec.terminationGracePeriodSeconds ?? 30) > drain);
    for (const { template } of [head, ...workers]) assert.equal(template.spec.securityContext.runAsNonRoot, true);
  });

  it("the gateway's kernelspec names the launcher's arguments, and no key", () => {
    const spec = JSON.parse(read("deploy/kubernetes/enterprise-gateway/kernel.json")) as { argv: string[]; env: Record<string, string>; language: string };
    for (const part of ["{kernel_id}", "{port_range}", "{response_address}", "{public_key}"]) assert.ok(spec.argv.includes(part));
    assert.deepEqual([spec.language, Object.keys(spec.env)], ["retort", ["RETORT_URL", "RETORT_MODEL"]]);
  });
});
