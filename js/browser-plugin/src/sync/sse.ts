/** One event of a stream. */
export interface StreamEvent {
  type: string;
  data: string;
  /** Of the latest event that had one; '' before the first. */
  id: string;
}

/** Reads what a server sends as `text/event-stream` (WHATWG HTML 9.2.6): the rest of a block that has not ended stays. */
export function createParser(emit: (event: StreamEvent) => void): (text: string) => void {
  let rest = '';
  let id = '';
  return (text) => {
    const blocks = (rest + text).split(/\r\n\r\n|\n\n|\r\r/);
    rest = blocks.pop() as string;
    for (const block of blocks) {
      let type = 'message';
      const data: string[] = [];
      for (const line of block.split(/\r\n|\n|\r/)) {
        const [, field, value = ''] = /^(\w*)(?:: ?(.*))?$/.exec(line) ?? [];
        if (field === 'event') type = value;
        if (field === 'data') data.push(value);
        if (field === 'id') id = value;
      }
      if (data.length) emit({ type, data: data.join('\n'), id });
    }
  };
}
