import assert from "node:assert/strict";

import { LeaseBook } from "../../../../runtime/api/lease-book.ts";

describe("LeaseBook", () => {
  let now = 0;
  let book: LeaseBook;
  beforeEach(() => {
    now = 0;
    book = new LeaseBook(100, () => now);
  });

  it("keeps a lease as long as it is renewed", () => {
    const lease = book.take();
    for (now = 90; now < 900; now += 90) assert.equal(book.take(lease), lease);
    assert.equal(book.count, 1);
  });

  it("forgets one that is not, from the moment it ran out", () => {
    book.take();
    now = 5000;
    assert.deepEqual([book.count, book.lastEnd], [0, 100]);
  });

  it("gives a new lease for one it does not know: its runtime was another", () => {
    const lease = book.take("of-an-earlier-runtime");
    assert.notEqual(lease, "of-an-earlier-runtime");
    assert.equal(book.count, 1);
  });

  it("notes the time of a release; an unknown one changes nothing", () => {
    const lease = book.take();
    now = 50;
    book.release(lease);
    now = 70;
    book.release(lease);
    assert.deepEqual([book.count, book.lastEnd], [0, 50]);
  });

  it("refuses more leases than one user has clients", () => {
    for (let i = 0; i < 1000; i++) book.take();
    assert.throws(() => book.take(), { code: "too_many_leases", status: 429 });
  });
});
