// Opens COUNT connections to PORT that say nothing, and tells its parent when each is open or refused.
const { connect } = require("node:net");

const [port, count] = process.argv.slice(2).map(Number);
let settled = 0;
const settle = () => { if (++settled === count) process.send("all"); };
for (let i = 0; i < count; i++) {
  const socket = connect(port, "127.0.0.1");
  let done = false;
  const once = () => { if (!done) { done = true; settle(); } };
  socket.on("connect", once).on("error", once).on("close", once);
}
