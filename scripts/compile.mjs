// Compiles contracts/, the tests aside, and reports how large each contract is:
//
//	node scripts/compile.mjs [output directory, default .cache/contracts]
//
// It writes combined.json, which scripts/bindings.sh makes Go code of. A
// warning of the compiler is an error here.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const RUNS = 200; // more would make code that runs often cheaper, and Tally too large to be deployed: 30,413 bytes at 1,000,000
const SIZE_LIMIT = 24_576; // EIP-170
const SIZE_WARNING = 22_000; // leaves room to mend a contract without taking it apart

const root = join(import.meta.dirname, "..");
const contracts = process.env.CONTRACTS ?? join(root, "contracts");
const modules = join(import.meta.dirname, "npm", "node_modules");
const out = process.argv[2] ?? join(root, ".cache", "contracts");
const solc = createRequire(join(modules, "."))("solc");

// Imports are found in contracts/ ("interfaces/ITally.sol") or in the npm
// packages ("@openzeppelin/contracts/token/ERC1155/IERC1155.sol").
function findImport(path) {
  const file = [contracts, modules].map((dir) => join(dir, path)).find(existsSync);
  return file ? { contents: readFileSync(file, "utf8") } : { error: `${path} not found` };
}

const own = readdirSync(contracts, { recursive: true })
  .filter((name) => name.endsWith(".sol") && !name.startsWith("test/"))
  .sort();
const input = {
  language: "Solidity",
  sources: Object.fromEntries(own.map((name) => [name, { content: readFileSync(join(contracts, name), "utf8") }])),
  settings: {
    evmVersion: "cancun",
    optimizer: { enabled: true, runs: RUNS },
    viaIR: true,
    metadata: { bytecodeHash: "none" },
    outputSelection: {
      "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences"] },
    },
  },
};
const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));

const problems = [];
for (const message of output.errors ?? []) {
  if (message.severity === "info") console.log(message.formattedMessage);
  else problems.push(message.formattedMessage);
}

const combined = { contracts: {}, version: solc.version() };
for (const file of own) {
  for (const [name, contract] of Object.entries(output.contracts?.[file] ?? {})) {
    const runtime = contract.evm.deployedBytecode;
    combined.contracts[`${file}:${name}`] = {
      abi: contract.abi,
      bin: contract.evm.bytecode.object,
      "bin-runtime": runtime.object,
    };
    const size = runtime.object.length / 2;
    if (size === 0 || contract.abi.length === 0) continue; // an interface, an abstract contract, a library
    console.log(`${file}:${name} has ${bytes(size)} of ${bytes(SIZE_LIMIT)} bytes`);
    if (size > SIZE_LIMIT) problems.push(`${name} is too large to be deployed`);
    else if (size > SIZE_WARNING) console.log(`warning: ${name} is above ${bytes(SIZE_WARNING)} bytes`);
    if (Object.keys(runtime.immutableReferences).length > 0) {
      problems.push(`${name} has immutables: a genesis that holds its code would hold zeros for them`);
    }
    if (runtime.object.includes("__$")) problems.push(`${name} calls an external library, whose address no genesis knows`);
  }
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "combined.json"), JSON.stringify(combined));

function bytes(n) {
  return n.toLocaleString("en-US");
}
