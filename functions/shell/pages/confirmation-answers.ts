import { EVERY_CHANNEL } from '../../../shared/ledger/contact-point-state.ts';
import { unreachable } from '../../../shared/kernel/assert.ts';
import {
  confirmDoubleOptIn,
  confirmedAtOf,
  readConfirmation,
  type Confirmation,
} from '../flows/confirm-double-opt-in.ts';
import { readForm } from '../form.ts';
import type { Gate } from '../gate.ts';
import type { Answer } from '../http.ts';
import { preferenceUrl } from '../links.ts';
import {
  askPage,
  codeError,
  confirmedPage,
  overPage,
  strangePage,
  type OverState,
} from './confirmation-page.ts';
import {
  languageOf,
  languageOfCountry,
  orFailurePage,
  pageAnswer,
  problemAnswer,
  type PageCall,
} from './page.ts';

interface ShowCall extends PageCall {
  readonly params: { readonly token: string };
  readonly origin: string;
}

interface ClickCall extends ShowCall {
  readonly bytes: Uint8Array;
  readonly client: { readonly ip: string; readonly userAgent: string };
}

/** What is to be confirmed, with a button: GET and HEAD change nothing (DOI-8). */
export function showConfirmation(call: ShowCall, gate: Gate): Promise<Answer> {
  return orFailurePage(call, gate, async () => {
    const found = await readConfirmation(gate, call.params.token, gate.clock.now());
    if (found === null) return problemAnswer(call, 'not-found', strangePage(languageOf(call)));
    const language = languageFor(call, found);
    const { state } = found.standing;
    if (state === 'CONFIRMED') {
      return confirmedAnswer(call, gate, found, confirmedAtOf(found.standing));
    }
    if (state !== 'REQUESTED') return overAnswer(call, found, state);
    const byCall = found.link.method === 'call_recording';
    return pageAnswer(
      200,
      byCall ? overPage(found, 'BY_CALL', language) : askPage(found, language),
    );
  });
}

/** Confirms; the same again is answered with the same page. */
export function clickConfirmation(call: ClickCall, gate: Gate): Promise<Answer> {
  return orFailurePage(call, gate, async () => {
    const found = await readConfirmation(gate, call.params.token, gate.clock.now());
    if (found === null) return problemAnswer(call, 'not-found', strangePage(languageOf(call)));
    const fields = readForm(call.headers['content-type'] ?? '', call.bytes);
    const language = languageFor(call, found);
    const confirmed = await confirmDoubleOptIn(gate, found, {
      by: 'person',
      code: fields?.['code'] ?? null,
      evidence: {
        // The page without its token, which the record holds as a hash.
        url: `${call.origin}/c`,
        ip: call.client.ip.slice(0, 45),
        userAgent: call.client.userAgent.slice(0, 512),
        locale: language,
      },
    });
    if (confirmed.done) return confirmedAnswer(call, gate, found, confirmed.confirmedAt);
    switch (confirmed.why) {
      case 'over':
        return overAnswer(call, found, confirmed.state);
      case 'code-needed':
        return problemAnswer(
          call,
          'invalid-input',
          askPage(found, language, codeError(null, language)),
        );
      case 'code-wrong': {
        const error = codeError(confirmed.triesLeft, language);
        return problemAnswer(call, 'invalid-input', askPage(found, language, error));
      }
      case 'code-closed':
        return overAnswer(call, found, 'CODE_CLOSED');
      case 'recording-needed':
        return overAnswer(call, found, 'BY_CALL');
      default:
        return unreachable(confirmed);
    }
  });
}

function languageFor(call: PageCall, { link, controller }: Confirmation) {
  const { country } = controller.settings.establishment;
  return languageOf(call, { named: link.language, rest: languageOfCountry(country) });
}

function confirmedAnswer(
  call: ShowCall,
  gate: Gate,
  found: Confirmation,
  confirmedAt: number,
): Answer {
  const { controller, contact } = found.link;
  const leave = { controller, contact, channels: EVERY_CHANNEL, purpose: null };
  const language = languageFor(call, found);
  const preferences = preferenceUrl(gate.keys, call.origin, leave);
  return pageAnswer(200, confirmedPage(found, confirmedAt, { language, preferences }));
}

/** What has expired is gone (RFC 9110, 15.5.11); all else is a conflict of states. */
function overAnswer(call: PageCall, found: Confirmation, state: OverState): Answer {
  const page = overPage(found, state, languageFor(call, found));
  return problemAnswer(call, state === 'EXPIRED' ? 'gone' : 'state-conflict', page);
}
