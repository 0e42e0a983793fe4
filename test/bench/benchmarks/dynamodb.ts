import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { campaigns } from '../../../functions/api/groups/campaigns.ts';
import { checks } from '../../../functions/api/groups/checks.ts';
import { facts } from '../../../functions/api/groups/facts.ts';
import { operation } from '../../../functions/api/groups/operation.ts';
import { absentOutbound } from '../../../functions/shell/absent-ports.ts';
import { sealLog } from '../../../functions/shell/flows/seal-log.ts';
import type { Gate } from '../../../functions/shell/gate.ts';
import { createHttpHandler } from '../../../functions/shell/http.ts';
import { createKeys } from '../../../functions/shell/keys.ts';
import { inParallel } from '../../../functions/shell/ports/in-parallel.ts';
import { createLocalSigner } from '../../../functions/shell/ports/local-signer.ts';
import { keepPage } from '../../../functions/shell/stores/decision-store.ts';
import { limits } from '../../../shared/contract/limits.ts';
import { newId } from '../../../shared/kernel/ids.ts';
import type { DecisionPage } from '../../../shared/log/decision-page.ts';
import { routeOf, routes, type OperationId } from '../../../shared/contract/routes.ts';
import type { RoleName } from '../../../shared/contract/scopes.ts';
import { createStandInPorts, createTablePort } from '../../aws/stand-ins.ts';
import { gatewayEvent } from '../../support/gateway-event.ts';
import { lambdaContext } from '../../support/lambda-context.ts';
import { atMost, type Benchmark, type Figure, type Target } from '../benchmark.ts';
import { meterCapacity, type UnitsByTable } from '../capacity-meter.ts';
import { startDynamodb } from '../dynamodb-local.ts';
import { consentLine, importInProcess } from '../import-rows.ts';
import { campaignOf, controller, eventBatches, newsletter, people } from '../sample-world.ts';

const PEOPLE = 1300;
const SINGLE_CHECKS = 50;
const IMPORTED = 2000;

/** The same consent as another system tells it. */
const fromElsewhere = (line: string) => line.replace('"source":"crm"', '"source":"shop"');

/** What is logged of 1,000 decisions: their page, its line in the directory, its announcement. */
const LOG_WRITE_UNITS = 12;

/** What each operation costs at DynamoDB, in the units that it is billed in. */
export const dynamodb: Benchmark = {
  name: 'dynamodb',
  about: 'read and write units of DynamoDB, in sum and by table',
  run: async () => {
    const local = await startDynamodb();
    if (!local.runs) return { measured: false, reason: local.reason };
    try {
      return { measured: true, ...(await measureOperations()) };
    } finally {
      await local.stop();
    }
  },
};

async function measureOperations() {
  const metered = await createMeteredGate();
  try {
    const { newProcess, measure, seal } = metered;
    const some = people(PEOPLE);
    const batches = eventBatches(some);
    const count = batches.reduce((sum, events) => sum + events.length, 0);
    const { check, campaign } = questionsOf(some);
    const send = newProcess();
    await send('admin', 'putController', controller.settings);
    const units = {
      event: await measure(async () => {
        for (const events of batches) await send('consent-source', 'postEvents', { events });
      }),
      newPolicy: await measure(() => send('marketing-tool', 'createCheck', check(0, 1))),
      single: await measure(async () => {
        for (let index = 0; index < SINGLE_CHECKS; index++) {
          await send('marketing-tool', 'createCheck', check(index, index + 1));
        }
      }),
      keyed: await measure(() => send('marketing-tool', 'createCheck', check(0, 1), 'bench-key')),
      cold: await measure(() => newProcess()('marketing-tool', 'createCheck', check(0, 1))),
      large: await measure(() => send('marketing-tool', 'createCheck', check(0, 1000))),
      firstCampaign: await measure(() =>
        send('marketing-tool', 'createCampaign', campaign(0, 1000)),
      ),
      campaign: await measure(() => send('marketing-tool', 'createCampaign', campaign(0, 1000))),
    };
    const lines = Array.from({ length: IMPORTED }, (_, row) => consentLine(row));
    const imported = await measure(() => metered.importLines(lines));
    const known = await measure(() => metered.importLines(lines.map(fromElsewhere)));
    const pages = await sealedPages(metered);
    await send('marketing-tool', 'createCheck', check(0, 1));
    const sealedOne = await measure(seal);
    const logTarget = { tables: ['decisions', 'unsealed'], target: atMost(LOG_WRITE_UNITS) };
    return {
      figures: [
        ...figuresOf('an event', units.event, { by: count }),
        ...figuresOf('an imported row, new people', imported, { by: IMPORTED }),
        ...figuresOf('an imported row, known people', known, { by: IMPORTED }),
        ...figuresOf('a single check', units.single, { by: SINGLE_CHECKS }),
        ...figuresOf('the same with an Idempotency-Key', units.keyed, {}),
        ...figuresOf('the same in a new process', units.cold, {}),
        ...figuresOf('the same, first under its policy', units.newPolicy, {}),
        ...figuresOf('a check of 1,000', units.large, logTarget),
        ...figuresOf('an inline campaign of 1,000', units.campaign, logTarget),
        ...figuresOf('the same, first of its process', units.firstCampaign, logTarget),
        ...figuresOf(`sealing ${pages.count} pages, each`, pages.units, { by: pages.count }),
        ...figuresOf('sealing one page', sealedOne, {}),
      ],
      notes: [
        `${count.toLocaleString('en')} events about ${PEOPLE.toLocaleString('en')} people;` +
          ' what DynamoDB Local leaves out is added (see capacity-meter.ts)',
        'a strongly consistent read: 1 unit for 4 kB; a write: 1 for 1 kB, in a transaction 2',
      ],
    };
  } finally {
    await metered.close();
  }
}

