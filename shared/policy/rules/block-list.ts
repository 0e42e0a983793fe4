import { concerns, type Block, type ContactPointState } from '../../ledger/contact-point-state.ts';
import { deny, PASS, toAdvertising, type RecipientCase, type RecipientRule } from '../rule.ts';

const denied = deny('D_BLOCKLIST_INTERNAL');

function blockOf({ blocks }: ContactPointState, channelBit: number): Block | null {
  for (const block of blocks) if (concerns(block.channels, channelBit)) return block;
  return null;
}

function findBlock({ state, others }: RecipientCase, channelBit: number): Block | null {
  const own = blockOf(state, channelBit);
  if (own !== null) return own;
  for (const other of others) {
    const found = blockOf(other, channelBit);
    if (found !== null) return found;
  }
  return null;
}

/**
 * An entry on the controller's own block list bars advertising on the channels that it names, or on
 * all. It counts for the contact detail itself, for the other details of the same person, and for
 * every address under a whole domain that is on the list. No consent lifts it and time does not
 * heal it: only its removal from the list does (OBJ-5, OBJ-6).
 */
export const blockList: RecipientRule = {
  id: 'block-list',
  number: 11,
  group: 'refusal',
  obligation: {
    de: 'Wer auf der Sperrliste steht, wird nicht beworben.',
    en: 'Whoever is on the block list is not advertised to.',
  },
  authority: 'Art. 21(3), 17(3)(b) GDPR; LG Stuttgart 17 O 807/21',
  certainty: 'G',
  inputs: ['blocks'],
  codes: ['D_BLOCKLIST_INTERNAL'],
  appliesTo: toAdvertising,
  evaluate: (recipient, { campaign }) =>
    findBlock(recipient, campaign.channelBit) === null ? PASS : denied,
  explain: (recipient, { campaign }) => {
    const block = findBlock(recipient, campaign.channelBit);
    return block === null ? {} : { since: block.at, evidence: block.event };
  },
};
