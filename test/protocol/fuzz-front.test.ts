import assert from "node:assert/strict";

import { DEFAULT_LIMITS } from "../../runtime/api/context.ts";
import { FrontUnderTest } from "../helpers/fuzz/front.ts";
import { httpCase } from "../helpers/fuzz/http-cases.ts";
import { runCases } from "../helpers/fuzz/run-cases.ts";
import { tryCrowd } from "../helpers/fuzz/silent-crowd.ts";

/** The long run, in test/long, has thirty times as many, and may have others each time. */
const CASES = 3000;
const SEED = 20_261_122;
/** Answers that must be among what came back: else the cases had become too good or too bad to find anything. */
const EXPECTED = ["200", "400 bad_http", "400 invalid_json", "400 invalid_request", "400 unknown_field", "400 json_too_deep", "400 forbidden_key", "400 invalid_text", "400 invalid_utf8", "400 key_in_query", "400 several_hosts", "401 invalid_api_key", "403 host_not_allowed", "403 origin_not_allowed", "404 model_not_found", "404 not_found", "405 method_not_allowed", "408 request_timeout", "413 body_too_large", "415 unsupported_media_type", "417 expectation_failed", "431 headers_too_large"];

describe("faults 1 to 7, 14, 15, 17, 18: the HTTP front under hostile requests", function () {
  this.timeout(120_000);
  let front: FrontUnderTest;
  before(async () => { front = await FrontUnderTest.start(); });
  after(() => front.dispose());

  it(`answers ${CASES} of them as HTTP with coded errors, lives, and answers good ones between`, async () => {
    const cases = httpCase(await front.document(), front.token, front.models);
    await runCases(cases, { name: "front", cases: CASES, seed: SEED, together: 96, judge: (each) => front.try(each), between: () => front.check() });
    assert.equal(front.ended, null);
    assert.deepEqual(EXPECTED.filter((what) => !front.seen.has(what)), [], `seen: ${JSON.stringify([...front.seen].sort())}`);
  });
});

it("fault 13: 5,000 silent connections, more than there is room for, keep no new client out", () => tryCrowd(DEFAULT_LIMITS.connections)).timeout(60_000);
