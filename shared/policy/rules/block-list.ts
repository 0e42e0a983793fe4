import { deny, PASS, type RecipientRule } from '../rule.ts';
import { concerns, type Block } from '../../ledger/contact-point-state.ts';
import type { RecipientCase } from '../rule.ts';

const denied = deny('D_BLOCKLIST_INTERNAL');

function findBlock({ state, others }: RecipientCase, channelBit: number): Block | null {
  for (const source of [state, ...others]) {
    for (const block of source.blocks) if (concerns(block.channels, channelBit)) return block;
  }
  return null;
}

/**
 * OBJ-5, OBJ-6: an entry for the contact point, its person or its whole domain; nothing lifts it
 * but its removal.
 */
export const blockList: RecipientRule = {
  id: 'block-list',
  group: 'refusal',
  obligation: {
    de: 'Wer auf der Sperrliste steht, wird nicht beworben.',
    en: 'Whoever is on the block list is not advertised to.',
  },
  authority: 'Art. 21(3), 17(3)(b) GDPR; LG Stuttgart 17 O 807/21',
  certainty: 'G',
  inputs: ['blocks'],
  codes: ['D_BLOCKLIST_INTERNAL'],
  evaluate: (recipient, { campaign }) =>
    campaign.isAdvertising && findBlock(recipient, campaign.channelBit) !== null ? denied : PASS,
  explain: (recipient, { campaign }) => {
    const block = findBlock(recipient, campaign.channelBit);
    return block === null ? {} : { since: block.at, evidence: block.event };
  },
};
