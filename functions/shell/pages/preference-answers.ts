import type { LeaveLink } from '../../../shared/ledger/link-codec.ts';
import { standingConsents } from '../../../shared/policy/standing-consents.ts';
import { leave, readLeaver } from '../flows/leave.ts';
import { readForm } from '../form.ts';
import type { Gate } from '../gate.ts';
import type { Answer } from '../http.ts';
import { openLeave } from '../links.ts';
import { readController, type Controller } from '../stores/controller-store.ts';
import { strangePage } from './confirmation-page.ts';
import { isNothing, leavingFrom } from './preference-form.ts';
import { leftPage, preferencePage } from './preference-page.ts';
import {
  languageOf,
  languageOfCountry,
  orFailurePage,
  pageAnswer,
  problemAnswer,
  type PageCall,
} from './page.ts';

type LinkCall = PageCall & { readonly params: { readonly token: string } };

interface Linked {
  readonly link: LeaveLink;
  readonly controller: Controller;
}

async function readLink(gate: Gate, token: string): Promise<Linked | null> {
  const link = openLeave(gate.keys, token);
  if (link === null) return null;
  const controller = await readController(gate, link.controller);
  return controller === null ? null : { link, controller };
}

function languageFor(call: PageCall, { settings }: Controller) {
  return languageOf(call, { rest: languageOfCountry(settings.establishment.country) });
}

/** The preference page; GET and HEAD change nothing, whoever looks at the link. */
export function showPreferences(call: LinkCall, gate: Gate): Promise<Answer> {
  return orFailurePage(call, gate, async () => {
    const linked = await readLink(gate, call.params.token);
    if (linked === null) return problemAnswer(call, 'not-found', strangePage(languageOf(call)));
    const { link, controller } = linked;
    const state = await readLeaver(gate, link);
    const standing = standingFor(link, state, gate);
    const shown = { sender: controller.settings.name, state, standing };
    return pageAnswer(200, preferencePage(shown, languageFor(call, controller)));
  });
}

/** What the message was about comes first. */
function standingFor(
  { purpose }: LeaveLink,
  state: Parameters<typeof standingConsents>[0],
  gate: Gate,
) {
  const standing = standingConsents(state, gate.clock.now());
  const first = standing.filter((each) => each.purpose === purpose);
  return [...first, ...standing.filter((each) => each.purpose !== purpose)];
}

/** RFC 8058, section 3.2, and the form of the page: durable before it is answered with 200. */
export function leaveByLink(
  call: LinkCall & { readonly bytes: Uint8Array; readonly requestId: string },
  gate: Gate,
): Promise<Answer> {
  return orFailurePage(call, gate, async () => {
    const linked = await readLink(gate, call.params.token);
    if (linked === null) return problemAnswer(call, 'not-found', strangePage(languageOf(call)));
    const { link, controller } = linked;
    const language = languageFor(call, controller);
    const sender = controller.settings.name;
    const state = await readLeaver(gate, link);
    const fields = readForm(call.headers['content-type'] ?? '', call.bytes);
    const { source, leaving } = leavingFrom(fields, link, state);
    if (isNothing(leaving)) {
      const shown = { sender, state, standing: standingFor(link, state, gate) };
      return problemAnswer(call, 'invalid-input', preferencePage(shown, language, true));
    }
    await leave(gate, link, { leaving, source, requestId: call.requestId });
    return pageAnswer(200, leftPage(sender, leaving, language));
  });
}
