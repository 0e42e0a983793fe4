import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** A PDF as its readers get it: by eye, by bookmark, by screen reader. */
export interface ReadPdf {
  /** The text of each page, line by line as it is laid out. */
  readonly pages: readonly string[];
  /** All pages, with every blank and line break as one blank. */
  readonly text: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly language: string | null;
  readonly isTagged: boolean;
  readonly bookmarks: readonly string[];
  /** Roles of each page, depth first. */
  readonly roles: readonly (readonly string[])[];
  /** Pieces of text that belong to no element: page numbers and repeated headers. */
  readonly artifacts: readonly string[];
}

const fontData = join(
  dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json')),
  'standard_fonts/',
);

export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const task = getDocument({
    data: Uint8Array.from(bytes),
    standardFontDataUrl: fontData,
    verbosity: 0,
  });
  const pdf = await task.promise;
  const { info } = await pdf.getMetadata();
  const bookmarks = flatten(await pdf.getOutline());
  const pages: string[] = [];
  const roles: (readonly string[])[] = [];
  const artifacts: string[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent({ includeMarkedContent: true });
    let text = '';
    let depth = 0;
    for (const item of items) {
      if ('str' in item) {
        text += item.hasEOL ? `${item.str}\n` : item.str;
        if (depth > 0 && item.str.trim() !== '') artifacts.push(item.str);
        continue;
      }
      if (item.type === 'endMarkedContent') depth = Math.max(0, depth - 1);
      else if (depth > 0 || ('tag' in item && item.tag === 'Artifact')) depth++;
    }
    pages.push(text);
    const tree: unknown = await page.getStructTree();
    roles.push(rolesOf(tree));
  }
  const markInfo: unknown = await pdf.getMarkInfo();
  await task.destroy();
  const language = 'Language' in info && typeof info.Language === 'string' ? info.Language : null;
  return {
    pages,
    text: pages.join('\n').replace(/\s+/g, ' '),
    info: { ...info },
    language,
    isTagged: markInfo instanceof Map && markInfo.get('Marked') === true,
    bookmarks,
    roles,
    artifacts,
  };
}

interface Bookmark {
  readonly title: string;
  readonly items: readonly Bookmark[];
}

function flatten(items: readonly Bookmark[] | null): readonly string[] {
  return (items ?? []).flatMap(({ title, items: below }) => [title, ...flatten(below)]);
}

function rolesOf(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const children: readonly unknown[] =
    'children' in node && Array.isArray(node.children) ? node.children : [];
  // What lies on another page is an element without content here.
  if (children.length === 0) return [];
  const own = 'role' in node ? [String(node.role)] : [];
  return [...own, ...children.flatMap(rolesOf)];
}
