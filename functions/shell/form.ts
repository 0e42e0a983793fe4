const URLENCODED = /^\s*application\/x-www-form-urlencoded\s*(;.*)?$/i;
const MULTIPART = /^\s*multipart\/form-data\s*;.*?boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;

/**
 * The fields of a form by name, or null when the body is none. A browser sends it URL-encoded; RFC
 * 8058 (3.2) prefers multipart for the one-click POST. Of a name that comes twice the last counts.
 */
export function readForm(type: string, bytes: Uint8Array): Readonly<Record<string, string>> | null {
  const text = new TextDecoder().decode(bytes);
  if (URLENCODED.test(type)) return Object.fromEntries(new URLSearchParams(text));
  const [, quoted, plain] = MULTIPART.exec(type) ?? [];
  const boundary = quoted ?? plain;
  return boundary === undefined ? null : readParts(text, boundary);
}

/** RFC 7578: parts between `--boundary` lines, each with its name in `Content-Disposition`. */
function readParts(text: string, boundary: string): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const part of `\r\n${text}`.split(`\r\n--${boundary}`).slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n');
    const name = /^content-disposition:.*?;\s*name="([^"]*)"/im.exec(part.slice(0, end))?.[1];
    if (end >= 0 && name !== undefined) fields.set(name, part.slice(end + 4));
  }
  return Object.fromEntries(fields);
}
