// Allow connections to 127.0.0.1 only, and record the hosts.
"use strict";

const net = require("node:net");

const reached = new Set();
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...given) {
  // Node's own modules pass the arguments as one array, other callers pass them separately.
  const [options] = Array.isArray(given[0]) ? given[0] : given;
  if (options.host !== "127.0.0.1") {
    throw new Error(`${options.host} is not on this machine`);
  }
  reached.add(options.host);
  return connect.apply(this, given);
};

module.exports = { reached };
