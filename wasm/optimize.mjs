// node wasm/optimize.mjs <file.wasm> <runs> <tries>   Makes a linked artefact smaller, in place: Emscripten's Binaryen is
// years older than this one, and keeps exports for JavaScript of its own.
import fs from 'node:fs';

const binaryen = await import('binaryen').then(
  (module) => module.default,
  () => {
    console.error('wasm/optimize.mjs needs the npm package "binaryen": run "npm ci" in the repository\'s root first.');
    process.exit(1);
  },
);

const UNUSED_EXPORTS = ['stackSave', 'stackRestore', 'stackAlloc', '__errno_location', '__indirect_function_table'];

const [file, runs, tries] = process.argv.slice(2);
const module = binaryen.readBinary(new Uint8Array(fs.readFileSync(file)));
const { BulkMemory, BulkMemoryOpt, NontrappingFPToInt, SignExt } = binaryen.Features;
const features = BulkMemory | BulkMemoryOpt | NontrappingFPToInt | SignExt;
module.setFeatures(features);
for (const name of UNUSED_EXPORTS) module.removeExport(name);

binaryen.setOptimizeLevel(2);
binaryen.setShrinkLevel(2);
// What Emscripten's own run says too: nothing lies below its global base, and memory begins as zeros.
binaryen.setLowMemoryUnused(true);
binaryen.setZeroFilledMemory(true);
// Tried: what is inlined beyond this costs more after compression than its calls.
binaryen.setAlwaysInlineMaxSize(4);
binaryen.setFlexibleInlineMaxSize(10);
binaryen.setOneCallerInlineMaxSize(40);
module.runPasses(['flatten', 'rereloop']);
for (let run = 0; run < +runs; run++) module.optimize();

if (!module.validate()) {
  console.error(`wasm/optimize.mjs: ${file} is no longer valid`);
  process.exit(1);
}
const { orderFunctions } = await import('./order_functions.mjs');
fs.writeFileSync(file, orderFunctions(module.emitBinary(), features, +tries));
