import * as z from 'zod';
import { cancelCampaign } from '../../functions/api/cancel-campaign.ts';
import { createBreachFreeze } from '../../functions/api/create-breach-freeze.ts';
import { createCampaign } from '../../functions/api/create-campaign.ts';
import { createErasure } from '../../functions/api/create-erasure.ts';
import { createRecheck } from '../../functions/api/create-recheck.ts';
import { liftBreachFreeze } from '../../functions/api/lift-breach-freeze.ts';
import { rejectCampaign } from '../../functions/api/reject-campaign.ts';
import { releaseCampaign } from '../../functions/api/release-campaign.ts';
import { startEvaluation } from '../../functions/api/start-evaluation.ts';
import { showClearance } from '../../functions/shell/campaigns/show-clearance.ts';
import { openBreach } from '../../functions/shell/flows/breach-cases.ts';
import { campaignView } from '../../functions/shell/flows/campaign-view.ts';
import { ownCampaign } from '../../functions/shell/flows/own-campaign.ts';
import { recordEvents } from '../../functions/shell/flows/record-events.ts';
import { Problem } from '../../functions/shell/problem.ts';
import { uploadFile } from '../../functions/shell/stores/import-store.ts';
import type { BreachSubmission } from '../../shared/contract/breach-cases.ts';
import { CampaignFields, type CampaignView } from '../../shared/contract/campaigns.ts';
import type { Clearance, ResultFormat } from '../../shared/contract/clearances.ts';
import { RecheckList } from '../../shared/contract/recalls.ts';
import { formatId, newId, parseId } from '../../shared/kernel/ids.ts';
import { formatInstant, HOUR_MS } from '../../shared/kernel/instant.ts';
import { campaign, CONTROLLER, permitted, type Submission } from '../support/submissions.ts';
import { actor, START } from './campaign-base.ts';
import { peopleUnder } from './campaign-expected.ts';
import type { CampaignHome, Reply } from './campaign-home.ts';
import {
  fileOf,
  identifiersOf,
  people,
  refusals,
  type Action,
  type Story,
} from './campaign-story.ts';
import {
  refusedBefore,
  type GivenOut,
  type Moment,
  type Refusal,
  type Witness,
} from './campaign-witness.ts';

/** Valid for longer than any run takes, unless the clock jumps. */
const SENDING_HOURS = 20;

const Named = z.object({ id: z.string() });
const FreezeNamed = z.object({ id: z.string(), breachId: z.string() });

/** Everybody who asks something of the gate: each asks until there is an answer. */
export class Callers {
  /** Requests that are not answered yet. */
  open = 0;
  /** The campaign, once it was submitted. */
  id: string | null = null;
  view: CampaignView | null = null;
  readonly #home: CampaignHome;
  readonly #story: Story;
  readonly #witness: Witness;
  #asked = 0;
  /** What was issued that was downloaded last. */
  #downloaded = '';
  #reviewing = false;

  /** `place` is that of the campaign among those of the run. */
  constructor(home: CampaignHome, story: Story, witness: Witness, place = 0) {
    this.#asked = place * 100;
    this.#home = home;
    this.#story = story;
    this.#witness = witness;
  }

  #moment(): Moment {
    return { order: this.#home.calls.made, clock: this.#home.now() };
  }

  /** What every request has, of its own and of its caller. */
  #call() {
    const bytes = new Uint8Array(10).fill(this.#asked++ % 256);
    return {
      ...{ actor, now: this.#home.now(), requestId: newId('req', this.#home.now(), bytes) },
      ...{ instance: '/', headers: {}, bytes: new Uint8Array(), origin: 'https://gate.example' },
      client: { ip: '192.0.2.1', userAgent: 'simulation' },
    };
  }

  async #ask<Answer>(
    name: string,
    act: Parameters<typeof CampaignHome.prototype.request<Answer>>[1],
  ): Promise<Reply<Answer>> {
    this.open++;
    const own = this.#home.request(name, act);
    // Somebody who is impatient asks twice: two requests of one name, side by side.
    const other = this.#isTwice() ? this.#home.request(name, act) : own;
    try {
      return await Promise.race([own, other]);
    } finally {
      void Promise.allSettled([own, other]).then(() => this.open--);
    }
  }

