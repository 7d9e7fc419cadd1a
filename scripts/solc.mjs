#!/usr/bin/env node
// The npm package solc, as the executable that forge wants (contracts/foundry.toml):
//
//	solc.mjs --version                  its second line is the version
//	solc.mjs --standard-json [...]      standard JSON from the input to the output
//
// The package's own command refuses the other flags of forge. They are about
// where imports are found; forge puts every source into the JSON.
import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const modules = join(import.meta.dirname, "npm", "node_modules");
const solc = createRequire(join(modules, "."))("solc");

if (process.argv.includes("--version")) {
  print(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else {
  print(solc.compile(readFileSync(0, "utf8")));
}

// process.stdout may drop what is left in a pipe when the process ends.
function print(text) {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}
