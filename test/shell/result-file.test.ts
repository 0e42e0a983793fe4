import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { absentFiles } from '../../functions/shell/absent-ports.ts';
import { ResultFile } from '../../functions/shell/campaigns/result-file.ts';
import type { Files } from '../../functions/shell/ports/files.ts';

const key = { fileClass: 'result', name: 'run/0-allowed.csv' } as const;

/** Files in memory; `take` sees every chunk and may fail. */
function memoryFiles(take: (bytes: number) => void = () => {}) {
  const stored = new Map<string, Buffer>();
  const files: Files = {
    ...absentFiles,
    put: async ({ name }, content) => {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of content instanceof Uint8Array ? [content] : content) {
        bytes += chunk.length;
        take(bytes);
        chunks.push(chunk);
      }
      stored.set(name, Buffer.concat(chunks));
    },
  };
  return { files, stored };
}

const row = 'ä'.repeat(500);
const many = 3000;

describe('a result file', () => {
  it('says of itself what it is, however large it is', async () => {
    for (const rows of [1, many]) {
      const { files, stored } = memoryFiles();
      const file = new ResultFile(files, key, 'head\n');
      for (let index = 0; index < rows; index++) await file.add(row);
      const whole = Buffer.from(`head\n${row.repeat(rows)}`);
      const sha256 = createHash('sha256').update(whole).digest('hex');
      expect(await file.end()).toEqual({ rows, bytes: whole.length, sha256 });
      expect(stored.get(key.name)?.equals(whole)).toBe(true);
    }
  });

  it('is not there without a row', async () => {
    const { files, stored } = memoryFiles();
    const file = new ResultFile(files, key, 'head\n');
    await file.addRows('', 0);
    expect(await file.end()).toBeNull();
    expect(stored.size).toBe(0);
  });

  it('is not there when it was given up', async () => {
    const { files, stored } = memoryFiles();
    const file = new ResultFile(files, key);
    for (let index = 0; index < many; index++) await file.add(row);
    await file.abandon(new Error('the rows have ended too early'));
    expect(stored.size).toBe(0);
  });

  it.each([
    ['at once', 0],
    ['in its midst', 600_000],
  ])('ends whoever writes it when it cannot be kept, %s', async (_, at) => {
    const { files, stored } = memoryFiles((bytes) => {
      if (bytes >= at) throw new Error('the disk is full');
    });
    const file = new ResultFile(files, key);
    const writing = async () => {
      for (let index = 0; index < 10 * many; index++) await file.add(row);
      await file.end();
    };
    await expect(writing()).rejects.toThrow('the disk is full');
    await file.abandon(new Error('the disk is full'));
    expect(stored.size).toBe(0);
  });

  it('holds little in memory while the disk is slow', async () => {
    let taken = 0;
    let asked = 0;
    const files: Files = {
      ...absentFiles,
      put: async (_key, content) => {
        for await (const chunk of content instanceof Uint8Array ? [content] : content) {
          taken += chunk.length;
          await new Promise(setImmediate);
          expect(asked - taken).toBeLessThan(4 * 1024 * 1024);
        }
      },
    };
    const file = new ResultFile(files, key);
    for (let index = 0; index < 10 * many; index++) {
      asked += Buffer.byteLength(row);
      await file.add(row);
    }
    expect((await file.end())?.bytes).toBe(asked);
  });
});
