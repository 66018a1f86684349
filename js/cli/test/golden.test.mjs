// What the commands print, word for word. ONCUE_UPDATE_GOLDEN=1 writes the files anew: read the difference.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { oncue } from './run_cli.mjs';

const RULES = ['--definitions', 'data/rules.json'];
const EVENTS = ['--events', 'data/events.ndjson'];
const SHOP = '../../../tests/fixtures/definitions/ecom.json';

const CASES = {
  help: ['--help'],
  help_validate: ['validate', '--help'],
  help_test: ['test', '--help'],
  help_replay: ['replay', '--help'],
  help_serve: ['serve', '--help'],
  serve_sync_keys: ['serve', '--sync-keys', 'user_id'],
  serve_trust_proxy: ['serve', '--data', 'unused.db', '--trust-proxy', '10.0.0.0/33'],
  serve_rate: ['serve', '--data', 'unused.db', '--rate', 'many'],
  serve_max_connections: ['serve', '--data', 'unused.db', '--max-connections', '0'],
  serve_token_file: ['serve', '--data', 'unused.db', '--token-file', 'data/no_such_tokens.txt'],
  validate_good: ['validate', SHOP],
  validate_unpublished: ['validate', 'data/rules.json'],
  validate_json: ['validate', '--json', 'data/rules.json'],
  test_table: ['test', ...RULES, ...EVENTS],
  test_json: ['test', ...RULES, ...EVENTS, '--output', 'json'],
  test_as_of: ['test', ...RULES, ...EVENTS, '--output', 'json', '--as-of', '2026-01-06T08:01:00Z'],
  test_key: ['test', ...RULES, ...EVENTS, '--output=json', '--key', 'domain_sessionid'],
  test_app_ids: ['test', ...RULES, ...EVENTS, '--output', 'json', '--app-id', 'blog', 'other'],
  test_full_window: ['test', ...RULES, ...EVENTS, '--window-event-limit', '1', '--key', 'domain_userid'],
  test_strict: ['test', ...RULES, ...EVENTS, '--strict', '--key', 'domain_sessionid'],
  replay: ['replay', ...RULES, ...EVENTS],
  replay_table: ['replay', ...RULES, ...EVENTS, '--output', 'table'],
  replay_explain: ['replay', ...RULES, ...EVENTS, '--explain', '--as-of', '2026-01-05T09:00:00Z'],
  replay_seed: ['replay', ...RULES, ...EVENTS, '--seed', '18446744073709551615'],
};

for (const [name, args] of Object.entries(CASES)) {
  test(`oncue ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await oncue(args);
    const actual = `exit ${code}\n--- stdout\n${stdout}--- stderr\n${stderr}`;
    const file = new URL(`golden/${name}.txt`, import.meta.url);
    if (process.env.ONCUE_UPDATE_GOLDEN) writeFileSync(file, actual);
    assert.ok(existsSync(file), `${file.pathname} is missing: run with ONCUE_UPDATE_GOLDEN=1`);
    assert.equal(actual, readFileSync(file, 'utf8'));
  });
}
