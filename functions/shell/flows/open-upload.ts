import type { Gate } from '../gate.ts';
import type { FileKey } from '../ports/files.ts';
import { Problem } from '../problem.ts';
import { readCampaign } from '../stores/campaign-store.ts';
import { readImport } from '../stores/import-store.ts';

/**
 * Whether a file may still be put under its link: what is read may not change, and what comes
 * afterwards is personal data that serves no end. To be asked before and after the bytes come. On
 * AWS nobody can be asked: a link holds as long as it says, so there a file that was replaced is
 * found by whoever reads it, and one that came late goes with the lifecycle of its class.
 */
export async function requireOpenUpload(
  gate: Pick<Gate, 'tables'>,
  { fileClass, name }: FileKey,
): Promise<void> {
  if (fileClass !== 'upload') return;
  const campaign = (await readCampaign(gate, name))?.value;
  if (campaign !== undefined && campaign.state !== 'draft') {
    throw new Problem(
      'state-conflict',
      `the campaign is \`${campaign.state}\`: its file cannot be replaced any more`,
    );
  }
  const upload = (await readImport(gate, name))?.value;
  const isOpen = upload === undefined || upload.state === 'waiting';
  if (isOpen) return;
  throw new Problem('state-conflict', `the import is ${upload.state}: its file cannot be replaced`);
}
