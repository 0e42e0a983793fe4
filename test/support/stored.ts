import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How many rows each table holds and how many files each class: what a gate has stored. */
export function countStored(dataFolder: string): Readonly<Record<string, number>> {
  const database = new DatabaseSync(join(dataFolder, 'gate.sqlite'), { readOnly: true });
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map(({ name }) => String(name));
  const rows = tables.map((name) => {
    const found = database.prepare(`SELECT count(*) AS count FROM "${name}"`).get();
    return [name, Number(found?.['count'])];
  });
  database.close();
  const folders = readdirSync(join(dataFolder, 'files')).map((name) => {
    return [`files/${name}`, readdirSync(join(dataFolder, 'files', name)).length];
  });
  return Object.fromEntries([...rows, ...folders]);
}
