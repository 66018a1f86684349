/** One thing wrong (or worth a warning) in what the caller gave. */
export interface Problem {
  /** JSON Pointer into the input; `''` for the whole of it. */
  pointer: string;
  /** Stable, snake_case. */
  code: string;
  /** One sentence: what, where, what to do. */
  message: string;
}

const MOST_LISTED = 3;

function listed(problems: readonly Problem[]): string {
  const lines = problems.slice(0, MOST_LISTED).map(({ pointer, message }) => `${pointer || 'input'}: ${message}`);
  if (problems.length > MOST_LISTED) lines.push(`... and ${problems.length - MOST_LISTED} more`);
  return lines.map((line) => `\n  ${line}`).join('');
}

/** Every error of this package. `code` is stable; `problems` lists what is wrong with bad definitions or options. */
export class OnCueError extends Error {
  override name = 'OnCueError';
  readonly code: string;
  readonly problems: readonly Problem[];

  constructor(code: string, message: string, problems: readonly Problem[] = [], cause?: unknown) {
    super(message + listed(problems));
    this.code = code;
    this.problems = problems;
    if (cause !== undefined) (this as { cause?: unknown }).cause = cause;
  }
}
