import type { AtomicFile } from '../store/store.js';

/** Bytes that are gathered before they are written. */
const BUFFER_BYTES = 2 ** 20;

/** Writes of records one behind the other, gathered: a million labels of 4 bytes should not be a million writes. */
export class GatheredWrites {
  private buffer = new Uint8Array(0);
  private start = 0;
  private length = 0;

  constructor(private readonly file: AtomicFile) {}

  async write(data: Uint8Array, position: number): Promise<void> {
    const isNext = position === this.start + this.length && this.length + data.length <= this.buffer.length;
    if (isNext) {
      this.append(data);
      return;
    }
    const flushed = this.flush();
    if (data.length < BUFFER_BYTES) {
      this.buffer = new Uint8Array(BUFFER_BYTES);
      this.start = position;
      this.append(data);
      return flushed;
    }
    await Promise.all([flushed, this.file.write(data, position)]);
  }

  /** Writes what is gathered. What comes meanwhile is gathered anew. */
  async flush(): Promise<void> {
    const { buffer, start, length } = this;
    this.buffer = new Uint8Array(0);
    this.length = 0;
    if (length > 0) await this.file.write(buffer.subarray(0, length), start);
  }

  private append(data: Uint8Array): void {
    this.buffer.set(data, this.length);
    this.length += data.length;
  }
}