/** Many single checks at once, as they come in a busy minute, and then one checkpoint. */
async function sealedPages({ seal, measure, announcePages }: Metered) {
  await seal();
  const count = limits.pagesPerCheckpoint;
  await announcePages(count);
  return { count, units: await measure(seal) };
}

type Metered = Awaited<ReturnType<typeof createMeteredGate>>;

/** Checks and campaigns of the same people: a thousand and more, all of them valid. */
function questionsOf(some: ReturnType<typeof people>) {
  const { fields, recipients } = campaignOf(newsletter, some, Date.now());
  const addressed = new Map(
    recipients.map((recipient) => [recipient.email?.trim().toLowerCase() ?? '', recipient]),
  );
  const valid = [...addressed].filter(([address]) => /^[^@ ]+@[^@ ]+\.\w+$/.test(address));
  if (valid.length < 1000) throw new Error('there are fewer than 1,000 recipients');
  const slice = (from: number, to: number) =>
    valid.slice(from, to).map(([, recipient]) => recipient);
  return {
    check: (from: number, to: number) => ({ ...fields, recipients: slice(from, to) }),
    campaign: (from: number, to: number) => ({
      ...fields,
      audience: { recipients: slice(from, to) },
    }),
  };
}

type Send = (
  role: RoleName,
  operation: OperationId,
  body: unknown,
  idempotencyKey?: string,
) => Promise<void>;

/** The handlers on the AWS ports, with every unit counted. */
async function createMeteredGate() {
  const ports = await createStandInPorts();
  const secret = randomBytes(32).toString('base64');
  const shared = {
    ...ports,
    keys: createKeys({ identifierKeys: [{ version: 1, secret }] }),
    archive: { keep: async () => {} },
    outbound: absentOutbound,
    signer: createLocalSigner(generateKeyPairSync('ed25519').privateKey),
    randomBytes: (count: number) => randomBytes(count),
    log: { write: () => {} },
  };
  /** What is kept in memory is kept by tables port, so a new one is as good as a new process. */
  const newProcess = (): Send => {
    const gate: Gate = { ...shared, tables: createTablePort(ports.standIns, ports.clock) };
    const handles = { ...facts, ...campaigns, ...checks, ...operation };
    const handler = createHttpHandler(routes, handles, () => Promise.resolve(gate));
    return async (role, name, body, idempotencyKey) => {
      const { method, path } = routeOf(name);
      const event = gatewayEvent({
        role,
        routeKey: `${method} ${path}`,
        params: path.includes('{id}') ? { id: controller.id } : {},
        body,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      });
      const answer = await handler(event, lambdaContext());
      if (answer.statusCode >= 300) throw new Error(`\`${name}\` answered ${answer.body}`);
    };
  };
  const meter = meterCapacity(ports.standIns.dynamodb);
  const names = new Map([...ports.standIns.tables].map(([table, { name }]) => [name, table]));
  const measure = async (work: () => Promise<void>): Promise<UnitsByTable> => {
    const units = await meter.measure(work);
    return new Map([...units].map(([name, value]) => [names.get(name) ?? name, value]));
  };
  const sealing: Gate = { ...shared, tables: createTablePort(ports.standIns, ports.clock) };
  const seal = () => sealLog(sealing);
  const announcePages = async (count: number) => {
    const run = newId('run', ports.clock.now(), randomBytes(10));
    const numbers = Array.from({ length: count }, (_, page) => page);
    await inParallel(numbers, 16, (page) => keepPage(sealing, { run, page }, singleCheck));
  };
  const importLines = (lines: readonly string[]) => importInProcess(sealing, lines);
  return { newProcess, measure, seal, announcePages, importLines, close: ports.close };
}

/** The sum, then each table that took part; a target is for the writes to some of them, in sum. */
function figuresOf(
  operationName: string,
  units: UnitsByTable,
  options: {
    readonly by?: number;
    readonly tables?: readonly string[];
    readonly target?: Target;
  },
): readonly Figure[] {
  const { by = 1, tables: logTables = [], target } = options;
  const part = (direction: 'reads' | 'writes'): readonly Figure[] => {
    const unit = direction === 'reads' ? 'read units' : 'write units';
    const used = [...units].filter(([, value]) => value[direction] > 0);
    const sum = used.reduce((total, [, value]) => total + value[direction], 0);
    const total: Figure = { name: operationName, value: sum / by, unit };
    const tables = used.map(([name, value]): Figure => ({
      name: `  ${name}`,
      value: value[direction] / by,
      unit,
    }));
    if (direction === 'reads' || target === undefined) return [total, ...tables];
    const logged = used.filter(([name]) => logTables.includes(name));
    const writes = logged.reduce((units, [, value]) => units + value.writes, 0);
    const log: Figure = { name: `  ${logTables.join(' and ')}`, value: writes / by, unit, target };
    return [total, ...tables, log];
  };
  return [...part('reads'), ...part('writes')];
}

/** A page of one decision: some 440 bytes, nearly all of them header. */
const singleCheck: DecisionPage = {
  header: {
    ...{ controller: controller.id, campaignId: null, kind: 'check', mode: 'enforce' },
    ...{ facts: 'f'.repeat(64), revision: `sha256:${'a'.repeat(64)}`, keyVersion: 1 },
    ...{ country: 'DE', timeZone: 'Europe/Berlin', evaluatedAt: 0, instant: 0, notAfter: 0 },
    refs: true,
  },
  entries: [{ key: '0'.repeat(16), ruling: { basis: null, findings: [], jurisdictions: ['DE'] } }],
};
