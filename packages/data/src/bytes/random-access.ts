/** A file that is read at positions: on a disk, on a page, on a server. */
export interface RandomAccess {
  /** How errors call it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Another text once it was changed, as far as that can be seen. */
  readonly state: string;
  /** The bytes from `start` until before `end`. Throws SENSORIUM_IO where it ends earlier by now, and the signal's reason. */
  readonly read: (start: number, end: number, signal?: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;
}
