import { queryKeys } from '../../../shared/campaign/audience.ts';
import type { RecipientQuery } from '../../../shared/contract/subjects.ts';
import type { ContactKey } from '../../../shared/ledger/contact-key.ts';
import type { Gate } from '../gate.ts';
import { requireReadable } from './readable-identifiers.ts';
import { identifierKeyOf } from '../identifier-keys.ts';
import { readController } from '../stores/controller-store.ts';
import { readStates } from '../stores/ledger-store.ts';

/** Every key that a person may stand under with one controller: what is named, and its links. */
export async function personKeys(
  gate: Pick<Gate, 'tables' | 'keys'>,
  controller: string,
  recipient: RecipientQuery,
): Promise<readonly ContactKey[]> {
  const settings = await readController(gate, controller);
  // Of a controller that is not there nothing is kept, whatever the key.
  const { key: secret } = settings === null ? gate.keys.current : identifierKeyOf(gate, settings);
  const keyring = { controller, secret };
  const { keys, invalid } = queryKeys(recipient, keyring);
  requireReadable(invalid);
  const states = await readStates(gate, controller, keys);
  // Of two people in a conflict nobody knows which link belongs to whom: only what is named counts.
  const linked = [...states.values()].flatMap(({ state }) =>
    state.conflict ? [] : state.links.map(({ key }) => key),
  );
  return [...new Set([...keys, ...linked])];
}
