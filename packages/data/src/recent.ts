/** Remembers what was made last, and forgets what failed. */
export class Recent<T> {
  private readonly made = new Map<string, Promise<T>>();

  constructor(private readonly most: number) {}

  get(key: string, make: () => Promise<T>): Promise<T> {
    const found = this.made.get(key) ?? make();
    this.made.delete(key);
    this.made.set(key, found);
    for (const oldest of this.made.keys()) if (this.made.size > this.most) this.made.delete(oldest);
    void found.catch(() => this.made.get(key) === found && this.made.delete(key));
    return found;
  }
}
