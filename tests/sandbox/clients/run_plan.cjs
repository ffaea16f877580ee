// Run calls of ecwid-api-client. Reads a plan as JSON from stdin and prints the results as JSON.
//
// plan: {token, storeId, url, calls: [[resource, method, ...arguments], …]}
// output: {reached: [host, …], answers: [{value} or {error, status, body}, …]}
"use strict";

const { reached } = require("./only_localhost.cjs");
const { readFileSync } = require("node:fs");
const { Ecwid } = require("ecwid-api-client");

async function answerOf(client, [resource, method, ...given]) {
  try {
    return { value: await client[resource][method](...given) };
  } catch (error) {
    // The client throws plain strings for ids that it rejects.
    const { message = error, response = {} } = error;
    return { error: message, status: response.status, body: response.data };
  }
}

async function main() {
  const { token, storeId, url, calls } = JSON.parse(readFileSync(0, "utf8"));
  const client = new Ecwid({ apiToken: token, apiStoreId: storeId, apiCustomBaseUrl: url });
  const answers = [];
  for (const call of calls) {
    answers.push(await answerOf(client, call));
  }
  process.stdout.write(JSON.stringify({ reached: [...reached], answers }));
}

main();
