import { InvalidArgumentError, Option } from 'commander';

/** `--time 90s` → 1.5, in minutes; what it does is added to the description. */
export const timeOption = (description: string): Option =>
  new Option('--time <duration>', `${description}: 90s, 5m, 1.5h; as training.minutes does`).argParser(parseMinutes);

/** How many minutes each unit has. */
const units: Readonly<Record<string, number>> = { s: 1 / 60, m: 1, h: 60 };

/** `90s` → 1.5 */
function parseMinutes(value: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?|\.\d+)\s*([smh])$/i.exec(value.trim()) ?? [];
  const minutes = Number(amount) * (units[unit.toLowerCase()] ?? NaN);
  if (minutes > 0 && Number.isFinite(minutes)) return minutes;
  throw new InvalidArgumentError('Expected a time above 0, such as 90s, 5m or 1h.');
}

/** What overrides the manifest, `--time` last. */
export const withTime = (set: readonly string[], minutes: number | undefined): string[] =>
  minutes === undefined ? [...set] : [...set, `training.minutes=${minutes}`];
