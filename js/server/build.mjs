// Builds dist/: the server, its threads, and the types. Packages stay outside.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
rmSync('dist', { recursive: true, force: true });

await build({
  entryPoints: { index: 'src/index.ts', sync: 'src/sync/index.ts', sqlite_thread: 'src/storage/sqlite_thread.ts', aside_thread: 'src/engine_host/aside_thread.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // What only some servers need is loaded on demand.
  splitting: true,
  chunkNames: 'chunk-[hash]',
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
});

/** A chunk that only passes on what others export has nothing to map. */
function dropEmptyMap(map) {
  if (JSON.parse(readFileSync(map, 'utf8')).sources.length) return;
  const script = map.replace(/\.map$/, '');
  writeFileSync(script, readFileSync(script, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\n$/, '\n'));
  rmSync(map);
}

for (const name of readdirSync('dist').filter((file) => file.endsWith('.map'))) dropEmptyMap(`dist/${name}`);

cpSync('src/console', 'dist/console', { recursive: true });

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', '.'], { stdio: 'inherit' });
