// Call @wmakeev/ecwid and check its answers against its own TypeScript declarations.
//
// Reads a plan as JSON from stdin and prints the results as JSON.
// plan: {token, storeId, host, directory, calls: [{method, path, body, params, type}, …]}
// output: {reached: [host, …], answers: [value, …], problems: [text, …]}
// `type` is a TypeScript type of the client; the declarations are checked by the compiler.
"use strict";

const { reached } = require("./only_localhost.cjs");
const { readFileSync, writeFileSync } = require("node:fs");
const http = require("node:http");
const { join } = require("node:path");
const { Ecwid } = require("@wmakeev/ecwid");
const typescript = require("typescript");

// The client's types describe complete records, but its documentation says that fields may be left
// out. Every field is therefore optional; a field that is there must have its type.
const HEAD = `import type * as ecwid from "@wmakeev/ecwid";
type Answer<T> = T extends (infer Item)[]
  ? readonly Answer<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]?: Answer<T[Name]> }
    : T;
`;

// The client writes https addresses only; the sandbox has no certificate.
function plainFetch(address, { method, headers, body }) {
  return new Promise((resolve, reject) => {
    const url = address.replace("https:", "http:");
    // The client asks for gzip but leaves decompression to its fetch.
    const options = { method, headers: { ...headers, "Accept-Encoding": "identity" } };
    const request = http.request(url, options, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        const { statusCode: status, statusMessage: statusText } = response;
        resolve({ status, statusText, text: async () => text });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

function problemsOf(directory, calls, answers) {
  const lines = calls.map(({ type }, n) => {
    const value = JSON.stringify(answers[n]);
    return `const answer${n} = ${value} as const;\nexport const typed${n}: Answer<${type}> = answer${n};\n`;
  });
  const file = join(directory, "answers.ts");
  writeFileSync(file, HEAD + lines.join(""));
  const program = typescript.createProgram([file], {
    baseUrl: __dirname,
    lib: ["lib.es2020.d.ts"],
    noEmit: true,
    paths: { "@wmakeev/ecwid": ["node_modules/@wmakeev/ecwid/dist/src/types.d.ts"] },
    skipLibCheck: true,
    strict: true,
    types: [],
  });
  return typescript
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => typescript.flattenDiagnosticMessageText(messageText, " "));
}

async function main() {
  const { token, storeId, host, directory, calls } = JSON.parse(readFileSync(0, "utf8"));
  const client = new Ecwid(storeId, token, { endpoint: `${host}/api/v3`, fetch: plainFetch });
  const answers = [];
  for (const { method, path, body, params } of calls) {
    const given = method === "GET" ? [path, params] : [path, body, params];
    answers.push(await client[method](...given));
  }
  const problems = problemsOf(directory, calls, answers);
  process.stdout.write(JSON.stringify({ reached: [...reached], answers, problems }));
}

main();
