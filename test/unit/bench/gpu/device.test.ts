import assert from "node:assert/strict";
import { publishedBandwidth } from "../../../bench/gpu/device.ts";

describe("the published bandwidth of a graphics card", () => {
  it("is found by the name that the driver tells", () => {
    const names = ["NVIDIA H200", "NVIDIA H100 80GB HBM3", "NVIDIA H100 PCIe", "NVIDIA A100-SXM4-80GB", "NVIDIA L40S", "NVIDIA L4", "Tesla T4", "NVIDIA GeForce RTX 4070 Ti SUPER", "NVIDIA GeForce RTX 4070", "NVIDIA A10G", "NVIDIA GeForce RTX 3080 Ti"];
    assert.deepEqual(names.map((name) => (publishedBandwidth(name) ?? 0) / 1e9), [4800, 3350, 2000, 2039, 864, 300, 320, 672, 504, 600, 912]);
  });

  it("is not known for a card that the table does not have, and not guessed from a name that is nearly the same", () => {
    assert.deepEqual(["NVIDIA T400", "NVIDIA A1000", "NVIDIA GeForce RTX 4070 Laptop GPU", "NVIDIA L400", "NVIDIA GeForce RTX 3060 Ti", ""].map(publishedBandwidth), [null, null, null, null, null, null]);
  });
});
