import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { type LineTarget, ResultsFile } from "../../../../kernel/session/results-file.ts";

const NOTHING = { answers: new Map(), lines: 0, unreadable: 0 };

/** A disk with room for so many characters; a write that does not fit leaves a part, as real ones do. */
class SmallDisk implements LineTarget {
  text = "";
  room: number;
  closed = false;

  constructor(room: number) {
    this.room = room;
  }

  async write(text: string): Promise<void> {
    await Promise.resolve();
    const fitting = text.slice(0, this.room);
    this.text += fitting;
    this.room -= fitting.length;
    if (fitting.length < text.length) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

const whole = (text: string) => text.split("\n").filter((line) => line.endsWith("}"));

describe("a results file on a disk that fills", () => {
  it("keeps what does not fit, says why, and writes it when there is room again", async () => {
    const disk = new SmallDisk(14);
    const file = new ResultsFile(disk, NOTHING, false);
    for (const n of [1, 2, 3]) await file.append(`{"n":${n}}`);
    assert.deepEqual([file.unwritten, file.problem], [2, "the disk is full"]);
    disk.room = 100;
    await file.close();
    assert.deepEqual([file.unwritten, file.problem, disk.closed], [0, null, true]);
    assert.deepEqual(whole(disk.text), ['{"n":1}', '{"n":2}', '{"n":3}']);
  });

  it("still has the lines when there never is", async () => {
    const file = new ResultsFile(new SmallDisk(0), NOTHING, false);
    await file.append("{}");
    await file.close();
    assert.deepEqual([file.unwritten, file.problem], [1, "the disk is full"]);
  });

  it("loses no line that comes while another is being written", async () => {
    const disk = new SmallDisk(10_000);
    const file = new ResultsFile(disk, NOTHING, false);
    const writing: Array<Promise<void>> = [];
    for (let n = 0; n < 20; n++) {
      writing.push(file.append(`{"n":${n}}`));
      await Promise.resolve();
    }
    await Promise.all(writing);
    await file.close();
    assert.deepEqual(whole(disk.text), Array.from({ length: 20 }, (_, n) => `{"n":${n}}`));
  });

  it("writes lines in their order, however many come at once", async () => {
    const disk = new SmallDisk(10_000);
    const file = new ResultsFile(disk, NOTHING, true);
    await Promise.all(Array.from({ length: 20 }, (_, n) => file.append(`{"n":${n}}`)));
    await file.close();
    assert.equal(disk.text, `\n${Array.from({ length: 20 }, (_, n) => `{"n":${n}}\n`).join("")}`);
  });
});

describe("a results file that somebody else may be writing", () => {
  /** Above Linux's largest pid. */
  const NO_PID = 2 ** 22 + 1;
  let folder: string;
  let path: string;
  let lock: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "retort-results-"));
    path = join(folder, "r.jsonl");
    lock = join(folder, ".r.jsonl.lock");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = (): Promise<ResultsFile> => ResultsFile.open(path, "./r.jsonl", true);

  it("is refused with the writer's name while another kernel writes, and left as it is", async () => {
    await writeFile(path, '{"n":1}\n');
    await writeFile(lock, JSON.stringify({ pid: 77, host: "elsewhere", started: "", token: "theirs" }));
    await assert.rejects(open(), { code: "save_busy", message: "Another kernel (process 77 on elsewhere) is writing to ./r.jsonl.", hint: /delete \.r\.jsonl\.lock beside the file/, status: 400 });
    assert.equal(await readFile(path, "utf8"), '{"n":1}\n');
    assert.match(await readFile(lock, "utf8"), /theirs/);
  });

  it("is refused while another cell of this kernel writes, and free after that, whatever became of its disk", async () => {
    const first = await open();
    await assert.rejects(open(), { code: "save_busy", message: "Another cell is writing to ./r.jsonl." });
    await first.append("{}");
    await first.close();
    await (await open()).close();
    assert.deepEqual(await readdir(folder), ["r.jsonl"]);
  });

  it("is taken over from a kernel that died", async () => {
    await writeFile(lock, JSON.stringify({ pid: NO_PID, host: hostname(), started: "", token: "dead" }));
    const file = await open();
    await file.append("{}");
    await file.close();
    assert.equal(await readFile(path, "utf8"), "{}\n");
    assert.deepEqual(await readdir(folder), ["r.jsonl"]);
  });

  it("is free again where it could not be opened", async () => {
    await writeFile(path, "{}\n");
    await assert.rejects(ResultsFile.open(path, "./r.jsonl", false), { code: "save_exists" });
    assert.deepEqual(await readdir(folder), ["r.jsonl"]);
  });
});
