/** Where the way to the runtime stands. */
export type ConnectionState = "idle" | "starting" | "connected" | "failed";
