import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../shared/kernel/instant.ts';
import type { FileKey, Files } from '../../functions/shell/ports/files.ts';
import type { ManualClock } from '../support/manual-clock.ts';

/** An implementation of the files port whose links lead to a server that is running. */
export interface FilesHome {
  readonly files: Files;
  readonly clock: ManualClock;
  readonly close: () => Promise<void>;
}

function key(name: string): FileKey {
  return { fileClass: 'audience', name };
}

/** Bytes that no two offsets share for long. */
function patterned(length: number): Uint8Array {
  return new Uint8Array(length).map((_, index) => (index * 31 + (index >> 8)) % 256);
}

async function* chunked(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < content.length; start += size) {
    yield content.subarray(start, start + size);
  }
}

async function read(
  files: Files,
  from: FileKey,
  range?: { readonly start: number; readonly end: number },
): Promise<Buffer | null> {
  const content = range === undefined ? await files.get(from) : await files.get(from, range);
  if (content === null) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) {
    expect(chunk).toBeInstanceOf(Uint8Array);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What every implementation of the files port must do; see functions/shell/ports/files.ts. */
export function describeFilesContract(name: string, make: () => Promise<FilesHome>): void {
  describe(`files: ${name}`, () => {
    let made: FilesHome | undefined;
    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => made?.close());
    const home = () => {
      if (made === undefined) throw new Error('the home is made before the tests run');
      return made;
    };
    describeContent(home);
    describeStreams(home);
    describeNames(home);
    describeLinks(home);
  });
}

function describeContent(home: () => FilesHome): void {
  it.each([0, 1, 70_000])('keep %d bytes', async (length) => {
    const { files } = home();
    const content = patterned(length);
    await files.put(key(`sizes/${length}.bin`), content);
    expect(await read(files, key(`sizes/${length}.bin`))).toEqual(Buffer.from(content));
    expect(await files.size(key(`sizes/${length}.bin`))).toBe(length);
  });

  it('have another stamp once they are replaced', async () => {
    const { files } = home();
    const name = key('stamped');
    await files.put(name, patterned(10));
    const stamp = await files.stamp(name);
    expect([typeof stamp, await files.stamp(name)]).toEqual(['string', stamp]);
    await files.put(name, patterned(11));
    expect(await files.stamp(name)).not.toBe(stamp);
    await files.delete(name);
    expect(await files.stamp(name)).toBeNull();
  });

  it('are null where there is none', async () => {
    const { files } = home();
    await files.put({ fileClass: 'result', name: 'here' }, patterned(1));
    expect(await files.get(key('here'))).toBeNull();
    expect(await files.size(key('here'))).toBeNull();
    expect(await files.get(key('here'), { start: 0, end: 1 })).toBeNull();
  });

  it('are replaced as a whole and deleted', async () => {
    const { files } = home();
    await files.put(key('replaced'), patterned(1000));
    await files.put(key('replaced'), patterned(10));
    expect(await read(files, key('replaced'))).toEqual(Buffer.from(patterned(10)));
    await files.delete(key('replaced'));
    expect(await files.get(key('replaced'))).toBeNull();
    await files.delete(key('replaced'));
  });

  it.each([
    ['the first byte', 0, 0, 0, 1],
    ['some in the middle', 65_530, 65_545, 65_530, 65_546],
    ['all but the first', 1, 99_999, 1, 100_000],
    ['up to the end and not beyond', 99_990, 1_000_000, 99_990, 100_000],
    ['nothing behind the end', 100_000, 100_010, 0, 0],
  ])('answer a range: %s', async (_, start, end, from, to) => {
    const { files } = home();
    const content = patterned(100_000);
    await files.put(key('ranged'), content);
    const found = await read(files, key('ranged'), { start, end });
    expect(found).toEqual(Buffer.from(content.subarray(from, to)));
  });

  it('answer no bytes for a range of an empty file', async () => {
    const { files } = home();
    await files.put(key('empty'), new Uint8Array(0));
    expect(await read(files, key('empty'), { start: 0, end: 9 })).toEqual(Buffer.from([]));
  });

  it.each([
    [5, 4],
    [-1, 4],
    [0.5, 4],
  ])('refuse the range from %d to %d', async (start, end) => {
    await expect(home().files.get(key('ranged'), { start, end })).rejects.toThrow('byte range');
  });
}

