import { CampaignFields } from '../../shared/contract/campaigns.ts';
import { ControllerSettings } from '../../shared/contract/controllers.ts';
import { ConsentEvent } from '../../shared/contract/events.ts';
import type { Question } from './question.ts';

/** The smallest case that is still `interesting`, found by leaving out one thing after another. */
export async function shrink(
  question: Question,
  interesting: (smaller: Question) => Promise<boolean>,
): Promise<Question> {
  let smallest = question;
  for (let found = true; found;) {
    found = false;
    for (const smaller of smallerThan(smallest)) {
      if (!(await holds(smaller, interesting))) continue;
      smallest = smaller;
      found = true;
      break;
    }
  }
  return smallest;
}

/** A case that cannot be asked is not smaller, it is another one. */
async function holds(
  question: Question,
  interesting: (smaller: Question) => Promise<boolean>,
): Promise<boolean> {
  try {
    return await interesting(question);
  } catch {
    return false;
  }
}

function* smallerThan(question: Question): Generator<Question> {
  const { controller, campaign, recipient } = question;
  for (const [index, event] of question.events.entries()) {
    yield { ...question, events: question.events.toSpliced(index, 1) };
    for (const raw of [...without(event, 'data'), ...without(event, 'subject')]) {
      const parsed = ConsentEvent.safeParse(raw);
      if (!parsed.success) continue;
      yield { ...question, events: question.events.with(index, parsed.data) };
    }
  }
  for (const part of Object.keys(controller)) {
    const parsed = ControllerSettings.safeParse(omit(controller, part));
    if (parsed.success) yield { ...question, controller: parsed.data };
  }
  if (campaign.processors.length > 0) {
    yield { ...question, campaign: { ...campaign, processors: [] } };
  }
  const { attributes } = campaign.profiling;
  for (const index of attributes.keys()) {
    const profiling = { ...campaign.profiling, attributes: attributes.toSpliced(index, 1) };
    yield { ...question, campaign: { ...campaign, profiling } };
  }
  for (const calmer of calmerCampaigns(campaign)) {
    const parsed = CampaignFields.safeParse(calmer);
    if (parsed.success) yield { ...question, campaign: parsed.data };
  }
  for (const name of Object.keys(recipient))
    yield { ...question, recipient: omit(recipient, name) };
}

/** The campaign with one of its particulars as most campaigns have it. */
function* calmerCampaigns(campaign: CampaignFields): Generator<unknown> {
  const usual = {
    advertiser: 'acme',
    advertiserKind: 'commercial',
    content: 'advertising',
    productCategory: 'running.socks',
    platform: undefined,
  };
  for (const [name, value] of Object.entries(usual)) {
    if (Reflect.get(campaign, name) !== value) yield { ...campaign, [name]: value };
  }
  const plain = {
    level: 'P0',
    specialCategories: false,
    significantEffect: false,
    political: false,
  };
  for (const [name, value] of Object.entries(plain)) {
    if (Reflect.get(campaign.profiling, name) === value) continue;
    yield { ...campaign, profiling: { ...campaign.profiling, [name]: value } };
  }
}

function omit<Whole extends object>(whole: Whole, name: string): Whole {
  const rest = { ...whole };
  Reflect.deleteProperty(rest, name);
  return rest;
}

function without(event: ConsentEvent, part: 'data' | 'subject'): readonly unknown[] {
  return Object.keys(event[part]).map((name) => ({ ...event, [part]: omit(event[part], name) }));
}
