import type { RuntimeClient } from "../../runtime/client/runtime-client.ts";

/** What the client's calls give back: the engine itself is out of the extension's reach. */
export type DeviceReport = Awaited<ReturnType<RuntimeClient["devices"]>>;
export type MemoryReport = Awaited<ReturnType<RuntimeClient["memory"]>>;
