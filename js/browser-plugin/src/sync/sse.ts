/** One event of a stream. */
export interface StreamEvent {
  type: string;
  data: string;
  /** Of the latest event that had one; '' before the first. */
  id: string;
}

/** Reads `text/event-stream` (WHATWG HTML 9.2.6) as servers send it, with lines that end in LF or CRLF, in any pieces. */
export function createParser(emit: (event: StreamEvent) => void): (text: string) => void {
  let rest = '';
  let id = '';
  let type = '';
  let data: string[] = [];

  function read(line: string): void {
    const [, field, value = ''] = /^(\w*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === 'event') type = value;
    if (field === 'data') data.push(value);
    if (field === 'id') id = value;
  }

  function end(): void {
    if (data.length) emit({ type: type || 'message', data: data.join('\n'), id });
    type = '';
    data = [];
  }

  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() as string;
    for (const line of lines.map((one) => one.replace(/\r$/, ''))) {
      if (line) read(line);
      else end();
    }
  };
}
