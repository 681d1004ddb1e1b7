// A client in a process of its own: connects to the runtime of RETORT_HOME and tells its parent the runtime's pid.
import { connectRuntime } from "../../runtime/client/connect.ts";

try {
  const client = await connectRuntime();
  process.send?.({ pid: (await client.status()).pid });
  await client.dispose();
} catch (error) {
  process.send?.({ error: String(error) });
}
process.disconnect?.();
