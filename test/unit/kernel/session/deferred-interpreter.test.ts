import assert from "node:assert/strict";
import type { Interpreter } from "../../../../kernel/jupyter/interpreter.ts";
import { DeferredInterpreter } from "../../../../kernel/session/deferred-interpreter.ts";
import { kernelInfo } from "../../../../kernel/session/kernel-info.ts";
import { FakeInterpreter } from "../../../helpers/fake-interpreter.ts";

describe("DeferredInterpreter", () => {
  it("tells about the kernel without loading it, and loads it once", async () => {
    let loads = 0;
    const load = async (): Promise<Interpreter> => {
      loads++;
      return new FakeInterpreter();
    };
    const interpreter = new DeferredInterpreter(() => kernelInfo("1.2.3"), load);
    assert.equal(interpreter.info().implementationVersion, "1.2.3");
    assert.deepEqual(await interpreter.usage(), {});
    await interpreter.shutdown(false);
    assert.equal(loads, 0);
    interpreter.warm();
    await interpreter.isComplete("x");
    await interpreter.complete("x", 1);
    assert.equal(loads, 1);
  });

  it("tells the first request when loading fails", async () => {
    const interpreter = new DeferredInterpreter(() => kernelInfo("1"), () => Promise.reject(new Error("no such file")));
    interpreter.warm();
    await assert.rejects(interpreter.isComplete("x"), /no such file/);
  });
});