  #isTwice(): boolean {
    return this.#story.impatience > 0 && this.#home.calls.random() < this.#story.impatience;
  }

  /** A run is named after the request that asks for it. */
  #askedFor(requestId: string): void {
    const bytes = parseId('req', requestId);
    if (bytes !== null) this.#witness.asked.set(formatId('run', bytes), this.#moment());
  }

  async submit(): Promise<void> {
    const { audience, lines } = this.#story;
    const fields = CampaignFields.parse(campaign({ schedule: schedule() }));
    const of = audience === 'inline' ? { recipients: inline(lines) } : { format: audience };
    const common = this.#call();
    this.#askedFor(common.requestId);
    const created = await this.#ask('create', async (gate) => {
      const body = { ...fields, audience: of };
      const operation = {
        operation: 'createCampaign',
        params: undefined,
        query: undefined,
      } as const;
      return Named.parse((await createCampaign({ ...common, ...operation, body }, gate)).body);
    });
    if (!created.done) throw created.problem;
    const { id } = created.answer;
    if (audience !== 'inline') {
      this.#home.files.put(uploadFile(id), Buffer.from(fileOf(this.#story)));
    }
    this.id = id;
    if (audience !== 'inline') await this.#start(id);
  }

  async #start(id: string): Promise<void> {
    const common = this.#call();
    this.#askedFor(common.requestId);
    const operation = { operation: 'startEvaluation', params: { id }, query: undefined } as const;
    const body = { mode: 'enforce' } as const;
    await this.#ask('start', async (gate) =>
      startEvaluation({ ...common, ...operation, body }, gate),
    );
  }

  /** Looks at the campaign, takes what is cleared, and lets an officer see what is held. */
  async look(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    const { quiet } = this.#home;
    const { value } = await ownCampaign(quiet, actor, id);
    const view = await campaignView(quiet, value);
    this.view = view;
    if (view.state === 'cleared') await this.#download(id, view);
    if (view.state === 'held' && this.#story.review !== 'absent') void this.#review(id);
  }

  async #clearance(id: string, format: ResultFormat): Promise<Clearance | null> {
    const { quiet } = this.#home;
    try {
      return await showClearance(quiet, (await ownCampaign(quiet, actor, id)).value, format);
    } catch (cause) {
      if (cause instanceof Problem && cause.type === 'state-conflict') return null;
      throw cause;
    }
  }

  async #download(id: string, { clearance }: CampaignView): Promise<void> {
    const issued = JSON.stringify(clearance);
    if (issued === this.#downloaded) return;
    const [ndjson, csv] = [await this.#clearance(id, 'ndjson'), await this.#clearance(id, 'csv')];
    if (ndjson === null || csv === null || this.#witness.givenOut.has(ndjson.run)) return;
    const files = new Map<string, Uint8Array>();
    for (const { name } of [ndjson, csv].flatMap((each) => Object.values(each.files).flat())) {
      const bytes = this.#home.files.get({ fileClass: 'result', name });
      if (bytes === null) this.#witness.wrong.push(`the file ${name} of a clearance is not there`);
      else files.set(name, bytes);
    }
    this.#downloaded = issued;
    const given: GivenOut = { clearances: { ndjson, csv }, files };
    this.#witness.givenOut.set(ndjson.run, given);
  }

  async #review(id: string): Promise<void> {
    if (this.#reviewing) return;
    this.#reviewing = true;
    const common = this.#call();
    this.#askedFor(common.requestId);
    const of = { params: { id }, query: undefined, body: { reason: 'looked at' } };
    await this.#ask('review', (gate) =>
      this.#story.review === 'rejected'
        ? rejectCampaign({ ...common, ...of, operation: 'rejectCampaign' }, gate)
        : releaseCampaign({ ...common, ...of, operation: 'releaseCampaign' }, gate),
    );
    this.#reviewing = false;
  }

  /** Does what the story has; ends once it was answered. */
  async act(action: Action, number: number): Promise<void> {
    switch (action.kind) {
      case 'refuse': {
        const { person, type, by } = action;
        // Whom nobody knows by another name is named by the address.
        const subject = namedBy(person, by);
        return this.#refuse(new Set([person]), { type, subject, ...refusals[type] }, number);
      }
      case 'block-domain': {
        const { domain } = action;
        const event = { type: 'blocklist.entered', subject: { domain }, data: { list: 'hosts' } };
        return this.#refuse(peopleUnder(domain), event, number);
      }
      case 'erase':
        return this.#erase(action.person);
      case 'contact': {
        const subject = { email: people[action.person]?.email };
        return this.#tell({ type: 'contact.made', subject, data: { channel: 'EMAIL' } }, number);
      }
      case 'permit':
        return this.#permit(action.person);
      case 'recheck':
        return this.#recheck();
      case 'cancel':
        return this.#cancel();
      case 'freeze':
        return this.#freeze(action.forMs);
      case 'jump':
        return this.#home.jump(action.byMs);
    }
  }

  async #tell(event: Submission, number: number): Promise<void> {
    const { type, subject, data } = event;
    const full = {
      ...{ id: `story-${number}`, source: 'story', type, subject, data, controller: CONTROLLER },
      occurredAt: formatInstant(this.#home.now()),
    };
    const reply = await this.#ask('events', (gate) => recordEvents(gate, actor, [full]));
    if (!reply.done || reply.answer.rejected.length > 0) {
      this.#witness.wrong.push(`an event was not taken: ${JSON.stringify(reply)}`);
    }
  }

  async #refuse(who: ReadonlySet<number>, event: Submission, number: number): Promise<void> {
    const what = `${String(event['type'])} ${number}`;
    const refusal: Refusal = { what, people: who, acknowledged: null };
    this.#witness.refusals.push(refusal);
    await this.#tell(event, number);
    refusal.acknowledged = this.#moment();
  }

  async #erase(person: number): Promise<void> {
    const recipient = { email: people[person]?.email };
    const whom = new Set([person]);
    const refusal: Refusal = { what: 'erasure', people: whom, acknowledged: null };
    this.#witness.refusals.push(refusal);
    const common = this.#call();
    const of = { operation: 'createErasure', params: undefined, query: undefined } as const;
    const body = { recipient, controller: CONTROLLER, reason: 'asked for' };
    const reply = await this.#ask('erase', (gate) =>
      createErasure({ ...common, ...of, body }, gate),
    );
    if (reply.done) refusal.acknowledged = this.#moment();
    else this.#witness.wrong.push(`an erasure was refused: ${reply.problem.message}`);
  }

  async #permit(person: number): Promise<void> {
    const known = people[person];
    if (known === undefined) return;
    this.#witness.permitted = true;
    const events = permitted(identifiersOf(known));
    await this.#ask('permit', (gate) => recordEvents(gate, actor, events));
  }

  async #recheck(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    let asked = this.#moment();
    const of = { operation: 'createRecheck', params: { id }, query: undefined } as const;
    const recipients = people.map(({ email }, person) => ({ email, ref: String(person) }));
    const reply = await this.#ask('recheck', async (gate) => {
      // Each attempt is a request of its own: a repeated one is answered as the first was logged.
      asked = this.#moment();
      const call = { ...this.#call(), ...of, body: { recipients } };
      const answer = await createRecheck(call, gate);
      return RecheckList.parse(answer.body).decisions;
    });
    if (!reply.done) return;
    const refused = refusedBefore(this.#witness, ({ order }) => order < asked.order);
    for (const { ref, outcome, cleared } of reply.answer) {
      if (outcome === 'deny') continue;
      if (refused.has(Number(ref))) {
        this.#witness.wrong.push(`a recheck allows person ${ref}, who had refused`);
      }
      if (!cleared) this.#witness.wrong.push(`a recheck allows ${ref}, who is not cleared`);
    }
  }

  async #cancel(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    const common = this.#call();
    const of = { operation: 'cancelCampaign', params: { id }, query: undefined } as const;
    const call = { ...common, ...of, body: undefined };
    const reply = await this.#ask('cancel', (gate) => cancelCampaign(call, gate));
    if (reply.done) this.#witness.cancelled = true;
  }

  async #freeze(forMs: number): Promise<void> {
    const { id } = this;
    if (id === null) return;
    const opening = await openBreach(this.#home.quiet, this.#call(), breachOf(this.#home.now()));
    const breach = opening.id;
    this.#witness.frozen = true;
    const call = {
      ...({ ...this.#call(), operation: 'createBreachFreeze', params: { id: breach } } as const),
      ...{ query: undefined, body: { campaignIds: [id] } },
    };
    const reply = await this.#ask('freeze', async (gate) =>
      FreezeNamed.parse((await createBreachFreeze(call, gate)).body),
    );
    if (!reply.done) throw reply.problem;
    if ((await this.#clearance(id, 'csv')) !== null) {
      this.#witness.wrong.push('there is a clearance of a campaign that was frozen');
    }
    await this.#home.world.wait(forMs);
    const lift = { ...this.#call(), operation: 'liftBreachFreeze' } as const;
    const params = { id: breach, freezeId: reply.answer.id };
    await this.#ask('lift', (gate) =>
      liftBreachFreeze({ ...lift, params, query: undefined, body: undefined }, gate),
    );
  }
}

function schedule() {
  const sendUntil = formatInstant(START + SENDING_HOURS * HOUR_MS);
  return { sendFrom: formatInstant(START), sendUntil };
}

function namedBy(person: number, by: 'email' | 'id' | 'phone'): Submission {
  const known = people[person];
  return known?.[by] == null ? { email: known?.email } : { [by]: known[by] };
}

/** Recipients of a request, each with its reference. */
function inline(lines: Story['lines']) {
  return lines.map(({ ref, names: { email, id, phone } }) => ({ ref, email, id, phone }));
}

function breachOf(now: number): BreachSubmission {
  return {
    ...{ title: 'a list', description: 'lay open', source: 'monitoring', controller: CONTROLLER },
    ...{ establishment: { country: 'DE' }, timezone: 'Europe/Berlin' },
    ...{ types: ['C'], role: 'controller', regimes: ['GDPR'] },
    suspectedAt: formatInstant(now),
  };
}
