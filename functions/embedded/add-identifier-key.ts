/**
 * Adds a version to the key ring of a data folder:
 *
 *   npm run add-key -- --data .gate
 *
 * It counts from the next start of the gate. No version is ever taken out of the ring.
 */
import { parseArgs } from 'node:util';
import { addIdentifierKey } from './local-keys.ts';

const { values } = parseArgs({ options: { data: { type: 'string', default: '.gate' } } });
const version = addIdentifierKey(values.data);
const text = `The key ring has version ${version}; the gate uses it from its next start on.`;
process.stdout.write(`${text}\n`);
