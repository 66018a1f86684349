// Bearer tokens in a file, so that they can be changed while the server runs.
import { readFileSync, statSync } from 'node:fs';
import { checkTokens } from './tokens.js';

/** How often the file is looked at. */
const LOOK_MS = 1_000;

/** One token a line; empty lines and those that begin with # count for nothing. */
function parse(text: string): string[] {
  return text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

export class TokenFile {
  private tokens: readonly string[];
  private seen: string;
  private readonly timer: NodeJS.Timeout;

  /**
   * @param always tokens that are valid besides
   * @param onChange told of every change, with how many tokens there are now, or why the file was not taken: then those of before
   *   go on being valid, since a mistake in a file must lock nobody out, and an empty one must let nobody in
   * @throws when there is no such file, or no token in it
   */
  constructor(private readonly path: string, private readonly always: readonly string[], private readonly onChange: (count: number, error?: Error) => void) {
    this.seen = this.signature();
    this.tokens = this.read();
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  /** Every valid token. */
  get current(): readonly string[] {
    return this.tokens;
  }

  /** Reads the file again now. */
  reload(): void {
    try {
      this.seen = this.signature();
      this.tokens = this.read();
      this.onChange(this.tokens.length);
    } catch (error) {
      this.onChange(this.tokens.length, error as Error);
    }
  }

  close(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    if (this.signature() !== this.seen) this.reload();
  }

  /** Another one when the file was written, replaced or removed. */
  private signature(): string {
    const found = statSync(this.path, { throwIfNoEntry: false, bigint: true });
    return found ? `${found.ino} ${found.mtimeNs} ${found.size}` : 'none';
  }

  private read(): string[] {
    const tokens = parse(readText(this.path));
    checkTokens(tokens, `in ${this.path}`, 'write one token a line');
    if (tokens.length === 0) throw new Error(`There is no token in ${this.path}: write one a line`);
    return [...this.always, ...tokens];
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`The tokens cannot be read: ${(error as Error).message}`);
  }
}
