import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sensorium } from './testing/sensorium.js';

it('a column that changes its type half-way is refused, with file, row and column', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sensorium-bad-cell-'));
  try {
    const rows = Array.from({ length: 9100 }, (_, row) => [
      row % 70,
      row % 9000 === 8999 ? 'abc' : row / 8,
      row % 2 ? 'a' : 'b',
    ]);
    await writeFile(join(folder, 'train.csv'), ['age,pay,label', ...rows.map((row) => row.join())].join('\n'));
    const init = await sensorium(['init', 'train.csv', '--target', 'label', '--out', 'pay.yaml'], { cwd: folder });
    expect(init.code).toBe(0);
    const train = await sensorium(['train', 'pay.yaml', '--out', 'model', '--json'], { cwd: folder });
    expect(train.code).toBe(1);
    expect(JSON.parse(train.stdout)).toMatchObject({
      error: {
        code: 'SENSORIUM_BAD_MEDIA',
        message: 'the column "pay" is "abc"; expected a number',
        hint: expect.stringContaining('kinds: { pay: category }'),
        location: { file: expect.stringMatching(/train\.csv$/), line: 9001, row: 9000 },
      },
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
