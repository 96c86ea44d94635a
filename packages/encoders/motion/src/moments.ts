/** Mean and deviation of numbers, one after the other (Welford 1962). */
export class Moments {
  private count = 0;
  private squares = 0;
  mean = 0;

  add(value: number): void {
    this.count++;
    const difference = value - this.mean;
    this.mean += difference / this.count;
    this.squares += difference * (value - this.mean);
  }

  /** 1 where all numbers are the same: what never changes is 0, whatever it is divided by. */
  get deviation(): number {
    const deviation = Math.sqrt(this.squares / this.count);
    return deviation > 0 ? deviation : 1;
  }
}
