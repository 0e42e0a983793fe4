import type { BlocklistMapping, RegisterMapping } from '../../contract/import-mappings.ts';
import { readFlag } from '../crm/fields.ts';
import type { Fields } from './list-row.ts';
import { note, type Cells, type RowNote } from './row-reading.ts';

/* The cells of a list's CSV, brought into the form of its NDJSON; other columns are left alone. */

interface ReadCells {
  readonly fields: Fields;
  readonly refused: RowNote | null;
}

const identifiers = ['id', 'email', 'phone', 'domain'] as const;
const addressLines = ['name', 'street', 'postalCode', 'city', 'country'] as const;

/** Columns that the mapping names must be there; those of default names may be missing. */
export function namedColumns(mapping: BlocklistMapping | RegisterMapping): readonly string[] {
  const { since, listedSince }: { since?: string | undefined; listedSince?: string | undefined } = {
    since: undefined,
    listedSince: undefined,
    ...mapping,
  };
  const names = [...identifiers, ...addressLines, 'hashColumn'] as const;
  return [...names.map((name) => mapping[name]), since, listedSince].flatMap((name) => name ?? []);
}

export function blocklistFields(cells: Cells, mapping: BlocklistMapping): ReadCells {
  const channels = textOf(cells, 'channels');
  const fields = {
    ...personIn(cells, mapping),
    ...present('list', textOf(cells, 'list')),
    ...present('since', textOf(cells, mapping.since ?? 'since')),
    ...(channels === '' ? {} : { channels: channels.split(/[|;,]/).map((name) => name.trim()) }),
  };
  return { fields, refused: null };
}

export function registerFields(cells: Cells, mapping: RegisterMapping): ReadCells {
  const listed = textOf(cells, 'listed');
  const flag = listed === '' ? null : readFlag(listed);
  const fields = {
    ...personIn(cells, mapping),
    ...present('register', textOf(cells, 'register')),
    ...present('checkedAt', textOf(cells, 'checkedAt')),
    ...present('listedSince', textOf(cells, mapping.listedSince ?? 'listedSince')),
    ...(flag === null ? {} : { listed: flag }),
  };
  const refused = note('VALUE_UNKNOWN', '`listed` is neither a yes nor a no', '/listed');
  return { fields, refused: listed !== '' && flag === null ? refused : null };
}

function personIn(cells: Cells, mapping: BlocklistMapping | RegisterMapping): Fields {
  const lines = addressLines.map((name) => [name, textOf(cells, mapping[name] ?? name)] as const);
  const street = lines.some(([name, text]) => name === 'street' && text !== '');
  return {
    ...Object.fromEntries(
      identifiers.flatMap((name) => {
        const text = textOf(cells, mapping[name] ?? name);
        return text === '' ? [] : [[name, text]];
      }),
    ),
    ...present('controller', textOf(cells, 'controller')),
    ...present('hash', textOf(cells, mapping.hashColumn ?? 'hash')),
    // A name alone is no address; a row with an incomplete one says what is missing.
    ...(street ? { postal: Object.fromEntries(lines.filter(([, text]) => text !== '')) } : {}),
  };
}

function textOf(cells: Cells, column: string): string {
  return Object.hasOwn(cells, column) ? (cells[column] ?? '').trim() : '';
}

function present(name: string, text: string): Fields {
  return text === '' ? {} : { [name]: text };
}
