import { HostileServer } from "../helpers/fuzz/hostile-server.ts";
import { runCases } from "../helpers/fuzz/run-cases.ts";
import { serverAnswer } from "../helpers/fuzz/server-answers.ts";

/** The long run, in test/long, has more, and may have others each time. */
const CASES = 250;
const SEED = 20_261_122;

describe("faults 77, 78: the client and servers that say anything", function () {
  this.timeout(60_000);
  let server: HostileServer;
  before(async () => { server = await HostileServer.start(); });
  after(() => server.close());

  it(`makes a whole reply or a coded error of ${CASES} answers`, async () => {
    await runCases(serverAnswer, { name: "client", cases: CASES, seed: SEED, together: 1, judge: (each) => server.try(each), between: () => Promise.resolve(null) });
  });
});
