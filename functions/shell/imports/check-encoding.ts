import { isAscii, isUtf8 } from 'node:buffer';
import { UploadProblem } from './upload-problem.ts';

/** Letters of Western European tables, as Windows-1252 and ISO 8859-1 have them. */
const LATIN_LETTER = /[\u00c0-\u00ff€‚-†]/;

/** Bytes in which a file of UTF-16 would show its zeros. */
const HEAD_BYTES = 4096;

/**
 * Lets text pass and throws at the first byte that cannot be UTF-8, naming its place: a file in
 * another encoding would otherwise turn every umlaut of an address into something else. `from` is
 * the place of the first byte.
 */
export async function* checkedUtf8(
  chunks: AsyncIterable<Uint8Array>,
  from = 0,
): AsyncGenerator<Uint8Array> {
  let position = from;
  /** The beginning of a character whose end the next chunk has. */
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (position === 0) refuseUtf16(bytes);
    const end = completeEnd(bytes);
    const whole = bytes.subarray(0, end);
    if (!isUtf8(whole)) throw invalid(whole, position);
    position += end;
    rest = bytes.subarray(end);
    yield chunk;
  }
  if (rest.length > 0) throw invalid(rest, position);
}

/** The bytes that Windows-1252 gives no character. */
const UNDEFINED_1252 = [0x81, 0x8d, 0x8f, 0x90, 0x9d] as const;

/**
 * Lets text pass that is said to be Windows-1252, and throws where it cannot be, or where it is
 * UTF-8: whatever is not ASCII in it would be changed into something else.
 */
export async function* checkedWindows1252(
  chunks: AsyncIterable<Uint8Array>,
  from = 0,
): AsyncGenerator<Uint8Array> {
  let position = from;
  for await (const chunk of chunks) {
    if (position === 0) refuseUtf16(chunk);
    for (const byte of UNDEFINED_1252) {
      const place = chunk.indexOf(byte);
      if (place < 0) continue;
      throw new UploadProblem(
        `byte ${position + place} (0x${byte.toString(16)}) is no character of Windows-1252`,
      );
    }
    const whole = withoutHalves(chunk);
    if (!isAscii(whole) && isUtf8(whole)) {
      throw new UploadProblem(
        `the file is UTF-8 from byte ${position} on, and not Windows-1252: leave \`encoding\` out`,
      );
    }
    position += chunk.length;
    yield chunk;
  }
}

/** Without what may be the end of a character at its beginning, or a beginning at its end. */
function withoutHalves(chunk: Uint8Array): Uint8Array {
  let start = 0;
  while (start < 3 && ((chunk[start] ?? 0) & 0xc0) === 0x80) start++;
  return chunk.subarray(start, Math.max(start, completeEnd(chunk)));
}

function refuseUtf16(bytes: Uint8Array): void {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw new UploadProblem('byte 0 begins a file in UTF-16: save it as UTF-8');
  }
  const zero = bytes.subarray(0, HEAD_BYTES).indexOf(0);
  if (zero >= 0) {
    throw new UploadProblem(`byte ${zero} is zero, as in a file in UTF-16: save it as UTF-8`);
  }
}

/** Where the last character ends that is there as a whole; at most three bytes before the end. */
function completeEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function invalid(bytes: Uint8Array, position: number): UploadProblem {
  let low = 0;
  let high = bytes.length;
  // The longest beginning that is UTF-8 up to its last whole character ends before the fault.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const part = bytes.subarray(0, middle);
    if (isUtf8(part.subarray(0, completeEnd(part)))) low = middle;
    else high = middle - 1;
  }
  const start = completeEnd(bytes.subarray(0, low));
  const byte = bytes[start] ?? 0;
  const name = `byte ${position + start} (0x${byte.toString(16).padStart(2, '0')})`;
  const letter = new TextDecoder('windows-1252').decode(Uint8Array.of(byte));
  return new UploadProblem(
    LATIN_LETTER.test(letter)
      ? `${name} is not UTF-8; it would be "${letter}" in Windows-1252: save the file as UTF-8`
      : `${name} is not UTF-8: save the file as UTF-8`,
  );
}