function describeStreams(home: () => FilesHome): void {
  it('take a stream of many chunks, and one of none', async () => {
    const { files } = home();
    const content = patterned(300_001);
    await files.put(key('streamed'), chunked(content, 7_001));
    expect(await read(files, key('streamed'))).toEqual(Buffer.from(content));
    await files.put(key('streamed'), chunked(content, 1_000_000));
    await files.put(key('streamed'), chunked(new Uint8Array(0), 1));
    expect(await files.size(key('streamed'))).toBe(0);
  });

  it('take 20 MB in parts', async () => {
    const { files } = home();
    const content = patterned(20 * 1024 * 1024 + 17);
    await files.put(key('large'), chunked(content, 1_000_003));
    expect(await files.size(key('large'))).toBe(content.length);
    const end = await read(files, key('large'), {
      start: content.length - 5,
      end: content.length - 1,
    });
    expect(end).toEqual(Buffer.from(content.subarray(-5)));
    expect(Buffer.compare((await read(files, key('large'))) ?? Buffer.of(), content)).toBe(0);
  });

  it.each([10, 9 * 1024 * 1024])(
    'keep the old file when a stream breaks after %d bytes',
    async (length) => {
      const { files } = home();
      await files.put(key('broken'), patterned(3));
      const breaking = async function* () {
        yield patterned(length);
        throw new Error('the source broke');
      };
      await expect(files.put(key('broken'), breaking())).rejects.toThrow('the source broke');
      expect(await read(files, key('broken'))).toEqual(Buffer.from(patterned(3)));
    },
  );
}

function describeNames(home: () => FilesHome): void {
  it('may have segments, extensions, and a name that is the beginning of another', async () => {
    const { files } = home();
    const names = ['cmp_01/part-1.ndjson.gz', 'a', 'a/b', 'a/b/c', 'a/b.csv', 'x'.repeat(200)];
    for (const [index, name] of names.entries()) await files.put(key(name), patterned(index));
    for (const [index, name] of names.entries()) {
      expect([name, await files.size(key(name))]).toEqual([name, index]);
    }
  });

  it.each([
    '',
    '.',
    '..',
    '../secret',
    'a/../../secret',
    '/etc/passwd',
    'a//b',
    'a/',
    'a\\b',
    'a\0b',
    'a+b',
    'a%2fb',
    '.hidden',
    'a/.hidden',
    'a.b/c',
    'a.b.c.d',
    'ERIKA',
    'erika@example.org',
    'x'.repeat(201),
  ])('refuse the name `%s`', async (name) => {
    const { files, clock } = home();
    const options = { method: 'GET', expiresAt: clock.now() + HOUR_MS } as const;
    await expect(files.put(key(name), patterned(1))).rejects.toThrow('file name');
    await expect(files.get(key(name))).rejects.toThrow('file name');
    await expect(files.size(key(name))).rejects.toThrow('file name');
    await expect(files.delete(key(name))).rejects.toThrow('file name');
    await expect(files.link(key(name), options)).rejects.toThrow('file name');
  });
}

function describeLinks(home: () => FilesHome): void {
  it('can be downloaded by a link, without credentials', async () => {
    const { files, clock } = home();
    await files.put(key('linked/page.csv'), patterned(1000));
    const expiresAt = clock.now() + HOUR_MS;
    const link = await files.link(key('linked/page.csv'), { method: 'GET', expiresAt });
    expect(link).toMatchObject({ method: 'GET', expiresAt });
    const answer = await fetch(link.url, { headers: link.headers });
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(patterned(1000)));
  });

  it('can be uploaded by a link with those headers alone', async () => {
    const { files, clock } = home();
    const expiresAt = clock.now() + HOUR_MS;
    const link = await files.link(key('linked/upload'), { method: 'PUT', expiresAt });
    expect(link).toMatchObject({ method: 'PUT', expiresAt });
    const body = Buffer.from('ref,email\nrow-1,erika@example.org\n');
    const answer = await fetch(link.url, { method: 'PUT', headers: link.headers, body });
    expect(answer.status).toBe(200);
    expect(await read(files, key('linked/upload'))).toEqual(body);
  });

  it('refuse a link that is over already, or lives longer than a week', async () => {
    const { files, clock } = home();
    const link = (expiresAt: number) => files.link(key('linked/x'), { method: 'GET', expiresAt });
    await expect(link(clock.now())).rejects.toThrow('expires');
    await expect(link(clock.now() + 7 * 24 * HOUR_MS + 1000)).rejects.toThrow('week');
  });
}
