import type { Glue } from './glue.js';
import { encoder } from './utf8.js';

/** Tags of values in a record: core/src/event/record.h has the layout. */
export const NULL = 0, FALSE = 1, TRUE = 2, NUMBER = 3, STRING = 4, OBJECT = 5, ARRAY = 6;

// Up to here a loop beats the encoder's call.
const SHORT = 40;

/** Writes one record after the other into the module's shared buffer. */
export class RecordWriter {
  private glue!: Glue;
  private bytes!: Uint8Array;
  private view!: DataView;
  private capacity = 1024;
  private start = 0;
  private end = 0;
  private at = 0;

  /** Length of what was written since begin(), in bytes. */
  get length(): number {
    return this.at - this.start;
  }

  begin(glue: Glue, magic: number): void {
    this.glue = glue;
    this.at = this.start = this.end = 0;
    this.room(4);
    this.u32(magic);
  }

  /** A value without more, or the beginning of one that takes `size` bytes more. */
  tag(slot: number, tag: number, size = 0): void {
    this.room(4 + size);
    this.u32((slot << 8) | tag);
  }

  text(slot: number, text: string): void {
    const { length } = text;
    this.tag(slot, STRING, 4 + 3 * length);
    // In variables: the compiler looks at members again after each write.
    const { bytes, view } = this;
    const from = this.at + 4;
    let written = 0;
    let all = 0;
    if (length <= SHORT) {
      // An id is all the text that most events have to be written.
      for (; written + 3 < length; written += 4) {
        const a = text.charCodeAt(written);
        const b = text.charCodeAt(written + 1);
        const c = text.charCodeAt(written + 2);
        const d = text.charCodeAt(written + 3);
        all |= a | b | c | d;
        view.setUint32(from + written, a | (b << 8) | (c << 16) | (d << 24), true);
      }
      for (; written < length; written++) {
        const code = text.charCodeAt(written);
        all |= code;
        bytes[from + written] = code;
      }
    }
    if (written < length || all > 127) ({ written } = encoder.encodeInto(text, bytes.subarray(from)));
    this.u32(written);
    this.at += written;
  }

  number(slot: number, value: number): void {
    this.tag(slot, NUMBER, 8);
    this.view.setFloat64(this.at, value || 0, true); // no -0, as in JSON text
    this.at += 8;
  }

  /** `count` values follow. */
  array(slot: number, count: number): void {
    this.tag(slot, ARRAY, 4);
    this.u32(count);
  }

  private u32(value: number): void {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  /** Makes sure of `size` more bytes. The buffer, and with it everything written, may move. */
  private room(size: number): void {
    if (this.at + size <= this.end) return;
    const { length } = this;
    if (length + size > this.capacity) this.capacity = 2 * (length + size);
    this.start = this.glue._oncue_buffer(this.capacity);
    const bytes = this.glue.HEAPU8;
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer);
    }
    this.at = this.start + length;
    this.end = this.start + this.capacity;
  }
}
