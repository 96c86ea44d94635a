import type { Progress } from '../progress.js';

/** How long trainings that follow each other will still take: as long each as those before, or as the running one says. */
export class Clock {
  private readonly seconds: number[] = [];

  /** A training begins; gives what its reports tell of the time that is left for all. */
  start({ number, of }: { readonly number: number; readonly of: number }) {
    const begin = performance.now();
    return ({ phase, secondsLeft }: Progress): { readonly secondsLeft?: number } => {
      const spent = (performance.now() - begin) / 1000;
      const told = phase === 'train' && secondsLeft !== undefined ? spent + secondsLeft : undefined;
      const usual = this.usual ?? told;
      if (usual === undefined) return {};
      return { secondsLeft: Math.max(0, (told ?? usual) - spent) + (of - number) * usual };
    };
  }

  took(seconds: number): void {
    this.seconds.push(seconds);
  }

  private get usual(): number | undefined {
    const { length } = this.seconds;
    return length > 0 ? this.seconds.reduce((a, b) => a + b, 0) / length : undefined;
  }
}
